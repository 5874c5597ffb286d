package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.scd.RowKey;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntFunction;

/** The bytes of some keys, sorted, with the places that they came from. */
final class SortedKeys {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final Place[] places;

    /** A key; its first bytes behind the table's prefix, as a number that sorts as they do; and its place. */
    private record Place(long head, byte[] key, int index) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            return head != other.head ? Long.compare(head, other.head) : Arrays.compareUnsigned(key, other.key);
        }
    }

    SortedKeys(StoredTable table, int count, IntFunction<RowKey> keys) {
        places = new Place[count];
        for (int i = 0; i < count; i++) {
            byte[] key = table.key(keys.apply(i));
            places[i] = new Place(head(key, table.prefix.length), key, i);
        }
        Arrays.sort(places);
    }

    private static long head(byte[] key, int from) {
        if (key.length >= from + Long.BYTES) {
            return (long) LONGS.get(key, from) ^ Long.MIN_VALUE;
        }
        long head = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            head = head << Byte.SIZE | (i < key.length ? key[i] & 0xFF : 0);
        }
        return head ^ Long.MIN_VALUE;
    }

    byte[] bytes(int place) {
        return places[place].key;
    }

    int index(int place) {
        return places[place].index;
    }
}
