package io.cdcsdk.scd;

import io.cdcsdk.api.TableSchema;

/**
 * What the engine keeps of one table: the history's schema, the newest time of each lane, truncates and snapshots, and the size of
 * the keys' states. Immutable.
 */
public final class TableState {
    /**
     * The schema of the history's rows: all columns that the table ever had, in their widest types.
     */
    public TableSchema schema() {
        throw new UnsupportedOperationException();
    }

    /** How many keys have a state. */
    public long keys() {
        throw new UnsupportedOperationException();
    }

    /** How many events all keys' states hold: the size of the window. */
    public long events() {
        throw new UnsupportedOperationException();
    }
}
