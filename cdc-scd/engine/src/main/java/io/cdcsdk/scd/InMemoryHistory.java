package io.cdcsdk.scd;

import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.TableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Histories in memory. It outlives its sessions: a new session is a restart, two at a time are rivals. Safe for any thread; a
 * reader waits while a session commits.
 */
public final class InMemoryHistory {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<TableId, InMemoryTable> tables = new TreeMap<>();
    private final Map<String, Map<String, Position>> cursors = new TreeMap<>();
    private final Map<String, Object> owners = new HashMap<>();

    /** A store without tables. */
    public InMemoryHistory() {}

    /** A session that has not been opened. */
    public HistoryStore newSession() {
        return new Session();
    }

    private <T extends @Nullable Object> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private final class Session implements HistoryStore {
        @Override
        public void open() {}

        @Override
        public List<Cursor> claim(Set<String> lanes) {
            return locked(() -> {
                lanes.forEach(lane -> owners.put(lane, this));
                List<Cursor> found = new ArrayList<>();
                cursors.forEach((target, byLane) -> byLane.forEach((lane, position) -> {
                    if (lanes.contains(lane)) {
                        found.add(new Cursor(target, lane, position));
                    }
                }));
                return List.copyOf(found);
            });
        }

        @Override
        public List<TableId> tables() {
            return locked(() -> List.copyOf(tables.keySet()));
        }

        @Override
        public @Nullable TableState tableState(TableId table) {
            return locked(() -> {
                InMemoryTable found = tables.get(table);
                return found == null ? null : found.state();
            });
        }

        @Override
        public KeyReader keys(TableId table) {
            InMemoryTable found = locked(() -> tables.get(table));
            return new LockedReader(found == null ? new InMemoryTable() : found);
        }

        @Override
        public boolean commit(HistoryCommit commit) {
            return locked(() -> {
                commit.lanes().forEach(this::requireOwner);
                commit.moves().forEach(this::requireFrom);
                for (ChangeSet changes : commit.changes()) {
                    InMemoryTable table = tables.get(changes.table());
                    long revision = table == null ? 0 : table.revision();
                    if (revision != changes.basedOn()) {
                        return false;
                    }
                }
                for (ChangeSet changes : commit.changes()) {
                    tables.computeIfAbsent(changes.table(), none -> new InMemoryTable())
                            .apply(changes);
                }
                for (Commit.Move move : commit.moves()) {
                    cursors.computeIfAbsent(move.target(), none -> new TreeMap<>())
                            .put(move.lane(), move.to());
                }
                return true;
            });
        }

        private void requireOwner(String lane) {
            if (owners.get(lane) != this) {
                throw new LaneLost(
                        lane,
                        "lane '" + lane
                                + "' is not claimed by this session, or no more by it; only the latest claimer may"
                                + " commit it");
            }
        }

        private void requireFrom(Commit.Move move) {
            Map<String, Position> byLane = cursors.getOrDefault(move.target(), Map.of());
            Position current = byLane.get(move.lane());
            if (!Objects.equals(current, move.from())) {
                throw new LaneLost(
                        move.lane(),
                        "lane '" + move.lane() + "' of target " + move.target() + " stands at " + current + ", not at "
                                + move.from()
                                + ": another writer has moved it; open a new session and read the cursors");
            }
        }

        @Override
        public void forEachVersion(TableId table, VersionVisitor visitor) {
            locked(() -> {
                InMemoryTable found = tables.get(table);
                if (found != null) {
                    found.forEachVersion(visitor);
                }
                return null;
            });
        }

        @Override
        public List<Version> versions(TableId table, RowKey key) {
            return locked(() -> {
                InMemoryTable found = tables.get(table);
                return found == null ? List.of() : found.versions(key);
            });
        }

        @Override
        public void close() {}
    }

    private final class LockedReader implements KeyReader {
        private final InMemoryTable table;

        LockedReader(InMemoryTable table) {
            this.table = table;
        }

        @Override
        public void read(RowKey[] keys, @Nullable KeyState[] into, int count) {
            locked(() -> {
                table.read(keys, into, count);
                return null;
            });
        }

        @Override
        public void forEach(KeyVisitor visitor) {
            locked(() -> {
                table.forEach(visitor);
                return null;
            });
        }

        @Override
        public void forEachExpired(long edge, int limit, KeyVisitor visitor) {
            locked(() -> {
                table.forEachExpired(edge, limit, visitor);
                return null;
            });
        }
    }
}
