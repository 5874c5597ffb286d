package io.cdcsdk.api;

import java.util.Objects;

/**
 * One column of a table.
 *
 * @param name the name, exactly as the source spells it; never empty
 * @param type the type of its values
 * @param nullability whether the source lets it be null
 */
public record Column(String name, LogicalType type, Nullability nullability) {
    /** Whether a column may hold null. */
    public enum Nullability {
        /** The column may hold null, or the source does not tell. */
        NULLABLE,
        /** The source guarantees that the column is never null. */
        REQUIRED
    }

    public Column {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(nullability, "nullability");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a column needs a name");
        }
    }

    /** A column that may be null. */
    public static Column of(String name, LogicalType type) {
        return new Column(name, type, Nullability.NULLABLE);
    }

    /** A column that is never null. */
    public static Column required(String name, LogicalType type) {
        return new Column(name, type, Nullability.REQUIRED);
    }

    @Override
    public String toString() {
        return name + ' ' + type + (nullability == Nullability.REQUIRED ? " required" : "");
    }
}
