package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.scd.RowKey;
import io.cdcsdk.scd.StateCodec;
import io.cdcsdk.scd.TableState;
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
        return StateCodec.encode(prefix, key);
    }
}
