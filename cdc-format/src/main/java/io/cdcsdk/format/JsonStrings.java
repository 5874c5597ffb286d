package io.cdcsdk.format;

/** Writes JSON strings. */
final class JsonStrings {
    private static final char[] HEXADECIMAL = "0123456789abcdef".toCharArray();

    private JsonStrings() {}

    /** Appends a text in quotes. Halves of surrogate pairs are escaped, because they have no form in UTF-8. */
    static void append(StringBuilder out, String text) {
        out.append('"');
        int written = 0;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            out.append(text, written, i);
            appendEscape(out, c);
            written = i + 1;
        }
        out.append(text, written, length).append('"');
    }

    private static void appendEscape(StringBuilder out, char c) {
        switch (c) {
            case '"', '\\' -> out.append('\\').append(c);
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                out.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    out.append(HEXADECIMAL[c >> shift & 15]);
                }
            }
        }
    }
}
