package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.api.TableId;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.KeyState;
import io.cdcsdk.scd.RowKey;
import io.cdcsdk.scd.StateCodec;
import io.cdcsdk.scd.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** The versions of one table: of each key those that are archived, then those that its state shows. */
final class StoredVersions {
    private final Database database;
    private final TableId table;

    StoredVersions(Database database, TableId table) {
        this.database = database;
        this.table = table;
    }

    /** Visits all of them in one pass over both families, whose keys have one order. */
    void forEach(HistoryStore.VersionVisitor visitor) {
        try (View view = database.view(table)) {
            StoredTable stored = view.table();
            if (stored == null) {
                return;
            }
            StateCodec codec = view.codec();
            try (RocksIterator states = view.iterator(view.natives().state());
                    RocksIterator archived = view.iterator(view.natives().history())) {
                archived.seek(stored.prefix);
                for (states.seek(stored.prefix); states.isValid(); states.next()) {
                    byte[] key = states.key();
                    if (!stored.owns(key)) {
                        break;
                    }
                    KeyState state = codec.decodeKey(states.value());
                    for (; isOf(archived, key); archived.next()) {
                        visitor.visit(state.key(), codec.decodeVersion(archived.value()));
                    }
                    for (Version version : state.versions(view.state())) {
                        visitor.visit(state.key(), version);
                    }
                }
                states.status();
                archived.status();
            }
        } catch (RocksDBException e) {
            throw database.failure(e, "reading the history of " + table);
        }
    }

    private static boolean isOf(RocksIterator archived, byte[] key) {
        if (!archived.isValid()) {
            return false;
        }
        byte[] versionKey = archived.key();
        return versionKey.length == key.length + Long.BYTES
                && Arrays.equals(versionKey, 0, key.length, key, 0, key.length);
    }

    List<Version> of(RowKey rowKey) {
        List<Version> versions = new ArrayList<>();
        try (View view = database.view(table)) {
            StoredTable stored = view.table();
            if (stored == null) {
                return versions;
            }
            byte[] key = stored.key(rowKey);
            byte[] state = view.natives().database().get(view.natives().state(), view.options(), key);
            if (state == null) {
                return versions;
            }
            StateCodec codec = view.codec();
            try (RocksIterator archived = view.iterator(view.natives().history())) {
                for (archived.seek(key); isOf(archived, key); archived.next()) {
                    versions.add(codec.decodeVersion(archived.value()));
                }
                archived.status();
            }
            versions.addAll(codec.decodeKey(state).versions(view.state()));
            return versions;
        } catch (RocksDBException e) {
            throw database.failure(e, "reading the history of " + table);
        }
    }
}
