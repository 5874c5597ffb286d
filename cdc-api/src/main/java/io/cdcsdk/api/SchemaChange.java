package io.cdcsdk.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The columns or the key of the table changed. A source sends it before the first row of the new schema.
 *
 * @param before the schema until now, or null where the source does not know it
 * @param schema the schema from now on
 * @param origin where the event comes from
 */
public record SchemaChange(@Nullable TableSchema before, TableSchema schema, Origin origin) implements ChangeEvent {
    public SchemaChange {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(origin, "origin");
    }

    @Override
    public String toString() {
        return "SchemaChange of " + schema.table() + " to version " + schema.version() + " at " + origin.position();
    }
}
