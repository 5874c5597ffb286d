package io.cdcsdk.examples;

import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.InMemoryHistory;
import io.cdcsdk.scd.rocksdb.RocksHistoryStore;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a history is kept.
 *
 * @param directory the directory that keeps it and what marks it, or empty where memory does
 * @param sessions opens it
 */
record HistoryStorage(Optional<Path> directory, Supplier<HistoryStore> sessions) {
    private static final String DISK = "disk:";
    private static final String DATA = "data";

    /**
     * Reads {@code memory} or {@code disk:DIR}.
     *
     * @throws IllegalArgumentException if the text is neither; the message says why
     */
    static HistoryStorage parse(String text) {
        if (text.equals("memory")) {
            return new HistoryStorage(Optional.empty(), new InMemoryHistory()::newSession);
        }
        if (!text.startsWith(DISK) || text.length() == DISK.length()) {
            throw new IllegalArgumentException("'" + text + "' is not valid; expected memory or disk:DIR");
        }
        Path directory;
        try {
            directory = Path.of(text.substring(DISK.length()));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + text + "' names no path", e);
        }
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new IllegalArgumentException(directory + " is a file; expected a directory, or a new name");
        }
        return new HistoryStorage(
                Optional.of(directory),
                () -> RocksHistoryStore.builder()
                        .directory(directory.resolve(DATA))
                        .build());
    }

    /** Whether no table is kept there, as no run has come to its first commit. */
    boolean isEmpty() {
        try (HistoryStore store = newSession()) {
            store.open();
            return store.tables().isEmpty();
        }
    }

    /** A session that has not been opened. */
    HistoryStore newSession() {
        return sessions.get();
    }
}
