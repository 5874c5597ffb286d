package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.scd.KeyState;
import io.cdcsdk.scd.RowKey;
import io.cdcsdk.scd.StateCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ByteBufferGetStatus;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Reads and decodes the states of keys on one thread, many in one call, through memory outside the heap that it keeps. */
final class Lookup {
    private static final int KEYS_OF_A_CALL = 1000;
    private static final int LARGEST_KEY = 256;
    private static final int LARGEST_VALUE = 4096;

    private int keyRoom = 32;
    private int valueRoom = 512;
    private List<ByteBuffer> keyBuffers = buffers(keyRoom);
    private List<ByteBuffer> valueBuffers = buffers(valueRoom);

    private static List<ByteBuffer> buffers(int room) {
        ByteBuffer all = ByteBuffer.allocateDirect(KEYS_OF_A_CALL * room);
        List<ByteBuffer> buffers = new ArrayList<>(KEYS_OF_A_CALL);
        for (int i = 0; i < KEYS_OF_A_CALL; i++) {
            buffers.add(all.slice(i * room, room));
        }
        return buffers;
    }

    /** Reads the keys from {@code from} to {@code to - 1}. */
    void read(View view, StoredTable table, RowKey[] keys, @Nullable KeyState[] into, int from, int to)
            throws RocksDBException {
        SortedKeys sorted = new SortedKeys(table, to - from, i -> keys[from + i]);
        StateCodec codec = view.codec();
        for (int first = 0; first < to - from; first += KEYS_OF_A_CALL) {
            int count = Math.min(KEYS_OF_A_CALL, to - from - first);
            readCall(view, codec, sorted, first, count, from, into);
        }
    }

    private void readCall(
            View view, StateCodec codec, SortedKeys sorted, int first, int count, int from, @Nullable KeyState[] into)
            throws RocksDBException {
        if (!putKeys(sorted, first, count)) {
            for (int i = first; i < first + count; i++) {
                into[from + sorted.index(i)] = readOne(view, codec, sorted.bytes(i));
            }
            return;
        }
        List<ByteBuffer> values = valueBuffers.subList(0, count);
        values.forEach(ByteBuffer::clear);
        List<ByteBufferGetStatus> found = view.natives()
                .database()
                .multiGetByteBuffers(
                        view.options(), List.of(view.natives().state()), keyBuffers.subList(0, count), values);
        int largest = 0;
        for (int i = 0; i < count; i++) {
            int target = from + sorted.index(first + i);
            ByteBufferGetStatus each = found.get(i);
            Status.Code code = each.status.getCode();
            if (code == Status.Code.NotFound) {
                into[target] = null;
            } else if (code != Status.Code.Ok) {
                throw new RocksDBException(each.status);
            } else if (each.requiredSize > valueRoom) {
                largest = Math.max(largest, each.requiredSize);
                into[target] = readOne(view, codec, sorted.bytes(first + i));
            } else {
                byte[] value = new byte[each.requiredSize];
                values.get(i).get(0, value);
                into[target] = codec.decodeKey(value);
            }
        }
        if (largest > 0 && valueRoom < LARGEST_VALUE) {
            valueRoom = Math.min(LARGEST_VALUE, Math.max(valueRoom * 2, Integer.highestOneBit(largest) * 2));
            valueBuffers = buffers(valueRoom);
        }
    }

    /** Puts keys into the buffers; false if one is too long. */
    private boolean putKeys(SortedKeys sorted, int first, int count) {
        int longest = 0;
        for (int i = 0; i < count; i++) {
            longest = Math.max(longest, sorted.bytes(first + i).length);
        }
        if (longest > LARGEST_KEY) {
            return false;
        }
        if (longest > keyRoom) {
            keyRoom = Math.min(LARGEST_KEY, Integer.highestOneBit(longest) * 2);
            keyBuffers = buffers(keyRoom);
        }
        for (int i = 0; i < count; i++) {
            keyBuffers.get(i).clear().put(sorted.bytes(first + i)).flip();
        }
        return true;
    }

    private static @Nullable KeyState readOne(View view, StateCodec codec, byte[] key) throws RocksDBException {
        byte[] value = view.natives().database().get(view.natives().state(), view.options(), key);
        return value == null ? null : codec.decodeKey(value);
    }
}
