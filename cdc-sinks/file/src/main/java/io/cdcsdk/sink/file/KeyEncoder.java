package io.cdcsdk.sink.file;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/**
 * Turns key values into bytes whose unsigned order is the order of the values, so that sorting and merging compare bytes
 * alone: numbers by value, strings by UTF-16 units, bytes and UUIDs unsigned, arrays element by element. Each value ends
 * itself, so that a composite key is its parts one after the other. int32 and int64, and decimals of any scale, have one
 * form, so that a widened key column keeps its order.
 */
final class KeyEncoder {
    private static final long SIGN = Long.MIN_VALUE;

    private KeyEncoder() {}

    /** Appends the value of a column, which must have one. */
    static void append(Row row, int ordinal, Bytes out) {
        LogicalType.Kind kind = row.schema().kind(ordinal);
        switch (kind) {
            case BOOLEAN, INT32, INT64, DATE, TIME, TIMESTAMP, INSTANT -> appendNumber(row.primitive(ordinal), out);
            case FLOAT32 -> appendDouble(Float.intBitsToFloat((int) row.primitive(ordinal)), out);
            case FLOAT64 -> appendDouble(Double.longBitsToDouble(row.primitive(ordinal)), out);
            case STRING, JSON -> appendText(row.string(ordinal), out);
            default -> appendObject(row.schema().column(ordinal).type(), row.reference(ordinal), out);
        }
    }

    static void appendNumber(long value, Bytes out) {
        out.appendLong(value ^ SIGN);
    }

    private static void appendDouble(double value, Bytes out) {
        long bits = Double.doubleToLongBits(value);
        out.appendLong(bits < 0 ? ~bits : bits ^ SIGN);
    }

    /** Units 0 and 1 are escaped, so that 0 can end the text; all others are written in one to three bytes in their order. */
    private static void appendText(String text, Bytes out) {
        out.ensure(3 * text.length() + 1);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 2) {
                out.append(1).append(1 + c);
            } else if (c < 0x80) {
                out.append(c);
            } else if (c < 0x800) {
                out.append(0xC0 | c >> 6).append(0x80 | c & 0x3F);
            } else {
                out.append(0xE0 | c >> 12).append(0x80 | c >> 6 & 0x3F).append(0x80 | c & 0x3F);
            }
        }
        out.append(0);
    }

    private static void appendBytes(byte[] value, Bytes out) {
        for (byte b : value) {
            out.append(b);
            if (b == 0) {
                out.append(0xFF);
            }
        }
        out.append(0).append(0);
    }

    /** Sign, exponent, and digits without trailing zeros; all inverted where the number is negative. */
    private static void appendDecimal(BigDecimal value, Bytes out) {
        if (value.signum() == 0) {
            out.append(0x80);
            return;
        }
        int invert = value.signum() < 0 ? 0xFF : 0;
        BigDecimal stripped = value.abs().stripTrailingZeros();
        BigInteger digits = stripped.unscaledValue();
        out.append(0x81 ^ invert);
        int exponent = stripped.precision() - stripped.scale();
        out.appendInt(exponent ^ Integer.MIN_VALUE ^ (invert == 0 ? 0 : -1));
        String text = digits.toString();
        for (int i = 0; i < text.length(); i++) {
            out.append(text.charAt(i) ^ invert);
        }
        out.append(invert);
    }

    private static void appendObject(LogicalType type, Object value, Bytes out) {
        switch (type.kind()) {
            case BOOLEAN -> appendNumber(((Boolean) value) ? 1 : 0, out);
            case INT32, INT64 -> appendNumber(((Number) value).longValue(), out);
            case FLOAT32, FLOAT64 -> appendDouble(((Number) value).doubleValue(), out);
            case DECIMAL -> appendDecimal((BigDecimal) value, out);
            case STRING, JSON -> appendText((String) value, out);
            case BYTES -> appendBytes((byte[]) value, out);
            case DATE -> appendNumber(((LocalDate) value).toEpochDay(), out);
            case TIME -> appendNumber(((LocalTime) value).toNanoOfDay(), out);
            case TIMESTAMP -> appendInstant(((LocalDateTime) value).toInstant(ZoneOffset.UTC), out);
            case INSTANT -> appendInstant((Instant) value, out);
            case UUID -> {
                UUID uuid = (UUID) value;
                out.appendLong(uuid.getMostSignificantBits()).appendLong(uuid.getLeastSignificantBits());
            }
            case ARRAY -> {
                for (Object element : (List<?>) value) {
                    out.append(element == null ? 1 : 2);
                    if (element != null) {
                        appendObject(type.element(), element, out);
                    }
                }
                out.append(0);
            }
        }
    }

    private static void appendInstant(Instant value, Bytes out) {
        appendNumber(value.getEpochSecond(), out);
        out.appendInt(value.getNano());
    }
}
