package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.api.TableId;
import io.cdcsdk.scd.KeyReader;
import io.cdcsdk.scd.KeyState;
import io.cdcsdk.scd.RowKey;
import io.cdcsdk.scd.StateCodec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** The states of one table's keys, as committed last when a call begins. */
final class RocksKeyReader implements KeyReader {
    private static final int LEAST_PART = 500;
    // What StateCodec.oldestEventTime needs.
    private static final int HEAD = 9;

    private final Database database;
    private final TableId table;
    private final Workers workers;
    private final Lookup[] lookups;

    RocksKeyReader(Database database, TableId table, Workers workers, Lookup[] lookups) {
        this.database = database;
        this.table = table;
        this.workers = workers;
        this.lookups = lookups;
    }

    @Override
    public void read(RowKey[] keys, @Nullable KeyState[] into, int count) {
        try (View view = database.view(table)) {
            StoredTable stored = view.table();
            if (stored == null) {
                Arrays.fill(into, 0, count, null);
                return;
            }
            int parts = workers.parts(count, LEAST_PART);
            workers.run(parts, part -> {
                int from = (int) ((long) count * part / parts);
                int to = (int) ((long) count * (part + 1) / parts);
                try {
                    lookups[part].read(view, stored, keys, into, from, to);
                } catch (RocksDBException e) {
                    throw database.failure(e, "reading the states of " + table);
                }
            });
        }
    }

    @Override
    public void forEach(KeyVisitor visitor) {
        try (View view = database.view(table)) {
            StoredTable stored = view.table();
            if (stored == null) {
                return;
            }
            StateCodec codec = view.codec();
            try (RocksIterator states = view.iterator(view.natives().state())) {
                for (states.seek(stored.prefix); states.isValid() && stored.owns(states.key()); states.next()) {
                    visitor.visit(codec.decodeKey(states.value()));
                }
                states.status();
            }
        } catch (RocksDBException e) {
            throw database.failure(e, "reading the states of " + table);
        }
    }

    @Override
    public void forEachExpired(long edge, int limit, KeyVisitor visitor) {
        try (View view = database.view(table)) {
            StoredTable stored = view.table();
            if (stored == null || limit <= 0) {
                return;
            }
            StateCodec codec = view.codec();
            byte[] head = new byte[HEAD];
            ByteBuffer headBuffer = ByteBuffer.wrap(head);
            try (RocksIterator states = view.iterator(view.natives().state())) {
                byte[] start = stored.hand == null ? stored.prefix : stored.hand;
                states.seek(start);
                boolean wrapped = false;
                for (int looked = 0; looked < limit; looked++) {
                    if (!states.isValid() || !stored.owns(states.key())) {
                        states.status();
                        if (wrapped || stored.hand == null) {
                            break;
                        }
                        wrapped = true;
                        states.seek(stored.prefix);
                        if (!states.isValid() || !stored.owns(states.key())) {
                            break;
                        }
                    }
                    if (wrapped && Arrays.compareUnsigned(states.key(), start) >= 0) {
                        break;
                    }
                    int unused = states.value(headBuffer.clear());
                    if (StateCodec.oldestEventTime(head) < edge) {
                        visitor.visit(codec.decodeKey(states.value()));
                    }
                    states.next();
                }
                states.status();
                stored.hand = states.isValid() && stored.owns(states.key()) ? states.key() : null;
            }
        } catch (RocksDBException e) {
            throw database.failure(e, "reading the states of " + table);
        }
    }
}
