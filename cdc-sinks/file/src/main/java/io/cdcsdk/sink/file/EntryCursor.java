package io.cdcsdk.sink.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;

/**
 * Goes through entries in the order of key, sequence number and kind. An entry is: its length (4 bytes), the length of the key
 * (4), the sequence number (8), the kind (1), the key, the payload.
 */
abstract class EntryCursor implements Closeable {
    private static final int HEADER = 17;

    private final int schemaIndex;

    /** Holds the present entry. */
    byte[] buffer = {};

    /** Where the present entry begins. */
    int start;

    /** A cursor over entries whose images have the schema of that index in the table's history. */
    EntryCursor(int schemaIndex) {
        this.schemaIndex = schemaIndex;
    }

    /** Goes to the next entry; false at the end. */
    abstract boolean next() throws IOException;

    @Override
    public void close() throws IOException {}

    final int schemaIndex() {
        return schemaIndex;
    }

    final int keyFrom() {
        return start + HEADER;
    }

    final int keyTo() {
        return start + HEADER + BigEndian.readInt(buffer, start + 4);
    }

    final long sequence() {
        return BigEndian.readLong(buffer, start + 8);
    }

    final EntryKind kind() {
        return EntryKind.ofCode(buffer[start + 16]);
    }

    final int payloadFrom() {
        return keyTo();
    }

    final int end() {
        return start + BigEndian.readInt(buffer, start);
    }

    final boolean hasKey(Bytes key) {
        return Arrays.equals(buffer, keyFrom(), keyTo(), key.array(), 0, key.length());
    }

    final int compareTo(EntryCursor other) {
        int byKey = Arrays.compareUnsigned(buffer, keyFrom(), keyTo(), other.buffer, other.keyFrom(), other.keyTo());
        if (byKey != 0) {
            return byKey;
        }
        int bySequence = Long.compare(sequence(), other.sequence());
        return bySequence != 0 ? bySequence : buffer[start + 16] - other.buffer[other.start + 16];
    }

    /** Begins an entry; the payload is appended next, and {@link #end(Bytes, int)} completes it. */
    static void begin(Bytes out, byte[] key, int keyFrom, int keyTo, long sequence, EntryKind kind) {
        out.appendInt(0)
                .appendInt(keyTo - keyFrom)
                .appendLong(sequence)
                .append(kind.code())
                .append(key, keyFrom, keyTo);
    }

    /** Completes the entry that begins at an index. */
    static void end(Bytes out, int from) {
        BigEndian.putInt(out.array(), from, out.length() - from);
    }
}
