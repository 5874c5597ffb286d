package io.cdcsdk.format;

import io.cdcsdk.api.Row;

/** The text of booleans and whole numbers. */
final class WholeNumbers {
    private static final int DIGITS_THAT_CANNOT_OVERFLOW = 18;

    private WholeNumbers() {}

    static void parseBoolean(char[] buffer, int offset, int length, Row.Builder row, int ordinal) {
        if (isOneOf("true", "t", "1", "yes", buffer, offset, length)) {
            row.setPrimitive(ordinal, 1);
        } else if (isOneOf("false", "f", "0", "no", buffer, offset, length)) {
            row.setPrimitive(ordinal, 0);
        } else {
            throw new IllegalArgumentException("expected boolean: true, t, 1, yes, false, f, 0 or no");
        }
    }

    private static boolean isOneOf(
            String first, String second, String third, String fourth, char[] buffer, int offset, int length) {
        return Characters.matches(first, buffer, offset, length)
                || Characters.matches(second, buffer, offset, length)
                || Characters.matches(third, buffer, offset, length)
                || Characters.matches(fourth, buffer, offset, length);
    }

    static void parseInt32(char[] buffer, int offset, int length, Row.Builder row, int ordinal) {
        // 10 digits cannot overflow a long; what needs more of them has leading zeros or does not fit.
        long value = length <= DIGITS_THAT_CANNOT_OVERFLOW ? parseShort(buffer, offset, length) : Long.MIN_VALUE;
        if (value == Long.MIN_VALUE) {
            value = parseLong(buffer, offset, length, Integer.MIN_VALUE);
        }
        if (value != (int) value) {
            throw notWhole(Integer.MIN_VALUE);
        }
        row.setPrimitive(ordinal, value);
    }

    static void parseInt64(char[] buffer, int offset, int length, Row.Builder row, int ordinal) {
        long value = length <= DIGITS_THAT_CANNOT_OVERFLOW ? parseShort(buffer, offset, length) : Long.MIN_VALUE;
        if (value == Long.MIN_VALUE) {
            value = parseLong(buffer, offset, length, Long.MIN_VALUE);
        }
        row.setPrimitive(ordinal, value);
    }

    /** The number, or {@link Long#MIN_VALUE} if the text is not one. */
    private static long parseShort(char[] buffer, int offset, int length) {
        int end = offset + length;
        int i = offset;
        boolean negative = false;
        if (i < end && (buffer[i] == '-' || buffer[i] == '+')) {
            negative = buffer[i] == '-';
            i++;
        }
        if (i == end) {
            return Long.MIN_VALUE;
        }
        long value = 0;
        for (; i < end; i++) {
            int digit = buffer[i] - '0';
            if (digit < 0 || digit > 9) {
                return Long.MIN_VALUE;
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    /** Counts downwards, because the least number has no positive counterpart. */
    private static long parseLong(char[] buffer, int offset, int length, long least) {
        int end = offset + length;
        int i = offset;
        boolean negative = false;
        if (i < end && (buffer[i] == '-' || buffer[i] == '+')) {
            negative = buffer[i] == '-';
            i++;
        }
        if (i == end) {
            throw notWhole(least);
        }
        long value = 0;
        for (; i < end; i++) {
            int digit = buffer[i] - '0';
            if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10 || value * 10 < Long.MIN_VALUE + digit) {
                throw notWhole(least);
            }
            value = value * 10 - digit;
        }
        if (!negative && value == Long.MIN_VALUE) {
            throw notWhole(least);
        }
        return negative ? value : -value;
    }

    private static IllegalArgumentException notWhole(long least) {
        return new IllegalArgumentException("expected " + (least == Long.MIN_VALUE ? "int64" : "int32")
                + ", a whole number from " + least + " to " + ~least);
    }
}
