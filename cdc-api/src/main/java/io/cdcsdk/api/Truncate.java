package io.cdcsdk.api;

import java.util.Objects;

/**
 * Every row of the table was deleted, in one step.
 *
 * @param schema the table's schema
 * @param origin where the event comes from
 */
public record Truncate(TableSchema schema, Origin origin) implements ChangeEvent {
    public Truncate {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(origin, "origin");
    }

    @Override
    public String toString() {
        return "Truncate of " + schema.table() + " at " + origin.position();
    }
}
