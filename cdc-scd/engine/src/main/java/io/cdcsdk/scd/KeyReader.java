package io.cdcsdk.scd;

import org.jspecify.annotations.Nullable;

/** What the engine reads of one table's state while it merges. Implemented by stores; one thread. */
public interface KeyReader {
    /**
     * Reads the states of some keys.
     *
     * @param keys distinct keys; the first {@code count} count
     * @param into receives the state of the key at the same index, or null where the store has none
     * @param count how many
     */
    void read(RowKey[] keys, @Nullable KeyState[] into, int count);

    /** Visits the state of every key of the table, in any order. Needed for truncates that come late and for snapshots. */
    void forEach(KeyVisitor visitor);

    /**
     * Visits some keys whose state holds events from before {@code edge} ({@link KeyState#oldestEventTime()}), so that the
     * engine can fold them. Every such key must come up after a bounded number of calls.
     *
     * @param limit about how many keys to look at
     */
    void forEachExpired(long edge, int limit, KeyVisitor visitor);

    /** Takes a state. */
    @FunctionalInterface
    interface KeyVisitor {
        /** Takes the state of one key. */
        void visit(KeyState state);
    }
}
