package io.cdcsdk.api;

import java.util.Objects;

/**
 * The name of a table: a schema (or database) and a name within it, both exactly as the source spells them.
 *
 * @param schema the schema or database; empty where the source has none
 * @param name the table's name; never empty
 */
public record TableId(String schema, String name) implements Comparable<TableId> {
    public TableId {
        Objects.requireNonNull(schema, "schema");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a table needs a name");
        }
    }

    /** A table in a schema. */
    public static TableId of(String schema, String name) {
        return new TableId(schema, name);
    }

    /** A table of a source that has no schemas. */
    public static TableId of(String name) {
        return new TableId("", name);
    }

    /**
     * Reads the form that {@link #toString()} writes: {@code schema.name} or {@code name}, either part in double quotes
     * (doubled inside) if it holds a dot or a quote.
     *
     * @throws IllegalArgumentException if the text is not of that form
     */
    public static TableId parse(String text) {
        int first = endOfPart(text, 0);
        if (first == text.length()) {
            return of(unquote(text, text));
        }
        int second = endOfPart(text, first + 1);
        if (second != text.length()) {
            throw notTable(text);
        }
        return of(unquote(text.substring(0, first), text), unquote(text.substring(first + 1), text));
    }

    private static IllegalArgumentException notTable(String text) {
        return new IllegalArgumentException("'" + text
                + "' is not a table: expected schema.name, with double quotes around a part with dots or quotes");
    }

    private static int endOfPart(String text, int from) {
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '.' && !quoted) {
                return i;
            }
        }
        return text.length();
    }

    private static String unquote(String part, String text) {
        if (part.indexOf('"') < 0) {
            return part;
        }
        boolean quoted = part.length() >= 2 && part.startsWith("\"") && part.endsWith("\"");
        String inside = quoted ? part.substring(1, part.length() - 1) : part;
        if (!quoted || inside.replace("\"\"", "").indexOf('"') >= 0) {
            throw notTable(text);
        }
        return inside.replace("\"\"", "\"");
    }

    private static String quote(String part) {
        if (part.indexOf('.') < 0 && part.indexOf('"') < 0) {
            return part;
        }
        return '"' + part.replace("\"", "\"\"") + '"';
    }

    @Override
    public int compareTo(TableId other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return schema.isEmpty() ? quote(name) : quote(schema) + '.' + quote(name);
    }
}
