package io.cdcsdk.format;

import io.cdcsdk.api.LogicalType;

/**
 * The text forms of values, as they stand in files and messages.
 *
 * <table>
 * <caption>What each type reads</caption>
 * <tr><th>type</th><th>text</th></tr>
 * <tr><td>boolean</td><td>{@code true}, {@code t}, {@code 1}, {@code yes}, {@code false}, {@code f}, {@code 0}, {@code no};
 *     case does not matter</td></tr>
 * <tr><td>int32, int64</td><td>a whole number, with or without a sign</td></tr>
 * <tr><td>float32, float64</td><td>a decimal number, with or without an exponent, {@code NaN}, {@code Infinity} or
 *     {@code -Infinity}; rounded to the nearest</td></tr>
 * <tr><td>decimal</td><td>a decimal number that fits the precision and scale without rounding; the scale of the text is kept
 *     </td></tr>
 * <tr><td>string, json</td><td>the text itself; a JSON document is not checked</td></tr>
 * <tr><td>bytes</td><td>hexadecimal digits, with or without {@code 0x} or {@code \x} before them</td></tr>
 * <tr><td>date</td><td>{@code 2024-02-29}</td></tr>
 * <tr><td>time</td><td>{@code 23:59:59} and up to 9 digits of a fraction, cut to microseconds</td></tr>
 * <tr><td>timestamp</td><td>a date, a space or {@code T}, and a time</td></tr>
 * <tr><td>instant</td><td>a timestamp and {@code Z}, an offset such as {@code +02}, {@code +0230} or {@code +02:30}, or
 *     nothing, which means UTC</td></tr>
 * <tr><td>uuid</td><td>the 36 characters of the usual form</td></tr>
 * <tr><td>array</td><td>a JSON array</td></tr>
 * </table>
 *
 * <p>Blanks around a value are not skipped. {@link ValueText} writes one of these forms for each type.
 */
public final class ValueParsers {
    private ValueParsers() {}

    /** The parser of a type. It keeps nothing between calls and is safe for any thread. */
    public static ValueParser of(LogicalType type) {
        return switch (type.kind()) {
            case BOOLEAN -> WholeNumbers::parseBoolean;
            case INT32 -> WholeNumbers::parseInt32;
            case INT64 -> WholeNumbers::parseInt64;
            case FLOAT32 -> FloatingNumbers::parseFloat32;
            case FLOAT64 -> FloatingNumbers::parseFloat64;
            case DECIMAL -> new DecimalParser(type);
            case STRING, JSON ->
                (buffer, offset, length, row, ordinal) -> row.setString(ordinal, new String(buffer, offset, length));
            case BYTES -> Hexadecimal::parseBytes;
            case DATE -> TimeParsers::parseDate;
            case TIME -> TimeParsers::parseTime;
            case TIMESTAMP -> TimeParsers::parseTimestamp;
            case INSTANT -> TimeParsers::parseInstant;
            case UUID -> Hexadecimal::parseUuid;
            case ARRAY -> new ArrayParser(type);
        };
    }
}
