package io.cdcsdk.sink.file;

import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.format.ValueText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4180 with line feeds. A null is an unquoted text; a value that equals it, and every empty string, is quoted, so that the
 * two can be told apart.
 */
final class CsvFormat implements LineFormat {
    private static final byte QUOTE = '"';
    private static final byte[] END = {'\n'};
    private static final byte[] NOTHING = {};

    private final byte delimiter;
    private final byte[] delimiterPrefix;
    private final String nullText;
    private final byte[] nullField;
    private final FileSink.Header header;
    private final StringBuilder text = new StringBuilder();

    CsvFormat(char delimiter, FileSink.Header header, String nullText) {
        this.delimiter = (byte) delimiter;
        this.delimiterPrefix = new byte[] {this.delimiter};
        this.header = header;
        this.nullText = nullText;
        this.nullField = nullText.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether a null text can be written without quotes. */
    static boolean isNullText(String text, char delimiter) {
        return text.chars().noneMatch(c -> c == delimiter || c == QUOTE || c == '\n' || c == '\r');
    }

    @Override
    public String signature() {
        return "csv, delimiter '" + (delimiter == '\t' ? "\\t" : String.valueOf((char) delimiter)) + "', header "
                + header + ", null '" + nullText + "'";
    }

    @Override
    public String extension() {
        return "csv";
    }

    @Override
    public void appendHeader(TableSchema schema, Bytes out) {
        if (header == FileSink.Header.NONE) {
            return;
        }
        for (int i = 0; i < schema.size(); i++) {
            out.append(prefix(schema, i));
            appendText(schema.column(i).name(), out);
        }
        out.append(END);
    }

    @Override
    public byte[] prefix(TableSchema schema, int ordinal) {
        return ordinal == 0 ? NOTHING : delimiterPrefix;
    }

    @Override
    public byte[] end() {
        return END;
    }

    @Override
    public byte[] nullField() {
        return nullField;
    }

    @Override
    public void appendField(Row row, int ordinal, Bytes out) {
        switch (row.schema().kind(ordinal)) {
            case INT32, INT64 -> {
                int start = out.length();
                out.appendDigits(row.primitive(ordinal));
                if (Arrays.equals(out.array(), start, out.length(), nullField, 0, nullField.length)) {
                    out.truncate(start);
                    appendQuoted(nullText, out);
                }
            }
            case STRING, JSON -> appendText(row.string(ordinal), out);
            default -> {
                text.setLength(0);
                ValueText.append(text, row, ordinal);
                appendText(text, out);
            }
        }
    }

    private void appendText(CharSequence value, Bytes out) {
        int start = out.length();
        boolean plain = value.length() > 0;
        for (int i = 0; i < value.length() && plain; ) {
            char c = value.charAt(i);
            plain = c != delimiter && c != QUOTE && c != '\n' && c != '\r';
            i = out.appendUtf8(value, i);
        }
        if (!plain || Arrays.equals(out.array(), start, out.length(), nullField, 0, nullField.length)) {
            out.truncate(start);
            appendQuoted(value, out);
        }
    }

    private static void appendQuoted(CharSequence value, Bytes out) {
        out.append(QUOTE);
        for (int i = 0; i < value.length(); ) {
            if (value.charAt(i) == QUOTE) {
                out.append(QUOTE);
            }
            i = out.appendUtf8(value, i);
        }
        out.append(QUOTE);
    }

    @Override
    public int endOfField(byte[] buffer, int from, int limit) {
        int at = from;
        if (at < limit && buffer[at] == QUOTE) {
            at = endOfQuotes(buffer, at + 1, limit);
        }
        while (at < limit && buffer[at] != delimiter && buffer[at] != '\n') {
            at++;
        }
        return at < limit ? at : -1;
    }

    private static int endOfQuotes(byte[] buffer, int from, int limit) {
        int at = from;
        while (at < limit) {
            if (buffer[at++] == QUOTE) {
                if (at == limit || buffer[at] != QUOTE) {
                    return at;
                }
                at++;
            }
        }
        return limit;
    }

    @Override
    public @Nullable String decode(byte[] buffer, int from, int to) {
        if (from < to && buffer[from] == QUOTE) {
            String quoted = new String(buffer, from + 1, to - from - 2, StandardCharsets.UTF_8);
            return quoted.indexOf(QUOTE) < 0 ? quoted : quoted.replace("\"\"", "\"");
        }
        return Arrays.equals(buffer, from, to, nullField, 0, nullField.length)
                ? null
                : new String(buffer, from, to - from, StandardCharsets.UTF_8);
    }
}
