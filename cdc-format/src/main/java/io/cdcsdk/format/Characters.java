package io.cdcsdk.format;

/** Looks at characters in a buffer without making strings of them. */
final class Characters {
    private static final int MAXIMAL_DIGITS = 18;

    private Characters() {}

    /** Whether the characters are a word of lower-case ASCII letters and digits, in either case. */
    static boolean matches(String word, char[] buffer, int offset, int length) {
        if (length != word.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = buffer[offset + i];
            char lower = c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
            if (lower != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The number that two digits make, or -1 if they are not digits. */
    static int twoDigits(char[] buffer, int offset) {
        int tens = buffer[offset] - '0';
        int ones = buffer[offset + 1] - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Where the digits start that may have a sign before them. */
    static int afterSign(char[] buffer, int offset, int end) {
        return offset < end && (buffer[offset] == '-' || buffer[offset] == '+') ? offset + 1 : offset;
    }

    /** Where the first character stands that is neither a digit nor a point. */
    static int endOfDigitsAndPoint(char[] buffer, int start, int end) {
        int i = start;
        while (i < end && (isDigit(buffer[i]) || buffer[i] == '.')) {
            i++;
        }
        return i;
    }

    /** The digits as a whole number, or -1 if there are none, more than a long holds for sure, or two points. */
    static long mantissa(char[] buffer, int start, int end) {
        long mantissa = 0;
        int points = 0;
        for (int i = start; i < end; i++) {
            if (buffer[i] == '.') {
                points++;
            } else {
                mantissa = mantissa * 10 + (buffer[i] - '0');
            }
        }
        int digits = end - start - points;
        return digits < 1 || digits > MAXIMAL_DIGITS || points > 1 ? -1 : mantissa;
    }

    /** How many digits stand behind the point. */
    static int fractionDigits(char[] buffer, int start, int end) {
        for (int i = start; i < end; i++) {
            if (buffer[i] == '.') {
                return end - i - 1;
            }
        }
        return 0;
    }
}
