package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.scd.RowKey;
import io.cdcsdk.scd.StateCodec;
import io.cdcsdk.scd.TableState;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A table in the database: its number, and what was committed last. */
final class StoredTable {
    final int number;
    final byte[] prefix;
    volatile TableState state;
    /** The key behind which the search for expired events goes on; null at the beginning. */
    volatile byte @Nullable [] hand;

    StoredTable(int number, TableState state) {
        this.number = number;
        this.prefix = Numbers.prefix(number);
        this.state = state;
    }

    /** The key of a state, and with a time behind it that of a version. */
    byte[] key(RowKey key) {
        byte[] sortable = StateCodec.encode(key);
        byte[] whole = Arrays.copyOf(prefix, prefix.length + sortable.length);
        System.arraycopy(sortable, 0, whole, prefix.length, sortable.length);
        return whole;
    }

    /** Whether a key is one of this table. */
    boolean owns(byte[] key) {
        return startsWith(key, prefix);
    }

    static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
