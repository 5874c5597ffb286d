package io.cdcsdk.format;

import com.fasterxml.jackson.core.JsonToken;
import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import java.io.IOException;

/**
 * Rows of one schema as flat JSON objects, one field for each column in the order of the schema: {@code
 * {"id":1,"amount":"12.50","paid":null}}.
 *
 * <p>Booleans, whole numbers and floating-point numbers are themselves, NaN and the infinities strings; arrays are arrays; all
 * other values are strings of their {@linkplain ValueText canonical text}. Decimals and JSON documents are strings too: many
 * readers would make doubles of the one, and none keeps the spelling of the other. Reading is exact, and takes a number or a
 * string for every kind of number.
 *
 * <p>Safe for any thread.
 */
public final class JsonRows {
    private static final String UNAVAILABLE = "{\"state\":\"unavailable\"}";

    private final TableSchema schema;
    private final String[] names;
    private final JsonColumnReader[] readers;

    private JsonRows(TableSchema schema) {
        this.schema = schema;
        this.names = new String[schema.size()];
        this.readers = new JsonColumnReader[schema.size()];
        for (int i = 0; i < schema.size(); i++) {
            StringBuilder name = new StringBuilder();
            JsonStrings.append(name, schema.column(i).name());
            names[i] = name.append(':').toString();
            readers[i] = JsonColumnReader.of(schema.column(i).type());
        }
    }

    /** The form of the rows of a schema. To be kept for as many rows as there are. */
    public static JsonRows of(TableSchema schema) {
        return new JsonRows(schema);
    }

    /**
     * Appends a row, without a line break.
     *
     * @throws IllegalArgumentException if the row is of another schema
     * @throws IllegalStateException if a column is absent or unavailable: what a plain object shows instead is for the caller to
     *     decide
     */
    public void append(StringBuilder out, Row row) {
        requireSchema(row);
        out.append('{');
        for (int i = 0; i < names.length; i++) {
            out.append(i == 0 ? "" : ",").append(names[i]);
            if (row.isNull(i)) {
                out.append("null");
            } else {
                JsonColumns.append(out, row, i);
            }
        }
        out.append('}');
    }

    /** The text of a row; see {@link #append}. */
    public String write(Row row) {
        StringBuilder out = new StringBuilder();
        append(out, row);
        return out.toString();
    }

    /**
     * Reads a row. A column without a field is absent.
     *
     * @throws BadRecord if the text is not a row of the schema; the message names the JSON path, which is the column
     */
    public Row read(String text) {
        return JsonCursor.read(text, "JSON row of " + schema.table(), cursor -> read(cursor, false));
    }

    /** Reads a row from a part of a buffer, which is not kept; see {@link #read(String)}. */
    public Row read(char[] buffer, int offset, int length) {
        return JsonCursor.read(buffer, offset, length, "JSON row of " + schema.table(), cursor -> read(cursor, false));
    }

    /** Appends a row with all states: absent columns are left out, unavailable ones marked by an object. */
    void appendImage(StringBuilder out, Row row) {
        requireSchema(row);
        String separator = "{";
        for (int i = 0; i < names.length; i++) {
            ColumnState state = row.state(i);
            if (state == ColumnState.ABSENT) {
                continue;
            }
            out.append(separator).append(names[i]);
            switch (state) {
                case NULL -> out.append("null");
                case UNAVAILABLE -> out.append(UNAVAILABLE);
                default -> JsonColumns.append(out, row, i);
            }
            separator = ",";
        }
        out.append(separator.equals("{") ? "{}" : "}");
    }

    /** Reads what {@link #appendImage} wrote. */
    Row readImage(JsonCursor cursor) throws IOException {
        return read(cursor, true);
    }

    private void requireSchema(Row row) {
        if (row.schema() != schema && !row.schema().equals(schema)) {
            throw new IllegalArgumentException("a row of " + row.schema() + " is not one of " + schema);
        }
    }

    private Row read(JsonCursor cursor, boolean marked) throws IOException {
        Row.Builder row = Row.builder(schema);
        boolean[] seen = new boolean[names.length];
        cursor.startObject();
        while (cursor.nextField()) {
            int ordinal = ordinal(cursor);
            if (seen[ordinal]) {
                throw cursor.bad("stands there twice");
            }
            seen[ordinal] = true;
            if (cursor.isAt(JsonToken.VALUE_NULL)) {
                row.setNull(ordinal);
            } else if (marked && cursor.isAt(JsonToken.START_OBJECT)) {
                readUnavailable(cursor);
                row.setUnavailable(ordinal);
            } else {
                readValue(cursor, row, ordinal);
            }
        }
        return row.build();
    }

    private int ordinal(JsonCursor cursor) throws IOException {
        String name = cursor.name();
        if (!schema.hasColumn(name)) {
            throw cursor.bad(
                    "is not a column of " + schema.table() + "; it has " + String.join(", ", schema.columnNames()));
        }
        return schema.ordinal(name);
    }

    private void readValue(JsonCursor cursor, Row.Builder row, int ordinal) throws IOException {
        try {
            readers[ordinal].read(cursor.parser(), row, ordinal);
        } catch (IllegalArgumentException e) {
            throw cursor.bad(e);
        }
    }

    private static void readUnavailable(JsonCursor cursor) throws IOException {
        boolean unavailable = false;
        while (cursor.nextField()) {
            unavailable = cursor.name().equals("state")
                    && cursor.isAt(JsonToken.VALUE_STRING)
                    && cursor.text().equals("unavailable");
            if (!unavailable) {
                break;
            }
        }
        if (!unavailable) {
            throw cursor.bad("expected a value, null or " + UNAVAILABLE);
        }
    }
}
