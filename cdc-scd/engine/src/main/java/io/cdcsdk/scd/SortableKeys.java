package io.cdcsdk.scd;

import java.math.BigDecimal;
import java.util.UUID;

/** Keys as bytes that sort as {@link RowKey#compareTo} does; no key of a table is a prefix of another. */
final class SortableKeys {
    private static final int ESCAPED = 0xFF;
    private static final int SURROGATE = 0xF0;

    private SortableKeys() {}

    static byte[] encode(byte[] prefix, RowKey key) {
        if (key.isTold()) {
            ByteWriter out = new ByteWriter(prefix.length + Long.BYTES);
            out.raw(prefix);
            out.fixed(key.tag() ^ Long.MIN_VALUE);
            return out.lastBytes();
        }
        Object[] values = key.values();
        ByteWriter out = new ByteWriter(prefix.length + Long.BYTES * values.length);
        out.raw(prefix);
        for (Object value : values) {
            if (value instanceof Long number) {
                out.fixed(number ^ Long.MIN_VALUE);
            } else if (value instanceof String text) {
                write(out, text);
            } else if (value instanceof byte[] bytes) {
                write(out, bytes);
            } else if (value instanceof UUID id) {
                out.fixed(id.getMostSignificantBits());
                out.fixed(id.getLeastSignificantBits());
            } else if (value instanceof BigDecimal decimal) {
                write(out, decimal);
            } else {
                throw new IllegalArgumentException("no value of a key: " + value.getClass());
            }
        }
        return out.lastBytes();
    }

    // UTF-8, but for surrogates: they stand behind all other units, in UTF-16. Zero is escaped, two zeros end the text.
    private static void write(ByteWriter out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                out.raw(0);
                out.raw(ESCAPED);
            } else if (c < 0x80) {
                out.raw(c);
            } else if (c < 0x800) {
                out.raw(0xC0 | c >> 6);
                out.raw(0x80 | c & 0x3F);
            } else if (Character.isSurrogate(c)) {
                out.raw(SURROGATE);
                out.raw(c >> 8);
                out.raw(c);
            } else {
                out.raw(0xE0 | c >> 12);
                out.raw(0x80 | c >> 6 & 0x3F);
                out.raw(0x80 | c & 0x3F);
            }
        }
        out.raw(0);
        out.raw(0);
    }

    private static void write(ByteWriter out, byte[] bytes) {
        for (byte each : bytes) {
            out.raw(each);
            if (each == 0) {
                out.raw(ESCAPED);
            }
        }
        out.raw(0);
        out.raw(0);
    }

    // The sign, how many digits stand before the point, and the digits; of negative numbers everything inverted.
    private static void write(ByteWriter out, BigDecimal decimal) {
        int sign = decimal.signum();
        out.raw(1 + sign);
        if (sign == 0) {
            return;
        }
        int invert = sign < 0 ? 0xFF : 0;
        int exponent = decimal.precision() - decimal.scale() ^ Integer.MIN_VALUE;
        for (int shift = 24; shift >= 0; shift -= 8) {
            out.raw(exponent >>> shift ^ invert);
        }
        String digits = decimal.unscaledValue().abs().toString();
        for (int i = 0; i < digits.length(); i++) {
            out.raw(digits.charAt(i) ^ invert);
        }
        out.raw(invert);
    }
}
