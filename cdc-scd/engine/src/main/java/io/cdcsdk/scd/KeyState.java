package io.cdcsdk.scd;

import java.util.List;

/**
 * What the engine keeps of one key: the state at the edge of the window, the events inside the window, and the versions that
 * overlap it. Immutable. Opaque to stores, which keep it as an object or as the bytes of {@link StateCodec}.
 */
public final class KeyState {
    /** The key. */
    public RowKey key() {
        throw new UnsupportedOperationException();
    }

    /** The time of the oldest event that is kept, in microseconds, or {@link Long#MAX_VALUE} if none is. */
    public long oldestEventTime() {
        throw new UnsupportedOperationException();
    }

    /** How many events are kept. */
    public int eventCount() {
        throw new UnsupportedOperationException();
    }

    /**
     * The versions that are kept, sorted by their beginning, as rows of the table's schema; what truncates closed since the state was
     * written is closed. All versions of the key are the {@linkplain KeyUpdate#archived archived} ones and these.
     */
    public List<Version> versions(TableState table) {
        throw new UnsupportedOperationException();
    }
}
