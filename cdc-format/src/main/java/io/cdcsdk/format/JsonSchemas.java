package io.cdcsdk.format;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.Column;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of schemas, on one line:
 *
 * <pre>{@code
 * {"format":"cdc-schema/1","table":"shop.orders","version":1,
 *  "columns":[{"name":"id","type":"int64","required":true},{"name":"amount","type":"decimal(10,2)"}],"key":["id"]}
 * }</pre>
 *
 * <p>Types are written as {@link LogicalType#toString()} does, tables as {@link TableId#toString()} does. All methods are safe
 * for any thread.
 */
public final class JsonSchemas {
    /** The version of the form that is written, and the newest that is read. */
    public static final int FORMAT_VERSION = 1;

    private static final String FORMAT = "cdc-schema";

    private JsonSchemas() {}

    /** The JSON form of a schema, without a line break. */
    public static String write(TableSchema schema) {
        StringBuilder out = new StringBuilder("{\"format\":\"" + FORMAT + '/' + FORMAT_VERSION + "\",");
        appendFields(out, schema);
        return out.append('}').toString();
    }

    /** Appends a schema as a part of something that carries a format version of its own. */
    static void append(StringBuilder out, TableSchema schema) {
        appendFields(out.append('{'), schema);
        out.append('}');
    }

    private static void appendFields(StringBuilder out, TableSchema schema) {
        JsonStrings.append(out.append("\"table\":"), schema.table().toString());
        out.append(",\"version\":").append(schema.version()).append(",\"columns\":[");
        String separator = "";
        for (Column column : schema.columns()) {
            JsonStrings.append(out.append(separator).append("{\"name\":"), column.name());
            JsonStrings.append(out.append(",\"type\":"), column.type().toString());
            out.append(column.nullability() == Column.Nullability.REQUIRED ? ",\"required\":true}" : "}");
            separator = ",";
        }
        out.append("],\"key\":[");
        separator = "";
        for (String name : schema.keyNames()) {
            JsonStrings.append(out.append(separator), name);
            separator = ",";
        }
        out.append(']');
    }

    /**
     * Reads a schema.
     *
     * @throws BadRecord if the text is not the JSON form of a schema; the message names the JSON path
     * @throws Fatal if the text was written by a newer version of this library
     */
    public static TableSchema read(String text) {
        return JsonCursor.read(text, "JSON schema", cursor -> new Fields(true).read(cursor));
    }

    /** Reads what {@link #append} wrote. */
    static TableSchema read(JsonCursor cursor) throws IOException {
        return new Fields(false).read(cursor);
    }

    /** What has been read of one schema. */
    private static final class Fields {
        private final boolean versioned;
        private @Nullable TableId table;
        private int version;
        private final List<Column> columns = new ArrayList<>();
        private final List<String> key = new ArrayList<>();

        Fields(boolean versioned) {
            this.versioned = versioned;
        }

        TableSchema read(JsonCursor cursor) throws IOException {
            Set<String> seen = new HashSet<>();
            cursor.startObject();
            while (cursor.nextField(seen)) {
                switch (cursor.name()) {
                    case "format" -> readFormat(cursor);
                    case "table" -> table = cursor.value(TableId::parse);
                    case "version" -> version = readVersion(cursor);
                    case "columns" -> readColumns(cursor);
                    case "key" -> readKey(cursor);
                    default -> throw cursor.bad("is not a field of a schema; expected table, version, columns and key");
                }
            }
            return build(cursor, seen);
        }

        private void readFormat(JsonCursor cursor) throws IOException {
            if (!versioned) {
                throw cursor.bad("is not a field of a schema within an event, which has a format of its own");
            }
            cursor.format(FORMAT, FORMAT_VERSION);
        }

        private static int readVersion(JsonCursor cursor) throws IOException {
            long number = cursor.number();
            if (number < 1 || number > Integer.MAX_VALUE) {
                throw cursor.bad("expected a version, a whole number from 1 to " + Integer.MAX_VALUE);
            }
            return (int) number;
        }

        private void readColumns(JsonCursor cursor) throws IOException {
            cursor.startArray();
            while (cursor.nextElement()) {
                columns.add(readColumn(cursor));
            }
        }

        private static Column readColumn(JsonCursor cursor) throws IOException {
            String name = null;
            LogicalType type = null;
            Column.Nullability nullability = Column.Nullability.NULLABLE;
            Set<String> seen = new HashSet<>();
            cursor.startObject();
            while (cursor.nextField(seen)) {
                switch (cursor.name()) {
                    case "name" -> name = cursor.text();
                    case "type" -> type = cursor.value(LogicalType::parse);
                    case "required" ->
                        nullability = cursor.truth() ? Column.Nullability.REQUIRED : Column.Nullability.NULLABLE;
                    default -> throw cursor.bad("is not a field of a column; expected name, type and required");
                }
            }
            if (name == null || type == null) {
                throw cursor.bad("a column needs a name and a type");
            }
            try {
                return new Column(name, type, nullability);
            } catch (IllegalArgumentException e) {
                throw cursor.bad(e);
            }
        }

        private void readKey(JsonCursor cursor) throws IOException {
            cursor.startArray();
            while (cursor.nextElement()) {
                key.add(cursor.text());
            }
        }

        private TableSchema build(JsonCursor cursor, Set<String> seen) {
            for (String name : versioned
                    ? List.of("format", "table", "version", "columns", "key")
                    : List.of("table", "version", "columns", "key")) {
                if (!seen.contains(name)) {
                    throw cursor.bad("a schema needs the field '" + name + "'");
                }
            }
            try {
                TableSchema.Builder builder =
                        TableSchema.builder(Objects.requireNonNull(table)).version(version);
                columns.forEach(builder::column);
                return builder.key(key).build();
            } catch (IllegalArgumentException e) {
                throw cursor.bad(e);
            }
        }
    }
}
