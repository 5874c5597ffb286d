package io.cdcsdk.format;

/** Looks at characters in a buffer without making strings of them. */
final class Characters {
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
}
