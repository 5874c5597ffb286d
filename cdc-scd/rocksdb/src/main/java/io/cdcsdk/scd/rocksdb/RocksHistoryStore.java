package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.api.Configuration;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.TableId;
import io.cdcsdk.scd.HistoryCommit;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.KeyReader;
import io.cdcsdk.scd.RowKey;
import io.cdcsdk.scd.TableState;
import io.cdcsdk.scd.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Histories in one directory of the local disk, by RocksDB. The directory belongs to one process at a time; sessions within it
 * share one open database, whose memory is that of the session that was opened first.
 *
 * <p><b>Memory outside the heap.</b> At most four buffers for states and four for versions, of a quarter and a sixth of {@link
 * Builder#writeBuffers} and one commit each: 640 MB by default, and rarely more than {@code writeBuffers}, 384 MB; {@link
 * Builder#blockCache}, 32 MB by default; the indexes and filters of the files, an estimated 5 bytes for each
 * key and 1 for each archived version, and up to four times that until files are merged; less than 5 MB for each read thread; and
 * a commit's bytes while it is written. Indexes and filters alone grow with a table. In the heap a session keeps up to 32 MB of
 * room for its next commit.
 *
 * <p><b>Disk.</b> Rows of states are stored as they are, versions compressed. Merging files needs room: up to four times what
 * the states take.
 *
 * <p><b>A crash</b> of the process or the machine loses no commit that has returned, unless {@link Builder#sync} was switched off.
 *
 * <p>{@link #versions} is meant for a look at a few keys: it may sort what lies in a buffer.
 */
public final class RocksHistoryStore implements HistoryStore {
    private final Settings settings;
    private final Map<String, Long> claimed = new HashMap<>();
    private @Nullable Session session;

    /** What lasts from opening to closing. */
    private record Session(Database database, Workers workers, Lookup[] lookups, CommitEncoder encoder) {}

    private RocksHistoryStore(Settings settings) {
        this.settings = settings;
    }

    /** Starts a store. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A store from options: {@code directory}, {@code read-threads}, {@code sync} ({@code on} or {@code off}), {@code block-cache}
     * and {@code write-buffers} in bytes. Only the first must be set. They mean what the methods of {@link Builder} say.
     *
     * @throws InvalidConfiguration if an option is missing, wrong or unknown; it tells all of them
     */
    public static RocksHistoryStore fromProperties(Properties properties) {
        Configuration options = Configuration.of(Builder.COMPONENT, properties);
        Builder builder = builder();
        String directory = options.requiredText("directory", "the directory of the database");
        if (!directory.isEmpty()) {
            options.value("directory", builder, "a path", text -> builder.directory(Path.of(text)));
        }
        builder.readThreads(
                (int) Math.min(Integer.MAX_VALUE, options.number("read-threads", Builder.DEFAULT_READ_THREADS, 1)));
        builder.sync(options.choice("sync", Sync.ON));
        builder.blockCache(options.number("block-cache", Builder.DEFAULT_BLOCK_CACHE, Builder.LEAST_BLOCK_CACHE));
        builder.writeBuffers(
                options.number("write-buffers", Builder.DEFAULT_WRITE_BUFFERS, Builder.LEAST_WRITE_BUFFERS));
        return builder.build(options);
    }

    private Session session() {
        if (session == null) {
            throw new IllegalStateException("the store is not open");
        }
        return session;
    }

    @Override
    public void open() {
        if (session != null) {
            throw new IllegalStateException("the store is open already");
        }
        Database database = Database.acquire(settings);
        Workers workers = new Workers(settings.readThreads());
        Lookup[] lookups = new Lookup[settings.readThreads()];
        for (int i = 0; i < lookups.length; i++) {
            lookups[i] = new Lookup();
        }
        session = new Session(database, workers, lookups, new CommitEncoder(workers));
    }

    @Override
    public List<Cursor> claim(Set<String> lanes) {
        List<Cursor> found = new ArrayList<>();
        long epoch = session().database().claim(lanes, found);
        lanes.forEach(lane -> claimed.put(lane, epoch));
        return List.copyOf(found);
    }

    @Override
    public List<TableId> tables() {
        return session().database().tables();
    }

    @Override
    public @Nullable TableState tableState(TableId table) {
        return session().database().tableState(table);
    }

    @Override
    public KeyReader keys(TableId table) {
        Session open = session();
        return new RocksKeyReader(open.database(), table, open.workers(), open.lookups());
    }

    @Override
    public boolean commit(HistoryCommit commit) {
        Session open = session();
        return open.database().commit(commit, claimed, open.encoder(), settings);
    }

    @Override
    public void forEachVersion(TableId table, VersionVisitor visitor) {
        new StoredVersions(session().database(), table).forEach(visitor);
    }

    @Override
    public List<Version> versions(TableId table, RowKey key) {
        return new StoredVersions(session().database(), table).of(key);
    }

    @Override
    public void close() {
        Session open = session;
        session = null;
        claimed.clear();
        if (open != null) {
            open.workers().close();
            open.database().release();
        }
    }

    /** Options of a store. Not safe for use by several threads. */
    public static final class Builder {
        static final String COMPONENT = "RocksDB history store";
        static final int DEFAULT_READ_THREADS = 2;
        static final long DEFAULT_BLOCK_CACHE = 32L << 20;
        static final long LEAST_BLOCK_CACHE = 1 << 20;
        static final long DEFAULT_WRITE_BUFFERS = 384L << 20;
        static final long LEAST_WRITE_BUFFERS = 1 << 20;
        private static final int MOST_READ_THREADS = 256;

        private @Nullable Path directory;
        private int readThreads = DEFAULT_READ_THREADS;
        private Sync sync = Sync.ON;
        private long blockCache = DEFAULT_BLOCK_CACHE;
        private long writeBuffers = DEFAULT_WRITE_BUFFERS;
        private WriteWatcher watcher = point -> {};

        private Builder() {}

        /** Sets the directory of the database, which is made if it does not exist. Must be set. */
        public Builder directory(Path value) {
            directory = value;
            return this;
        }

        /** Sets how many threads read, decode and encode the states of one merge, the calling one included; 2 by default. */
        public Builder readThreads(int value) {
            readThreads = value;
            return this;
        }

        /**
         * Sets whether a commit waits for the disk; on by default. Off is for tests and bulk loads: after a power failure the last
         * commits may be gone, as if they had never been made.
         */
        public Builder sync(Sync value) {
            sync = value;
            return this;
        }

        /** Sets how many bytes of blocks that were read stay in memory; 32 MB by default. */
        public Builder blockCache(long bytes) {
            blockCache = bytes;
            return this;
        }

        /** Sets from how many bytes on changes in memory are written to files; 384 MB by default. */
        public Builder writeBuffers(long bytes) {
            writeBuffers = bytes;
            return this;
        }

        /** Sets who sees every commit. */
        Builder watcher(WriteWatcher value) {
            watcher = value;
            return this;
        }

        /**
         * Builds the store.
         *
         * @throws InvalidConfiguration if the directory is missing or an option is wrong; it tells all mistakes
         */
        public RocksHistoryStore build() {
            return build(Configuration.of(COMPONENT));
        }

        private RocksHistoryStore build(Configuration mistakes) {
            if (directory == null && mistakes.text("directory") == null) {
                mistakes.mistake("directory", "is missing; expected the directory of the database");
            }
            if (readThreads < 1 || readThreads > MOST_READ_THREADS) {
                mistakes.mistake("read-threads", readThreads + " is not between 1 and " + MOST_READ_THREADS);
            }
            if (blockCache < LEAST_BLOCK_CACHE) {
                mistakes.mistake("block-cache", blockCache + " is less than " + LEAST_BLOCK_CACHE + " bytes");
            }
            if (writeBuffers < LEAST_WRITE_BUFFERS) {
                mistakes.mistake("write-buffers", writeBuffers + " is less than " + LEAST_WRITE_BUFFERS + " bytes");
            }
            mistakes.throwIfInvalid();
            Path target = directory == null ? Path.of("") : directory;
            return new RocksHistoryStore(new Settings(
                    target.toAbsolutePath().normalize(), readThreads, sync, blockCache, writeBuffers, watcher));
        }
    }

    /** Whether a commit waits for the disk. */
    public enum Sync {
        /** A commit that has returned is on the disk. */
        ON,
        /** It is in the hands of the operating system. */
        OFF
    }
}
