package io.cdcsdk.api;

import java.util.Objects;

/**
 * A snapshot of the table begins; the rows that follow with {@link Operation#SNAPSHOT} belong to it. One that had begun before and not completed is given up.
 *
 * @param schema the schema of the snapshot's rows
 * @param origin where the event comes from
 */
public record SnapshotStarted(TableSchema schema, Origin origin) implements ChangeEvent {
    public SnapshotStarted {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(origin, "origin");
    }

    @Override
    public String toString() {
        return "SnapshotStarted of " + schema.table() + " at " + origin.position();
    }
}
