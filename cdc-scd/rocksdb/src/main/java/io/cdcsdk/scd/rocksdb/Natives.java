package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.api.Fatal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionOptionsUniversal;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.VectorMemTableConfig;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/** One opening of a database, with all native objects that belong to it. */
final class Natives implements AutoCloseable {
    static final int BUFFERS_OF_A_FAMILY = 4;

    private static final long MEGABYTE = 1 << 20;
    private static final int BITS_OF_FILTER = 10;
    private static final int LAST_LEVEL = 7;
    /** Of a buffer's size; some 30 bits for a state of 400 bytes. */
    private static final double FILTER_OF_A_BUFFER = 0.01;

    // Closed from the last to the first.
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final RocksDB database;
    private final ColumnFamilyHandle meta;
    private final ColumnFamilyHandle state;
    private final ColumnFamilyHandle history;
    private final ReadOptions reading;
    private final WriteOptions synced;
    private final WriteOptions unsynced;

    /** Opens the database, or makes it. */
    Natives(Settings settings) throws RocksDBException {
        boolean opened = false;
        try {
            Cache cache = own(new LRUCache(settings.blockCache(), 4, false));
            List<ColumnFamilyHandle> handles = new ArrayList<>();
            database = RocksDB.open(
                    databaseOptions(settings.writeBuffers()),
                    settings.directory().toString(),
                    List.of(
                            new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, metaOptions(cache)),
                            descriptor("state", stateOptions(cache, settings.writeBuffers())),
                            descriptor("history", historyOptions(cache, settings.writeBuffers()))),
                    handles);
            own(database);
            handles.forEach(this::own);
            meta = handles.get(0);
            state = handles.get(1);
            history = handles.get(2);
            reading = readOptions();
            synced = own(new WriteOptions().setSync(true).setMemtableInsertHintPerBatch(true));
            unsynced = own(new WriteOptions().setMemtableInsertHintPerBatch(true));
            opened = true;
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    /** Loads the native library. */
    static void load() {
        try {
            RocksDB.loadLibrary();
        } catch (RuntimeException | LinkageError e) {
            throw new Fatal(
                    "the native library of RocksDB cannot be loaded: it needs Linux, macOS or Windows on x86-64 or ARM,"
                            + " and room in java.io.tmpdir (" + e.getMessage() + ")",
                    e);
        }
    }

    private static ColumnFamilyDescriptor descriptor(String name, ColumnFamilyOptions options) {
        return new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), options);
    }

    private <T extends AutoCloseable> T own(T object) {
        owned.push(object);
        return object;
    }

    // What was measured best for random keys: few merges at the price of space, no compression where every commit
    // reads.
    private DBOptions databaseOptions(long writeBuffers) {
        // The manager counts what it grants in a cache, which holds nothing else.
        Cache granted = own(new LRUCache(writeBuffers));
        return own(new DBOptions())
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setMaxBackgroundJobs(3)
                .setMaxSubcompactions(1)
                .setBytesPerSync(MEGABYTE)
                .setWalBytesPerSync(MEGABYTE)
                .setMaxTotalWalSize(Math.min(1024 * MEGABYTE, writeBuffers * 3))
                .setRecycleLogFileNum(4)
                .setAllowConcurrentMemtableWrite(false)
                .setEnablePipelinedWrite(false)
                .setCompactionReadaheadSize(2 * MEGABYTE)
                .setWriteBufferManager(own(new WriteBufferManager(writeBuffers, granted)))
                // After a crash on a full disk the database must open without room for what its log holds.
                .setAvoidFlushDuringRecovery(true)
                // A full disk is for the caller to see, not to be waited for in the background.
                .setMaxBgErrorResumeCount(0)
                .setManifestPreallocationSize(64 * 1024)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(MEGABYTE)
                .setKeepLogFileNum(2)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0);
    }

    private ColumnFamilyOptions metaOptions(Cache cache) {
        return own(new ColumnFamilyOptions())
                .setWriteBufferSize(4 * MEGABYTE)
                .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache));
    }

    private ColumnFamilyOptions stateOptions(Cache cache, long writeBuffers) {
        return universal(300)
                .setWriteBufferSize(writeBuffers / 4)
                .setMemtablePrefixBloomSizeRatio(FILTER_OF_A_BUFFER)
                .setMemtableWholeKeyFiltering(true)
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setLevel0FileNumCompactionTrigger(16)
                .setLevel0SlowdownWritesTrigger(40)
                .setLevel0StopWritesTrigger(60)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setBlockSize(2048)
                        .setFormatVersion(5)
                        .setBlockRestartInterval(8)
                        .setFilterPolicy(own(new BloomFilter(BITS_OF_FILTER)))
                        .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash)
                        .setDataBlockHashTableUtilRatio(0.75));
    }

    private ColumnFamilyOptions historyOptions(Cache cache, long writeBuffers) {
        return universal(1000)
                .setWriteBufferSize(writeBuffers / 6)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setMemTableConfig(new VectorMemTableConfig().setReservedSize(1024))
                .setLevel0FileNumCompactionTrigger(16)
                .setLevel0SlowdownWritesTrigger(60)
                .setLevel0StopWritesTrigger(80)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setBlockSize(16 * 1024)
                        .setFormatVersion(5)
                        .setBlockRestartInterval(16));
    }

    private ColumnFamilyOptions universal(int amplification) {
        CompactionOptionsUniversal merging = own(new CompactionOptionsUniversal())
                .setMaxSizeAmplificationPercent(amplification)
                .setSizeRatio(10)
                .setMinMergeWidth(2)
                .setAllowTrivialMove(true);
        return own(new ColumnFamilyOptions())
                .setMaxWriteBufferNumber(BUFFERS_OF_A_FAMILY)
                .setCompactionStyle(CompactionStyle.UNIVERSAL)
                .setCompactionOptionsUniversal(merging)
                .setNumLevels(LAST_LEVEL)
                .setSoftPendingCompactionBytesLimit(64 * 1024 * MEGABYTE)
                .setHardPendingCompactionBytesLimit(256 * 1024 * MEGABYTE);
    }

    private ReadOptions readOptions() {
        return own(new ReadOptions()).setVerifyChecksums(true).setFillCache(false);
    }

    RocksDB database() {
        return database;
    }

    ColumnFamilyHandle meta() {
        return meta;
    }

    ColumnFamilyHandle state() {
        return state;
    }

    ColumnFamilyHandle history() {
        return history;
    }

    /** Iterates over what is kept once. */
    RocksIterator metaIterator() {
        return database.newIterator(meta, reading);
    }

    /** Options for reading one state of the database; the caller closes them. */
    static ReadOptions readOptions(Snapshot snapshot) {
        return new ReadOptions().setVerifyChecksums(true).setFillCache(false).setSnapshot(snapshot);
    }

    void write(WriteBatch batch, RocksHistoryStore.Sync sync) throws RocksDBException {
        database.write(sync == RocksHistoryStore.Sync.ON ? synced : unsynced, batch);
    }

    void flush() throws RocksDBException {
        try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
            database.flush(options, List.of(meta, state, history));
        }
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("closing a native object failed", e);
            }
        }
    }
}
