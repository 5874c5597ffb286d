package io.cdcsdk.sink.file;

import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.format.ValueText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object per line, with every column in the order of the schema, as {@link io.cdcsdk.format.JsonRows} writes and reads
 * them: booleans, whole and finite floating numbers and arrays as they are, everything else as a string in its text form.
 */
final class JsonLinesFormat implements LineFormat {
    private static final byte QUOTE = '"';
    private static final byte BACKSLASH = '\\';
    private static final byte[] END = {'}', '\n'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final StringBuilder text = new StringBuilder();

    @Override
    public String signature() {
        return "json-lines";
    }

    @Override
    public String extension() {
        return "jsonl";
    }

    @Override
    public void appendHeader(TableSchema schema, Bytes out) {}

    @Override
    public byte[] prefix(TableSchema schema, int ordinal) {
        Bytes prefix = new Bytes().append(ordinal == 0 ? '{' : ',');
        appendString(schema.column(ordinal).name(), prefix);
        return prefix.append(':').copy();
    }

    @Override
    public byte[] end() {
        return END;
    }

    @Override
    public byte[] nullField() {
        return NULL;
    }

    @Override
    public void appendField(Row row, int ordinal, Bytes out) {
        switch (row.schema().kind(ordinal)) {
            case INT32, INT64 -> out.appendDigits(row.primitive(ordinal));
            case STRING, JSON -> appendString(row.string(ordinal), out);
            case BOOLEAN, ARRAY -> appendRaw(row, ordinal, out);
            case FLOAT32 -> {
                if (Float.isFinite(Float.intBitsToFloat((int) row.primitive(ordinal)))) {
                    appendRaw(row, ordinal, out);
                } else {
                    appendAsString(row, ordinal, out);
                }
            }
            case FLOAT64 -> {
                if (Double.isFinite(Double.longBitsToDouble(row.primitive(ordinal)))) {
                    appendRaw(row, ordinal, out);
                } else {
                    appendAsString(row, ordinal, out);
                }
            }
            default -> appendAsString(row, ordinal, out);
        }
    }

    private void appendRaw(Row row, int ordinal, Bytes out) {
        text.setLength(0);
        ValueText.append(text, row, ordinal);
        for (int i = 0; i < text.length(); ) {
            i = out.appendUtf8(text, i);
        }
    }

    private void appendAsString(Row row, int ordinal, Bytes out) {
        text.setLength(0);
        ValueText.append(text, row, ordinal);
        appendString(text, out);
    }

    private static void appendString(CharSequence value, Bytes out) {
        out.append(QUOTE);
        for (int i = 0; i < value.length(); ) {
            char c = value.charAt(i);
            boolean lone = Character.isSurrogate(c) && !isPair(value, i);
            if (c < ' ' || lone) {
                appendEscape(c, out);
                i++;
            } else {
                if (c == QUOTE || c == BACKSLASH) {
                    out.append(BACKSLASH);
                }
                i = out.appendUtf8(value, i);
            }
        }
        out.append(QUOTE);
    }

    private static boolean isPair(CharSequence value, int index) {
        return index + 1 < value.length() && Character.isSurrogatePair(value.charAt(index), value.charAt(index + 1));
    }

    private static void appendEscape(char c, Bytes out) {
        out.append(BACKSLASH);
        switch (c) {
            case '\n' -> out.append('n');
            case '\r' -> out.append('r');
            case '\t' -> out.append('t');
            default -> {
                out.append('u');
                for (int shift = 12; shift >= 0; shift -= 4) {
                    out.append(Character.forDigit(c >> shift & 0xF, 16));
                }
            }
        }
    }

    @Override
    public int endOfField(byte[] buffer, int from, int limit) {
        int depth = 0;
        for (int at = from; at < limit; at++) {
            byte b = buffer[at];
            if (b == QUOTE) {
                at = endOfString(buffer, at + 1, limit);
            } else if (b == '[') {
                depth++;
            } else if (b == ']') {
                depth--;
            } else if (depth == 0 && (b == ',' || b == '}')) {
                return at;
            }
        }
        return -1;
    }

    private static int endOfString(byte[] buffer, int from, int limit) {
        int at = from;
        while (at < limit && buffer[at] != QUOTE) {
            at += buffer[at] == BACKSLASH ? 2 : 1;
        }
        return at;
    }

    @Override
    public @Nullable String decode(byte[] buffer, int from, int to) {
        if (buffer[from] == QUOTE) {
            String quoted = new String(buffer, from + 1, to - from - 2, StandardCharsets.UTF_8);
            return quoted.indexOf(BACKSLASH) < 0 ? quoted : unescape(quoted);
        }
        // No type writes an unquoted null but the null itself.
        return buffer[from] == 'n' ? null : new String(buffer, from, to - from, StandardCharsets.UTF_8);
    }

    private static String unescape(String escaped) {
        StringBuilder plain = new StringBuilder(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c != BACKSLASH) {
                plain.append(c);
                continue;
            }
            c = escaped.charAt(++i);
            switch (c) {
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case 't' -> plain.append('\t');
                case 'u' -> {
                    plain.append((char) Integer.parseInt(escaped, i + 1, i + 5, 16));
                    i += 4;
                }
                default -> plain.append(c);
            }
        }
        return plain.toString();
    }
}
