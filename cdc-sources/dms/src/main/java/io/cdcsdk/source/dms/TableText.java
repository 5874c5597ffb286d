package io.cdcsdk.source.dms;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** Reads the text form of tables: {@code person_id:int64:key,full_name:string,salary:decimal(10,2):required}. */
final class TableText {
    private static final String FORM = "expected name:type, name:type:required or name:type:key";

    private TableText() {}

    /**
     * The schema that a text states.
     *
     * @param key the key columns in order, or empty where the text marks them
     * @throws IllegalArgumentException naming everything that is wrong, separated by semicolons
     */
    static TableSchema schema(TableId table, String columns, List<String> key) {
        TableSchema.Builder schema = TableSchema.builder(table);
        List<String> problems = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (String column : split(columns)) {
            try {
                add(schema, column.strip(), names);
            } catch (IllegalArgumentException e) {
                problems.add(e.getMessage());
            }
        }
        for (String name : key) {
            if (!names.contains(name)) {
                problems.add("the key names a column '" + name + "' that is not among " + String.join(", ", names));
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        return key.isEmpty() ? schema.build() : schema.key(key).build();
    }

    /** Notes the name before the type is read: a key that names a column with a broken type is not a second mistake. */
    private static void add(TableSchema.Builder schema, String text, List<String> names) {
        int end = text.length();
        boolean key = text.endsWith(":key");
        boolean required = text.endsWith(":required");
        if (key || required) {
            end = text.lastIndexOf(':');
        }
        int colon = text.lastIndexOf(':', end - 1);
        if (colon < 1) {
            throw new IllegalArgumentException("'" + text + "' is not a column: " + FORM);
        }
        String name = text.substring(0, colon).strip();
        names.add(name);
        LogicalType type = LogicalType.parse(text.substring(colon + 1, end));
        if (key) {
            schema.key(name, type);
        } else {
            schema.column(required ? Column.required(name, type) : Column.of(name, type));
        }
    }

    /** The parts of a list with commas; those in parentheses and in double quotes do not separate. */
    static List<String> split(String list) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < list.length(); i++) {
            switch (list.charAt(i)) {
                case '"' -> quoted = !quoted;
                case '(' -> depth++;
                case ')' -> depth--;
                case ',' -> {
                    if (depth == 0 && !quoted) {
                        parts.add(list.substring(from, i).strip());
                        from = i + 1;
                    }
                }
                default -> {}
            }
        }
        parts.add(list.substring(from).strip());
        return parts;
    }
}
