package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.api.Fatal;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.WriteBatch;

/**
 * Changes in the database's own form of a batch, which is that of its log: handed over in one piece, as a call for each change
 * takes longer than the change.
 */
final class BatchWriter {
    private static final int HEADER = 12;
    private static final int COUNT = 8;
    private static final byte PUT = 1;
    private static final byte PUT_IN_FAMILY = 5;
    private static final int LARGEST = Integer.MAX_VALUE - 64;

    private byte[] bytes;
    private int size;
    private int count;

    BatchWriter(int capacity) {
        bytes = new byte[Math.max(64, capacity)];
    }

    /** Begins anew, in the room that there is. */
    void clear() {
        size = 0;
        count = 0;
    }

    /** How many bytes it keeps. */
    int room() {
        return bytes.length;
    }

    void put(int family, byte[] key, byte[] value) {
        put(family, key, key.length, value, value.length);
    }

    void put(int family, byte[] key, int keyLength, byte[] value, int valueLength) {
        reserve(20L + keyLength + valueLength);
        if (family == 0) {
            bytes[size++] = PUT;
        } else {
            bytes[size++] = PUT_IN_FAMILY;
            length(family);
        }
        length(keyLength);
        System.arraycopy(key, 0, bytes, size, keyLength);
        size += keyLength;
        length(valueLength);
        System.arraycopy(value, 0, bytes, size, valueLength);
        size += valueLength;
        count++;
    }

    private void length(int value) {
        int rest = value;
        while (rest >= 0x80) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void reserve(long more) {
        long needed = size + more;
        if (needed > LARGEST) {
            throw tooLarge();
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(LARGEST, Math.max(needed, bytes.length * 3L / 2)));
        }
    }

    private static Fatal tooLarge() {
        return new Fatal("a commit changes more than 2 GB of the history: commit fewer events at once");
    }

    /** One batch of several parts, in their order. The caller closes it. */
    static WriteBatch batch(List<BatchWriter> parts) {
        long total = HEADER;
        int changes = 0;
        for (BatchWriter part : parts) {
            total += part.size;
            changes += part.count;
        }
        if (total > LARGEST) {
            throw tooLarge();
        }
        byte[] all = new byte[(int) total];
        for (int i = 0; i < Integer.BYTES; i++) {
            all[COUNT + i] = (byte) (changes >>> Byte.SIZE * i);
        }
        int at = HEADER;
        for (BatchWriter part : parts) {
            System.arraycopy(part.bytes, 0, all, at, part.size);
            at += part.size;
        }
        return new WriteBatch(all);
    }
}
