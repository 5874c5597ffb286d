package io.cdcsdk.runtime.transform;

/** How characters stand in a text. */
enum TextSyntax {
    /** Every character stands for itself. */
    PLAIN,
    /** A JSON document: in its strings, a backslash starts an escape. */
    JSON;

    private static final int UNICODE_ESCAPE = 6;
    private static final int HEXADECIMAL = 16;

    /** The length of the letter at an index, which may be written as an escape; 0 if there is no letter or digit. */
    int letterAt(CharSequence text, int index) {
        if (Character.isLetterOrDigit(text.charAt(index))) {
            return 1;
        }
        return isEscapedLetter(text, index) ? UNICODE_ESCAPE : 0;
    }

    /** The length of the letter whose last character stands before an index; 0 if there is no letter or digit. */
    int letterBefore(CharSequence text, int index) {
        int start = index - UNICODE_ESCAPE;
        if (start >= 0 && isEscapedLetter(text, start)) {
            return UNICODE_ESCAPE;
        }
        return Character.isLetterOrDigit(text.charAt(index - 1)) ? 1 : 0;
    }

    /** The number of characters from an index on that belong to an escape which started before it. */
    int restOfEscapeAt(CharSequence text, int index) {
        int backslashes = 0;
        while (this == JSON && backslashes < index && text.charAt(index - 1 - backslashes) == '\\') {
            backslashes++;
        }
        if (backslashes % 2 == 0) {
            return 0;
        }
        return text.charAt(index) == 'u' ? UNICODE_ESCAPE - 1 : 1;
    }

    private boolean isEscapedLetter(CharSequence text, int index) {
        if (this != JSON
                || index + UNICODE_ESCAPE > text.length()
                || text.charAt(index) != '\\'
                || text.charAt(index + 1) != 'u') {
            return false;
        }
        int unit = 0;
        for (int i = index + 2; i < index + UNICODE_ESCAPE; i++) {
            int digit = Character.digit(text.charAt(i), HEXADECIMAL);
            if (digit < 0) {
                return false;
            }
            unit = unit * HEXADECIMAL + digit;
        }
        return Character.isLetterOrDigit((char) unit) && restOfEscapeAt(text, index) == 0;
    }
}
