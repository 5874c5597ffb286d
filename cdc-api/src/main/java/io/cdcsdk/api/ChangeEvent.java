package io.cdcsdk.api;

/**
 * One thing that happened to one table. Events are immutable and safe for any thread. Their {@code toString} shows no values.
 *
 * <p>A snapshot is a {@link SnapshotStarted}, any number of {@link RowChange}s with {@link Operation#SNAPSHOT}, and a {@link
 * SnapshotCompleted}. It REPLACES: at its completion a target drops the rows that were there before and that the snapshot did
 * not contain. One that never completes drops nothing.
 */
public sealed interface ChangeEvent permits RowChange, Truncate, SchemaChange, SnapshotStarted, SnapshotCompleted {
    /** The schema that holds from this event on. */
    TableSchema schema();

    /** Where the event comes from. */
    Origin origin();

    /** The table. */
    default TableId table() {
        return schema().table();
    }

    /** The event's place in its lane. */
    default Position position() {
        return origin().position();
    }
}
