package io.cdcsdk.api;

/** What a source can do. What it does not declare, it must refuse or never do; contract tests check it. */
public enum SourceCapability {
    /** Sends snapshots: {@link SnapshotStarted}, rows, {@link SnapshotCompleted}. */
    SNAPSHOT,
    /** A snapshot that was interrupted starts over, in a new epoch, instead of resuming from a position inside. */
    RESTARTS_SNAPSHOT,
    /** Sends {@link Truncate}. */
    TRUNCATE,
    /** Sends {@link SchemaChange}. */
    SCHEMA_CHANGE,
    /** Sends tables without a key. */
    KEYLESS_TABLES,
    /** Tells {@link Origin#transaction()} and marks batches that end inside one. */
    TRANSACTIONS,
    /** Comes to an end: {@link EventBatch#endOfSource()}. */
    FINITE,
    /** Can go on behind a record that it cannot decode, or without its lane: {@link Source#skip()}, {@link Source#halt()}. */
    SKIPS_UNDECODABLE
}
