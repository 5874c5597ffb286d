package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.scd.StateCodec;
import io.cdcsdk.scd.TableState;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;

/** One state of the database and of one table: the bytes are never newer than the table's state. */
final class View implements AutoCloseable {
    private final Database database;
    private final Natives natives;
    private final @Nullable StoredTable table;
    private final @Nullable TableState state;
    private final Snapshot snapshot;
    private final ReadOptions options;
    private boolean closed;

    View(Database database, Natives natives, @Nullable StoredTable table) {
        this.database = database;
        this.natives = natives;
        this.table = table;
        this.state = table == null ? null : table.state;
        this.snapshot = natives.database().getSnapshot();
        this.options = Natives.readOptions(snapshot);
    }

    /** The table, or null if it has no history. */
    @Nullable
    StoredTable table() {
        return table;
    }

    /** A codec for one thread. */
    StateCodec codec() {
        return new StateCodec(state());
    }

    TableState state() {
        if (state == null) {
            throw new IllegalStateException("the table has no history");
        }
        return state;
    }

    Natives natives() {
        return natives;
    }

    ReadOptions options() {
        return options;
    }

    RocksIterator iterator(ColumnFamilyHandle family) {
        return natives.database().newIterator(family, options);
    }

    /** Called by the database. */
    void releaseNatives() {
        options.close();
        natives.database().releaseSnapshot(snapshot);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            database.leave(this);
        }
    }
}
