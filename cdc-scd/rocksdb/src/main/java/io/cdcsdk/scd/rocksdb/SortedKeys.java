package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.scd.RowKey;
import java.util.Arrays;
import java.util.function.IntFunction;

/** The bytes of some keys, sorted, with the places that they came from. */
final class SortedKeys {
    private final Place[] places;

    private record Place(byte[] key, int index) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            return Arrays.compareUnsigned(key, other.key);
        }
    }

    SortedKeys(StoredTable table, int count, IntFunction<RowKey> keys) {
        places = new Place[count];
        for (int i = 0; i < count; i++) {
            places[i] = new Place(table.key(keys.apply(i)), i);
        }
        Arrays.sort(places);
    }

    byte[] bytes(int place) {
        return places[place].key;
    }

    int index(int place) {
        return places[place].index;
    }
}
