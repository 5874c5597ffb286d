package io.cdcsdk.scd.rocksdb;

import java.nio.file.Path;

/**
 * What a store was configured with.
 *
 * @param directory the database's directory
 * @param readThreads how many threads read, decode and encode
 * @param sync whether a commit is on the disk when it returns
 * @param blockCache bytes of blocks that are kept uncompressed in memory
 * @param writeBuffers bytes of changes in memory, from which on they are written out
 * @param watcher sees every write
 */
record Settings(
        Path directory,
        int readThreads,
        RocksHistoryStore.Sync sync,
        long blockCache,
        long writeBuffers,
        WriteWatcher watcher) {}
