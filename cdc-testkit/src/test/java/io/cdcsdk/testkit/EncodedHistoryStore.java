package io.cdcsdk.testkit;

import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.TableId;
import io.cdcsdk.scd.ChangeSet;
import io.cdcsdk.scd.HistoryCommit;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.KeyReader;
import io.cdcsdk.scd.KeyState;
import io.cdcsdk.scd.KeyUpdate;
import io.cdcsdk.scd.RowKey;
import io.cdcsdk.scd.StateCodec;
import io.cdcsdk.scd.TableState;
import io.cdcsdk.scd.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store that keeps nothing but bytes, sorted as bytes. */
final class EncodedHistoryStore implements HistoryStore {
    /** What all sessions share. */
    static final class Disk {
        private record Place(String target, String lane) {}

        private static final class Table {
            byte[] state = {};
            final TreeMap<byte[], byte[]> keys = new TreeMap<>(Arrays::compareUnsigned);
            final TreeMap<byte[], List<byte[]>> archives = new TreeMap<>(Arrays::compareUnsigned);
        }

        private final TreeMap<TableId, Table> tables = new TreeMap<>();
        private final Map<Place, Position> cursors = new HashMap<>();
        private final Map<String, EncodedHistoryStore> owners = new HashMap<>();
    }

    /** Where a session can be made to die. */
    enum CrashPoint {
        NEVER,
        BEFORE_COMMIT,
        AFTER_COMMIT
    }

    private final Disk disk;
    private final CrashPoint crashPoint;

    EncodedHistoryStore(Disk disk, CrashPoint crashPoint) {
        this.disk = disk;
        this.crashPoint = crashPoint;
    }

    @Override
    public void open() {}

    @Override
    public List<Cursor> claim(Set<String> lanes) {
        List<Cursor> cursors = new ArrayList<>();
        lanes.forEach(lane -> disk.owners.put(lane, this));
        disk.cursors.forEach((place, position) -> {
            if (lanes.contains(place.lane())) {
                cursors.add(new Cursor(place.target(), place.lane(), position));
            }
        });
        return cursors;
    }

    @Override
    public List<TableId> tables() {
        return List.copyOf(disk.tables.keySet());
    }

    @Override
    public @Nullable TableState tableState(TableId table) {
        Disk.Table found = disk.tables.get(table);
        return found == null ? null : StateCodec.decodeTable(found.state);
    }

    private StateCodec codec(TableId table) {
        return new StateCodec(Objects.requireNonNull(tableState(table)));
    }

    @Override
    public KeyReader keys(TableId table) {
        Disk.Table found = disk.tables.get(table);
        return found == null ? new Reader(new Disk.Table(), null) : new Reader(found, codec(table));
    }

    private record Reader(Disk.Table table, @Nullable StateCodec codec) implements KeyReader {
        private KeyState decode(byte[] bytes) {
            return Objects.requireNonNull(codec).decodeKey(bytes);
        }

        @Override
        public void read(RowKey[] keys, @Nullable KeyState[] into, int count) {
            for (int i = 0; i < count; i++) {
                byte[] bytes = table.keys.get(StateCodec.encode(keys[i]));
                into[i] = bytes == null ? null : decode(bytes);
            }
        }

        @Override
        public void forEach(KeyVisitor visitor) {
            table.keys.values().forEach(bytes -> visitor.visit(decode(bytes)));
        }

        @Override
        public void forEachExpired(long edge, int limit, KeyVisitor visitor) {
            for (byte[] bytes : table.keys.values()) {
                if (StateCodec.oldestEventTime(bytes) < edge) {
                    visitor.visit(decode(bytes));
                }
            }
        }
    }

    @Override
    public boolean commit(HistoryCommit commit) {
        for (String lane : commit.lanes()) {
            if (disk.owners.get(lane) != this) {
                throw new LaneLost(lane, "another session has claimed lane '" + lane + "'");
            }
        }
        for (Commit.Move move : commit.moves()) {
            Position now = disk.cursors.get(new Disk.Place(move.target(), move.lane()));
            if (!Objects.equals(now, move.from())) {
                throw new LaneLost(move.lane(), "the cursor stands at " + now + ", not at " + move.from());
            }
        }
        for (ChangeSet changes : commit.changes()) {
            TableState state = tableState(changes.table());
            if ((state == null ? 0 : state.revision()) != changes.basedOn()) {
                return false;
            }
        }
        if (crashPoint == CrashPoint.BEFORE_COMMIT) {
            throw new Fatal("crash");
        }
        commit.changes().forEach(this::apply);
        commit.moves().forEach(move -> disk.cursors.put(new Disk.Place(move.target(), move.lane()), move.to()));
        if (crashPoint == CrashPoint.AFTER_COMMIT) {
            throw new Fatal("crash");
        }
        return true;
    }

    private void apply(ChangeSet changes) {
        Disk.Table table = disk.tables.computeIfAbsent(changes.table(), none -> new Disk.Table());
        table.state = StateCodec.encode(changes.state());
        StateCodec codec = new StateCodec(changes.state());
        for (KeyUpdate update : changes.updates()) {
            byte[] key = StateCodec.encode(update.key());
            table.keys.put(key, codec.encode(update.after()));
            for (Version version : update.archived()) {
                table.archives.computeIfAbsent(key, none -> new ArrayList<>()).add(codec.encode(version));
            }
        }
    }

    @Override
    public void forEachVersion(TableId table, VersionVisitor visitor) {
        Disk.Table found = disk.tables.get(table);
        if (found == null) {
            return;
        }
        StateCodec codec = codec(table);
        found.keys.forEach((bytes, state) -> {
            RowKey key = codec.decodeKey(state).key();
            versions(table, key).forEach(version -> visitor.visit(key, version));
        });
    }

    @Override
    public List<Version> versions(TableId table, RowKey key) {
        Disk.Table found = disk.tables.get(table);
        byte[] bytes = StateCodec.encode(key);
        byte[] state = found == null ? null : found.keys.get(bytes);
        if (found == null || state == null) {
            return List.of();
        }
        StateCodec codec = codec(table);
        List<Version> versions = new ArrayList<>();
        found.archives.getOrDefault(bytes, List.of()).forEach(version -> versions.add(codec.decodeVersion(version)));
        versions.addAll(codec.decodeKey(state).versions(Objects.requireNonNull(tableState(table))));
        return versions;
    }

    @Override
    public void close() {}
}
