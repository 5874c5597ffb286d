package io.cdcsdk.scd;

import io.cdcsdk.api.Fatal;

/**
 * The bytes of states and versions, for stores outside the heap. The first byte is a format version; what a newer version of this
 * library wrote is refused with {@link Fatal}. A codec serves one table; not safe for use by several threads.
 */
public final class StateCodec {
    /**
     * A codec for the keys of one table.
     *
     * @param table the table's state: the newest known when bytes are written, and at least as new as the bytes that are read
     */
    public StateCodec(TableState table) {}

    /** The bytes of a table's state. */
    public static byte[] encode(TableState state) {
        throw new UnsupportedOperationException();
    }

    /** Reads a table's state. */
    public static TableState decodeTable(byte[] bytes) {
        throw new UnsupportedOperationException();
    }

    /** The bytes of a key's state, key included. */
    public byte[] encode(KeyState state) {
        throw new UnsupportedOperationException();
    }

    /** Reads a key's state. */
    public KeyState decodeKey(byte[] bytes) {
        throw new UnsupportedOperationException();
    }

    /** {@link KeyState#oldestEventTime()} of the bytes of a key's state, without reading the rest. */
    public static long oldestEventTime(byte[] bytes) {
        throw new UnsupportedOperationException();
    }

    /** The bytes of a version. */
    public byte[] encode(Version version) {
        throw new UnsupportedOperationException();
    }

    /** Reads a version; its row has the table's current schema. */
    public Version decodeVersion(byte[] bytes) {
        throw new UnsupportedOperationException();
    }

    /** The bytes of a key; they sort, as unsigned bytes, as the keys of one table do, and none is a prefix of another. */
    public static byte[] encode(RowKey key) {
        throw new UnsupportedOperationException();
    }
}
