package io.cdcsdk.format;

import io.cdcsdk.api.Row;

/**
 * The text of floating-point numbers.
 *
 * <p>Most numbers in databases are short. If their digits make a whole number that the type holds exactly, and so does the
 * power of ten, then one multiplication or division rounds once, and thus correctly (W. D. Clinger, "How to read floating
 * point numbers accurately", 1990). All others go through the JDK's parser.
 */
final class FloatingNumbers {
    private static final long EXACT_IN_DOUBLE = 1L << 53;
    private static final long EXACT_IN_FLOAT = 1L << 24;
    private static final int MAXIMAL_EXPONENT_DIGITS = 3;
    private static final int NO_SHORT_EXPONENT = 10_000;
    private static final double[] DOUBLE_POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };
    private static final float[] FLOAT_POWERS = {1e0f, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f};

    private FloatingNumbers() {}

    static void parseFloat64(char[] buffer, int offset, int length, Row.Builder row, int ordinal) {
        row.setPrimitive(ordinal, Double.doubleToRawLongBits(parseDouble(buffer, offset, length)));
    }

    static void parseFloat32(char[] buffer, int offset, int length, Row.Builder row, int ordinal) {
        row.setPrimitive(ordinal, Float.floatToRawIntBits(parseFloat(buffer, offset, length)));
    }

    private static double parseDouble(char[] buffer, int offset, int length) {
        int end = offset + length;
        int start = Characters.afterSign(buffer, offset, end);
        int digitsEnd = Characters.endOfDigitsAndPoint(buffer, start, end);
        long mantissa = Characters.mantissa(buffer, start, digitsEnd);
        if (mantissa >= 0 && mantissa <= EXACT_IN_DOUBLE) {
            int power = exponent(buffer, digitsEnd, end) - Characters.fractionDigits(buffer, start, digitsEnd);
            if (Math.abs(power) < DOUBLE_POWERS.length) {
                double value = power < 0 ? mantissa / DOUBLE_POWERS[-power] : mantissa * DOUBLE_POWERS[power];
                return buffer[offset] == '-' ? -value : value;
            }
        }
        String text = checked(buffer, offset, length);
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw malformed("expected float64, a decimal number such as -12.5 or 1.5E300");
        }
    }

    private static float parseFloat(char[] buffer, int offset, int length) {
        int end = offset + length;
        int start = Characters.afterSign(buffer, offset, end);
        int digitsEnd = Characters.endOfDigitsAndPoint(buffer, start, end);
        long mantissa = Characters.mantissa(buffer, start, digitsEnd);
        if (mantissa >= 0 && mantissa <= EXACT_IN_FLOAT) {
            int power = exponent(buffer, digitsEnd, end) - Characters.fractionDigits(buffer, start, digitsEnd);
            if (Math.abs(power) < FLOAT_POWERS.length) {
                float value = power < 0 ? mantissa / FLOAT_POWERS[-power] : mantissa * FLOAT_POWERS[power];
                return buffer[offset] == '-' ? -value : value;
            }
        }
        String text = checked(buffer, offset, length);
        try {
            return Float.parseFloat(text);
        } catch (NumberFormatException e) {
            throw malformed("expected float32, a decimal number such as -12.5 or 1.5E30");
        }
    }

    /** Without a cause, because its message would quote the value. */
    private static IllegalArgumentException malformed(String expected) {
        return new IllegalArgumentException(expected);
    }

    /** The exponent from its letter on; 0 if there is none, {@link #NO_SHORT_EXPONENT} if it is malformed or long. */
    private static int exponent(char[] buffer, int letter, int end) {
        if (letter == end) {
            return 0;
        }
        if (buffer[letter] != 'e' && buffer[letter] != 'E') {
            return NO_SHORT_EXPONENT;
        }
        int start = Characters.afterSign(buffer, letter + 1, end);
        int digits = end - start;
        if (digits < 1 || digits > MAXIMAL_EXPONENT_DIGITS) {
            return NO_SHORT_EXPONENT;
        }
        int exponent = 0;
        for (int i = start; i < end; i++) {
            if (!Characters.isDigit(buffer[i])) {
                return NO_SHORT_EXPONENT;
            }
            exponent = exponent * 10 + (buffer[i] - '0');
        }
        return buffer[letter + 1] == '-' ? -exponent : exponent;
    }

    /** What the JDK may parse: it would also take blanks around, type suffixes and hexadecimal numbers. */
    private static String checked(char[] buffer, int offset, int length) {
        int end = offset + length;
        int start = Characters.afterSign(buffer, offset, end);
        if (Characters.matches("infinity", buffer, start, end - start)
                || Characters.matches("inf", buffer, start, end - start)) {
            return buffer[offset] == '-' ? "-Infinity" : "Infinity";
        }
        if (Characters.matches("nan", buffer, offset, length)) {
            return "NaN";
        }
        for (int i = offset; i < end; i++) {
            char c = buffer[i];
            if (!Characters.isDigit(c) && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
                return "";
            }
        }
        return new String(buffer, offset, length);
    }
}
