package io.cdcsdk.format;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import java.math.BigDecimal;
import java.util.UUID;

/**
 * The canonical text of a value: one form for each type, which {@link ValueParsers} reads back as exactly the same value (of
 * the many NaNs of floating-point numbers, one).
 *
 * <ul>
 *   <li>boolean: {@code true} or {@code false};
 *   <li>int32, int64: digits; float32, float64: as {@link Float#toString(float)} and {@link Double#toString(double)} write them;
 *   <li>decimal: plain digits, with the zeros that the scale asks for; with an exponent only if the scale is below zero;
 *   <li>date, time, timestamp, instant: {@code 2024-02-29}, {@code 23:59:59.000000}, {@code 2024-02-29 23:59:59.000000}, and the
 *       same with {@code Z}; always six digits behind the point;
 *   <li>bytes: lower-case hexadecimal digits; uuid: its 36 characters in lower case;
 *   <li>string, json: the text itself; array: a JSON array.
 * </ul>
 */
public final class ValueText {
    private ValueText() {}

    /**
     * Appends the text of a column, without intermediate objects if the column is of fixed width.
     *
     * @throws IllegalStateException if the column has no value: it is null, absent or unavailable
     */
    public static void append(StringBuilder out, Row row, int ordinal) {
        LogicalType.Kind kind = row.schema().kind(ordinal);
        switch (kind) {
            case BOOLEAN -> out.append(row.primitive(ordinal) != 0);
            case INT32, INT64 -> out.append(row.primitive(ordinal));
            case FLOAT32 -> out.append(Float.intBitsToFloat((int) row.primitive(ordinal)));
            case FLOAT64 -> out.append(Double.longBitsToDouble(row.primitive(ordinal)));
            case DATE -> CivilDays.append(out, row.primitive(ordinal));
            case TIME -> appendTime(out, row.primitive(ordinal));
            case TIMESTAMP -> appendTimestamp(out, row.primitive(ordinal));
            case INSTANT -> appendInstant(out, row.primitive(ordinal));
            case DECIMAL -> appendDecimal(out, (BigDecimal) row.reference(ordinal));
            case STRING, JSON -> out.append(row.string(ordinal));
            case BYTES -> Hexadecimal.append(out, (byte[]) row.reference(ordinal));
            case UUID -> Hexadecimal.append(out, (UUID) row.reference(ordinal));
            case ARRAY -> JsonColumns.append(out, row, ordinal);
        }
    }

    /** The text of a column; see {@link #append}. */
    public static String of(Row row, int ordinal) {
        LogicalType.Kind kind = row.schema().kind(ordinal);
        if (kind == LogicalType.Kind.STRING || kind == LogicalType.Kind.JSON) {
            return row.string(ordinal);
        }
        StringBuilder out = new StringBuilder();
        append(out, row, ordinal);
        return out.toString();
    }

    /** The text of a column that is the same for equal values: of decimals without trailing zeros, as 1.0 and 1.00 are one key. */
    public static String comparable(Row row, int ordinal) {
        return row.schema().kind(ordinal) == LogicalType.Kind.DECIMAL
                ? ((BigDecimal) row.reference(ordinal)).stripTrailingZeros().toPlainString()
                : of(row, ordinal);
    }

    /** Appends the text of microseconds since 1970-01-01T00:00Z. */
    static void appendInstant(StringBuilder out, long micros) {
        appendTimestamp(out, micros);
        out.append('Z');
    }

    private static void appendTimestamp(StringBuilder out, long micros) {
        CivilDays.append(out, Math.floorDiv(micros, TimeParsers.MICROS_PER_DAY));
        appendTime(out.append(' '), Math.floorMod(micros, TimeParsers.MICROS_PER_DAY));
    }

    private static void appendTime(StringBuilder out, long microsOfDay) {
        int seconds = (int) (microsOfDay / TimeParsers.MICROS_PER_SECOND);
        int micros = (int) (microsOfDay % TimeParsers.MICROS_PER_SECOND);
        CivilDays.appendTwoDigits(out, seconds / 3600);
        CivilDays.appendTwoDigits(out.append(':'), seconds / 60 % 60);
        CivilDays.appendTwoDigits(out.append(':'), seconds % 60);
        CivilDays.appendTwoDigits(out.append('.'), micros / 10_000);
        CivilDays.appendTwoDigits(out, micros / 100 % 100);
        CivilDays.appendTwoDigits(out, micros % 100);
    }

    private static void appendDecimal(StringBuilder out, BigDecimal value) {
        out.append(value.scale() < 0 ? value.toString() : value.toPlainString());
    }
}
