package io.cdcsdk.api;

/** What a sink can do. What it does not declare, it must refuse with {@link Fatal}; contract tests check it. */
public enum SinkCapability {
    /** Keeps cursors in its target, moved together with the data: exactly-once effect. Without it: at least once. */
    CURSOR,
    /** Applies {@link Operation#UPDATE} and {@link Operation#DELETE} by key. */
    UPSERT,
    /** Lets a completed snapshot replace what was there. */
    SNAPSHOT,
    /** Applies {@link Truncate}. */
    TRUNCATE,
    /** Follows {@link SchemaChange}. */
    SCHEMA_CHANGE,
    /** Accepts tables without a key. */
    KEYLESS_TABLES
}
