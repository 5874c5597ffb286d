package io.cdcsdk.testkit;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Values in a form in which two are equal exactly where a history takes them for the same, whatever their column's width. */
final class HistoryValues {
    private HistoryValues() {}

    /** The columns that have a value, by name. A column that is null, absent or unavailable is left out. */
    static Map<String, Object> of(Row row) {
        Map<String, Object> values = new TreeMap<>();
        for (int i = 0; i < row.schema().size(); i++) {
            if (row.hasValue(i)) {
                values.put(row.schema().column(i).name(), value(row, i));
            }
        }
        return values;
    }

    /** The value of a column that has one. */
    static Object value(Row row, int ordinal) {
        LogicalType.Kind kind = row.schema().kind(ordinal);
        return switch (kind) {
            case INT32, INT64 -> row.primitive(ordinal);
            case FLOAT32 -> withoutSign((double) Float.intBitsToFloat((int) row.primitive(ordinal)));
            case FLOAT64 -> withoutSign(Double.longBitsToDouble(row.primitive(ordinal)));
            case DECIMAL -> stripped((BigDecimal) row.reference(ordinal));
            case BYTES -> "0x" + HexFormat.of().formatHex((byte[]) row.reference(ordinal));
            case BOOLEAN -> row.primitive(ordinal) != 0;
            case DATE, TIME, TIMESTAMP, INSTANT -> kind + " " + row.primitive(ordinal);
            case STRING, JSON, UUID, ARRAY -> row.reference(ordinal);
        };
    }

    /** The values of some columns, or an empty list if one of them is missing or has none. */
    static List<Object> key(Row row, List<String> columns) {
        List<Object> key = new ArrayList<>();
        for (String column : columns) {
            if (!row.schema().hasColumn(column) || !row.hasValue(row.schema().ordinal(column))) {
                return List.of();
            }
            key.add(value(row, row.schema().ordinal(column)));
        }
        return key;
    }

    private static Double withoutSign(double value) {
        return value == 0 ? 0.0 : value;
    }

    private static BigDecimal stripped(BigDecimal value) {
        return value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    }
}
