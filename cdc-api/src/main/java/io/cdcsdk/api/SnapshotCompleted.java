package io.cdcsdk.api;

import java.util.Objects;

/**
 * The snapshot of the table is complete: what was there before and is not in it has gone.
 *
 * @param schema the schema of the snapshot's rows
 * @param origin where the event comes from
 */
public record SnapshotCompleted(TableSchema schema, Origin origin) implements ChangeEvent {
    public SnapshotCompleted {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(origin, "origin");
    }

    @Override
    public String toString() {
        return "SnapshotCompleted of " + schema.table() + " at " + origin.position();
    }
}
