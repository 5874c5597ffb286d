package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.OutcomeUnknown;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.TableId;
import io.cdcsdk.scd.ChangeSet;
import io.cdcsdk.scd.HistoryCommit;
import io.cdcsdk.scd.StateCodec;
import io.cdcsdk.scd.TableState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open database, shared by all sessions of this process on its directory: the first session opens it, the last one closes it.
 * What is kept once (tables, cursors, claims) is in memory too. Safe for any thread.
 */
final class Database {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final byte FORMAT_VERSION = 1;

    private static final ReentrantLock OPENING = new ReentrantLock();
    private static final Map<Path, Database> OPEN = new HashMap<>();

    private final Settings settings;
    private final Reserve reserve;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<TableId, StoredTable> tables = new TreeMap<>();
    private final Map<String, Map<String, Position>> cursors = new TreeMap<>();
    private final Map<String, Long> owners = new HashMap<>();
    private int sessions;
    private int views;
    private long lastEpoch;
    private long lastCommit;
    private @Nullable Natives natives;
    // A write has failed: RocksDB refuses all others until it is opened anew.
    private boolean broken;

    private Database(Settings settings) {
        this.settings = settings;
        this.reserve = new Reserve(settings.directory());
    }

    /** The database of a directory, opened if no session has it open; {@link #release} must follow. */
    static Database acquire(Settings settings) {
        OPENING.lock();
        try {
            Path real = realDirectory(settings.directory());
            Database database = OPEN.get(real);
            if (database == null) {
                Natives.load();
                database = new Database(new Settings(
                        real,
                        settings.readThreads(),
                        settings.sync(),
                        settings.blockCache(),
                        settings.writeBuffers(),
                        settings.watcher()));
                Natives unused = database.start();
                OPEN.put(real, database);
            }
            database.sessions++;
            return database;
        } finally {
            OPENING.unlock();
        }
    }

    private static Path realDirectory(Path directory) {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new Fatal(directory + " is a file, and must be a directory: name another one");
        }
        try {
            Path real = Files.createDirectories(directory).toRealPath();
            if (!Files.isWritable(real)) {
                throw new Fatal("this process may not write to " + real + ": give it the right, or name another"
                        + " directory");
            }
            return real;
        } catch (IOException e) {
            throw new Fatal("the directory " + directory + " cannot be made: " + e, e);
        }
    }

    /** Ends the use by one session. */
    void release() {
        OPENING.lock();
        try {
            if (--sessions == 0) {
                OPEN.remove(settings.directory());
                stop();
            }
        } finally {
            OPENING.unlock();
        }
    }

    /** Opens the database and reads what is kept once. */
    private Natives start() {
        try {
            Natives opened = new Natives(settings);
            boolean loaded = false;
            try {
                load(opened);
                loaded = true;
            } finally {
                if (!loaded) {
                    opened.close();
                }
            }
            natives = opened;
            broken = false;
            return opened;
        } catch (RocksDBException e) {
            throw openFailure(e);
        }
    }

    /** The error of a step that has changed nothing. */
    CdcException failure(RocksDBException e, String step) {
        return RocksFailure.of(e, step, settings.directory());
    }

    private CdcException openFailure(RocksDBException e) {
        if (RocksFailure.isLocked(e)) {
            return new Fatal(
                    "the history in " + settings.directory()
                            + " is in use by another process: only one may have it open"
                            + " at a time. Stop the other one, or name another directory",
                    e);
        }
        return RocksFailure.of(e, "opening the history", settings.directory());
    }

    private void stop() {
        lock.lock();
        try {
            Natives open = natives;
            natives = null;
            if (open == null) {
                return;
            }
            try {
                open.flush();
            } catch (RocksDBException e) {
                LOG.warn("{} was not flushed at closing; its log has the changes", settings.directory(), e);
            }
            open.close();
        } finally {
            lock.unlock();
        }
    }

    private void load(Natives from) throws RocksDBException {
        try (RocksIterator all = from.metaIterator()) {
            all.seek(MetaKeys.single(MetaKeys.FORMAT));
            byte[] format = all.isValid() && all.key()[0] == MetaKeys.FORMAT ? all.value() : null;
            all.status();
            if (format == null) {
                all.seekToFirst();
                if (all.isValid()) {
                    throw new Fatal(
                            settings.directory() + " holds a database of somebody else: name another directory");
                }
                BatchWriter first = new BatchWriter(64);
                first.put(0, MetaKeys.single(MetaKeys.FORMAT), new byte[] {FORMAT_VERSION});
                write(from, List.of(first), RocksHistoryStore.Sync.ON);
            } else if (format[0] != FORMAT_VERSION) {
                throw new Fatal("the history in " + settings.directory() + " has format version " + format[0]
                        + ", and this library reads " + FORMAT_VERSION
                        + ": run the version that wrote it, or a newer one");
            }
            tables.clear();
            cursors.clear();
            owners.clear();
            lastCommit = 0;
            lastEpoch = 0;
            Map<Integer, byte[]> hands = new HashMap<>();
            for (all.seekToFirst(); all.isValid(); all.next()) {
                load(all.key(), all.value(), hands);
            }
            all.status();
            tables.values().forEach(table -> table.hand = hands.get(table.number));
        }
    }

    private void load(byte[] key, byte[] value, Map<Integer, byte[]> hands) {
        switch (key[0]) {
            case MetaKeys.LAST_COMMIT -> lastCommit = Numbers.fixed(value);
            case MetaKeys.LAST_EPOCH -> lastEpoch = Numbers.fixed(value);
            case MetaKeys.LANE -> owners.put(MetaKeys.texts(key, 1).get(0), Numbers.fixed(value));
            case MetaKeys.CURSOR -> {
                List<String> names = MetaKeys.texts(key, 2);
                cursors.computeIfAbsent(names.get(0), none -> new TreeMap<>())
                        .put(names.get(1), Position.parse(new String(value, StandardCharsets.UTF_8)));
            }
            case MetaKeys.TABLE -> {
                List<String> names = MetaKeys.texts(key, 2);
                int number = (int) Numbers.fixed(value);
                TableState state = StateCodec.decodeTable(Arrays.copyOfRange(value, Long.BYTES, value.length));
                tables.put(new TableId(names.get(0), names.get(1)), new StoredTable(number, state));
            }
            case MetaKeys.HAND -> hands.put((int) (Numbers.fixed(key) & Integer.MAX_VALUE), value);
            default -> {}
        }
    }

    private static void write(Natives into, List<BatchWriter> parts, RocksHistoryStore.Sync sync)
            throws RocksDBException {
        try (WriteBatch batch = BatchWriter.batch(parts)) {
            into.write(batch, sync);
        }
    }

    /** The open database; opens it anew if a write has failed. The lock is held. */
    private Natives natives() {
        Natives open = natives;
        if (open != null && !broken) {
            return open;
        }
        if (views > 0) {
            throw new Retryable("the history in " + settings.directory()
                    + " is to be opened anew, as a write has failed;" + " that waits for those who read it");
        }
        if (open != null) {
            natives = null;
            open.close();
        }
        return start();
    }

    /** One state of the database and of a table; nothing commits in between. The caller closes it. */
    View view(TableId table) {
        lock.lock();
        try {
            View view = new View(this, natives(), tables.get(table));
            views++;
            return view;
        } finally {
            lock.unlock();
        }
    }

    /** The end of a view. */
    void leave(View view) {
        lock.lock();
        try {
            view.releaseNatives();
            views--;
        } finally {
            lock.unlock();
        }
    }

    /** An epoch for lanes, higher than all before, and the cursors of these lanes. */
    long claim(Set<String> lanes, List<Cursor> found) {
        lock.lock();
        try {
            long epoch = lastEpoch + 1;
            BatchWriter changes = new BatchWriter(64 * (lanes.size() + 1));
            changes.put(0, MetaKeys.single(MetaKeys.LAST_EPOCH), Numbers.fixed(epoch));
            lanes.forEach(lane -> changes.put(0, MetaKeys.lane(lane), Numbers.fixed(epoch)));
            write(List.of(changes), RocksHistoryStore.Sync.ON, "claiming lanes", () -> lastEpoch == epoch);
            lastEpoch = epoch;
            lanes.forEach(lane -> owners.put(lane, epoch));
            cursors.forEach((target, byLane) -> byLane.forEach((lane, position) -> {
                if (lanes.contains(lane)) {
                    found.add(new Cursor(target, lane, position));
                }
            }));
            return epoch;
        } finally {
            lock.unlock();
        }
    }

    List<TableId> tables() {
        lock.lock();
        try {
            return List.copyOf(tables.keySet());
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    TableState tableState(TableId table) {
        lock.lock();
        try {
            StoredTable found = tables.get(table);
            return found == null ? null : found.state;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Applies a commit of a session.
     *
     * @param claimed the lanes of the session, with their epochs
     * @return false if another session has changed one of the tables
     */
    boolean commit(HistoryCommit commit, Map<String, Long> claimed, CommitEncoder encoder, Settings session) {
        lock.lock();
        try {
            commit.lanes().forEach(lane -> requireOwner(lane, claimed));
            commit.moves().forEach(this::requireFrom);
            for (ChangeSet changes : commit.changes()) {
                StoredTable table = tables.get(changes.table());
                if ((table == null ? 0 : table.state.revision()) != changes.basedOn()) {
                    return false;
                }
            }
            Natives open = natives();
            Map<TableId, StoredTable> changed = new LinkedHashMap<>();
            List<BatchWriter> parts = new ArrayList<>();
            BatchWriter meta = new BatchWriter(4096);
            parts.add(meta);
            encoder.begin();
            int next = tables.values().stream()
                    .mapToInt(table -> table.number + 1)
                    .max()
                    .orElse(0);
            for (ChangeSet changes : commit.changes()) {
                StoredTable old = tables.get(changes.table());
                StoredTable table = new StoredTable(old == null ? next++ : old.number, changes.state());
                table.hand = old == null ? null : old.hand;
                putTable(meta, changes.table(), table);
                encoder.encode(changes, table, open, parts);
                changed.put(changes.table(), table);
            }
            commit.moves().forEach(move -> putMove(meta, move));
            long number = lastCommit + 1;
            meta.put(0, MetaKeys.single(MetaKeys.LAST_COMMIT), Numbers.fixed(number));
            session.watcher().at(WriteWatcher.Point.BEFORE_WRITE);
            write(parts, session.sync(), "committing to the history", () -> lastCommit == number);
            lastCommit = number;
            changed.forEach((id, table) -> publish(id, table));
            commit.moves()
                    .forEach(move -> cursors.computeIfAbsent(move.target(), none -> new TreeMap<>())
                            .put(move.lane(), move.to()));
            session.watcher().at(WriteWatcher.Point.AFTER_WRITE);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void publish(TableId id, StoredTable changed) {
        StoredTable table = tables.get(id);
        if (table == null) {
            tables.put(id, changed);
        } else {
            table.state = changed.state;
        }
    }

    private static void putTable(BatchWriter meta, TableId id, StoredTable table) {
        byte[] state = StateCodec.encode(table.state);
        byte[] value = Arrays.copyOf(Numbers.fixed(table.number), Long.BYTES + state.length);
        System.arraycopy(state, 0, value, Long.BYTES, state.length);
        meta.put(0, MetaKeys.table(id), value);
        byte[] hand = table.hand;
        if (hand != null) {
            meta.put(0, MetaKeys.hand(table.number), hand);
        }
    }

    private static void putMove(BatchWriter meta, Commit.Move move) {
        meta.put(
                0, MetaKeys.cursor(move.target(), move.lane()), move.to().text().getBytes(StandardCharsets.UTF_8));
    }

    private void requireOwner(String lane, Map<String, Long> claimed) {
        Long epoch = claimed.get(lane);
        if (epoch == null || !epoch.equals(owners.get(lane))) {
            throw new LaneLost(
                    lane,
                    "lane '" + lane + "' is not claimed by this session, or no more by it; only the latest claimer may"
                            + " commit it");
        }
    }

    private void requireFrom(Commit.Move move) {
        Position current = cursors.getOrDefault(move.target(), Map.of()).get(move.lane());
        if (!Objects.equals(current, move.from())) {
            throw new LaneLost(
                    move.lane(),
                    "lane '" + move.lane() + "' of target " + move.target() + " stands at " + current + ", not at "
                            + move.from() + ": another writer has moved it; open a new session and read the cursors");
        }
    }

    /**
     * Writes changes. The lock is held.
     *
     * @param happened whether what is on the disk has the changes
     */
    private void write(List<BatchWriter> parts, RocksHistoryStore.Sync sync, String step, BooleanSupplier happened) {
        Natives open = natives();
        reserve.take();
        try {
            write(open, parts, sync);
        } catch (RocksDBException e) {
            LOG.warn("a write to {} has failed; opening it anew", settings.directory(), e);
            broken = true;
            if (!isThere(happened, e)) {
                throw RocksFailure.of(e, step, settings.directory());
            }
        }
    }

    // After a failed write the database takes no more, and its log may or may not hold the batch: a new opening tells.
    private boolean isThere(BooleanSupplier happened, RocksDBException cause) {
        try {
            reserve.giveUp();
            Natives open = natives();
            boolean there = happened.getAsBoolean();
            if (there) {
                open.flush();
            }
            return there;
        } catch (CdcException | RocksDBException e) {
            e.addSuppressed(cause);
            throw new OutcomeUnknown(
                    "a write to " + settings.directory() + " failed, and so did opening the database anew: "
                            + e.getMessage(),
                    e);
        }
    }
}
