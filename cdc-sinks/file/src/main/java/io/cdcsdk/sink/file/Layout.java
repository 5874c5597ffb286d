package io.cdcsdk.sink.file;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;

/** How the rows of one schema stand in lines. Not safe for several threads, as its format is not. */
final class Layout {
    private final LineFormat format;
    private final TableSchema schema;
    private final byte[][] prefixes;
    private final int[] lastBounds;

    Layout(LineFormat format, TableSchema schema) {
        this.format = format;
        this.schema = schema;
        this.prefixes = new byte[schema.size()][];
        for (int i = 0; i < prefixes.length; i++) {
            prefixes[i] = format.prefix(schema, i);
        }
        this.lastBounds = new int[2 * schema.size()];
    }

    /** Whether two schemas give the same lines: the same columns in the same order, and the same key. */
    static boolean same(TableSchema one, TableSchema other) {
        if (one == other) {
            return true;
        }
        if (one.size() != other.size() || !one.keyNames().equals(other.keyNames())) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            Column left = one.column(i);
            Column right = other.column(i);
            if (!left.name().equals(right.name()) || !left.type().equals(right.type())) {
                return false;
            }
        }
        return true;
    }

    LineFormat format() {
        return format;
    }

    TableSchema schema() {
        return schema;
    }

    int size() {
        return prefixes.length;
    }

    byte[] header() {
        Bytes header = new Bytes();
        format.appendHeader(schema, header);
        return header.copy();
    }

    /**
     * Appends a complete row.
     *
     * @throws IllegalArgumentException if a value cannot be written; the message names its column
     */
    void appendLine(Row row, Bytes out) {
        for (int i = 0; i < prefixes.length; i++) {
            out.append(prefixes[i]);
            appendField(row, i, out);
        }
        out.append(format.end());
    }

    /** Appends the ordinal, the length and the field of those columns of a row that are values or nulls. */
    void appendPartial(Row row, Bytes out) {
        for (int i = 0; i < prefixes.length; i++) {
            if (row.hasValue(i) || row.isNull(i)) {
                int start = out.length();
                out.appendInt(i).appendInt(0);
                appendField(row, i, out);
                BigEndian.putInt(out.array(), start + 4, out.length() - start - 8);
            }
        }
    }

    private void appendField(Row row, int ordinal, Bytes out) {
        if (!row.hasValue(ordinal)) {
            out.append(format.nullField());
            return;
        }
        try {
            format.appendField(row, ordinal, out);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "column '" + schema.column(ordinal).name() + "' ("
                            + schema.column(ordinal).type() + ") cannot be written: " + e.getMessage(),
                    e);
        }
    }

    void appendPrefix(int ordinal, Bytes out) {
        out.append(prefixes[ordinal]);
    }

    void appendEnd(Bytes out) {
        out.append(format.end());
    }

    /**
     * Cuts a line into fields; {@link #fieldFrom} and {@link #fieldTo} then tell where they are.
     *
     * @return the index behind the line, or -1 if the line does not end before the limit
     */
    int split(byte[] buffer, int from, int limit) {
        int at = from;
        for (int i = 0; i < prefixes.length; i++) {
            at += prefixes[i].length;
            int end = at > limit ? -1 : format.endOfField(buffer, at, limit);
            if (end < 0) {
                return -1;
            }
            lastBounds[2 * i] = at;
            lastBounds[2 * i + 1] = end;
            at = end;
        }
        int next = at + format.end().length;
        return next <= limit ? next : -1;
    }

    /** Where the field of a column begins in the line that was split last. */
    int fieldFrom(int ordinal) {
        return lastBounds[2 * ordinal];
    }

    /** Where the field of a column ends in the line that was split last. */
    int fieldTo(int ordinal) {
        return lastBounds[2 * ordinal + 1];
    }
}
