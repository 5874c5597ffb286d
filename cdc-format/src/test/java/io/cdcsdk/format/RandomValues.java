package io.cdcsdk.format;

import io.cdcsdk.api.LogicalType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Random types, and random values of a type with many at its edges. */
final class RandomValues {
    private static final long MICROS = 1_000_000;
    private static final String[] TEXTS = {
        "",
        "null",
        "NULL",
        "\"",
        "\\",
        "\n\r\t\b\f",
        "a,b",
        "'",
        "\u0000",
        "\u007f",
        "\u2028",
        "é",
        "😀",
        "\ud83d",
        "\ude00",
        "{\"a\":[1]}",
        " x ",
        "\ufeff",
        "\uffff"
    };

    private RandomValues() {}

    static LogicalType type(Random random) {
        LogicalType.Kind[] kinds = LogicalType.Kind.values();
        return type(random, kinds[random.nextInt(kinds.length)]);
    }

    static LogicalType type(Random random, LogicalType.Kind kind) {
        return switch (kind) {
            case DECIMAL -> {
                int precision = 1 + random.nextInt(45);
                yield LogicalType.decimal(precision, random.nextInt(precision + 1));
            }
            case ARRAY -> LogicalType.array(type(random));
            default -> LogicalType.parse(kind.name());
        };
    }

    static Object value(Random random, LogicalType type) {
        return switch (type.kind()) {
            case BOOLEAN -> random.nextBoolean();
            case INT32 -> random.nextInt() >> random.nextInt(32);
            case INT64 -> random.nextLong() >> random.nextInt(64);
            case FLOAT32 -> floating(random);
            case FLOAT64 -> wideFloating(random);
            case DECIMAL -> decimal(random, type);
            case STRING, JSON -> text(random);
            case BYTES -> bytes(random);
            case DATE -> LocalDate.ofEpochDay(random.nextInt() >> random.nextInt(32));
            case TIME -> LocalTime.ofNanoOfDay(random.nextLong(86_400 * MICROS) * 1000);
            case TIMESTAMP -> LocalDateTime.ofInstant(instant(random), ZoneOffset.UTC);
            case INSTANT -> instant(random);
            case UUID -> new UUID(random.nextLong(), random.nextLong());
            case ARRAY -> array(random, type.element());
        };
    }

    private static float floating(Random random) {
        float[] edges = {0f, -0f, Float.NaN, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, Float.MAX_VALUE, 1.5f};
        int choice = random.nextInt(2 * edges.length);
        return choice < edges.length ? edges[choice] : canonical(Float.intBitsToFloat(random.nextInt()));
    }

    /** One of the NaNs: the others do not outlive their text. */
    private static float canonical(float value) {
        return Float.isNaN(value) ? Float.NaN : value;
    }

    private static double wideFloating(Random random) {
        double[] edges = {0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE, Double.MAX_VALUE, 0.1};
        int choice = random.nextInt(2 * edges.length);
        double other = Double.longBitsToDouble(random.nextLong());
        return choice < edges.length ? edges[choice] : Double.isNaN(other) ? Double.NaN : other;
    }

    static BigDecimal decimal(Random random, LogicalType type) {
        int scale = random.nextInt(type.scale() + 1);
        int digits = type.precision() - type.scale() + scale;
        BigInteger limit = BigInteger.TEN.pow(random.nextInt(digits + 1));
        BigInteger unscaled = new BigInteger(limit.bitLength(), random).mod(limit);
        return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), scale);
    }

    static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(random.nextBoolean() ? TEXTS[random.nextInt(TEXTS.length)] : (char) random.nextInt(0x10000));
        }
        return text.toString();
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Instant instant(Random random) {
        long micros = random.nextLong() >> random.nextInt(64);
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000);
    }

    private static List<@Nullable Object> array(Random random, LogicalType element) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            values.add(random.nextInt(4) == 0 ? null : value(random, element));
        }
        return values;
    }
}
