package io.cdcsdk.testkit;

import io.cdcsdk.api.LogicalType;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Columns of cases beside the key and the name, with few values each. */
@SuppressWarnings("ImmutableEnumChecker") // nobody changes them
enum HistoryCaseColumn {
    COUNT(LogicalType.INT32, LogicalType.INT64, 1, 2, null),
    RATIO(LogicalType.FLOAT32, LogicalType.FLOAT64, 0.0f, -0.0f, 1.5f, null),
    PRICE(
            LogicalType.decimal(3, 2),
            LogicalType.decimal(8, 4),
            new BigDecimal("1"),
            new BigDecimal("1.0"),
            new BigDecimal("1.00"),
            new BigDecimal("2.5"),
            null),
    DATA(LogicalType.BYTES, LogicalType.BYTES, new byte[] {}, new byte[] {1, 2}, new byte[] {1, 3}, null),
    /** The one that is dropped. */
    NOTE(LogicalType.STRING, LogicalType.STRING, "short", "long", null),
    FLAG(LogicalType.BOOLEAN, LogicalType.BOOLEAN, true, false);

    private final LogicalType narrow;
    private final LogicalType wide;
    private final List<@Nullable Object> values;

    HistoryCaseColumn(LogicalType narrow, LogicalType wide, @Nullable Object... values) {
        this.narrow = narrow;
        this.wide = wide;
        this.values = Arrays.asList(values);
    }

    String columnName() {
        return name().toLowerCase(Locale.ROOT);
    }

    LogicalType narrow() {
        return narrow;
    }

    LogicalType wide() {
        return wide;
    }

    /** A value of the narrow type or the wide one. */
    @Nullable
    Object value(LogicalType type, Random random) {
        Object value = values.get(random.nextInt(values.size()));
        if (value instanceof Integer number && type.equals(LogicalType.INT64)) {
            return random.nextInt(3) == 0 ? 1L << 40 : (Object) (long) number;
        } else if (value instanceof Float number && type.equals(LogicalType.FLOAT64)) {
            return random.nextInt(3) == 0 ? 0.1 : (Object) (double) number;
        } else if (value instanceof BigDecimal number && type.precision() == wide.precision()) {
            return random.nextInt(3) == 0 ? new BigDecimal("1234.0001") : number;
        }
        return value;
    }
}
