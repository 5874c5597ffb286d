package io.cdcsdk.scd.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.InvalidConfiguration;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Options, and directories that cannot be opened. */
class ConfigurationTest {
    @TempDir
    Path directory = Path.of("");

    private static RocksHistoryStore store(Path directory) {
        return RocksHistoryStore.builder().directory(directory).build();
    }

    @Test
    void allMistakesAreToldAtOnce() {
        Properties properties = new Properties();
        properties.setProperty("read-threads", "0");
        properties.setProperty("sync", "maybe");
        properties.setProperty("block-cache", "7");
        properties.setProperty("write-buffers", "many");
        properties.setProperty("compression", "all");
        assertThatThrownBy(() -> RocksHistoryStore.fromProperties(properties))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("directory")
                .hasMessageContaining("read-threads")
                .hasMessageContaining("sync")
                .hasMessageContaining("block-cache")
                .hasMessageContaining("write-buffers")
                .hasMessageContaining("compression");
        assertThatThrownBy(() -> RocksHistoryStore.builder()
                        .readThreads(1000)
                        .blockCache(1)
                        .writeBuffers(1)
                        .build())
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("directory")
                .hasMessageContaining("read-threads")
                .hasMessageContaining("block-cache")
                .hasMessageContaining("write-buffers");
    }

    @Test
    void optionsMakeAStore() {
        Properties properties = new Properties();
        properties.setProperty(
                "directory", directory.resolve("new").resolve("history").toString());
        properties.setProperty("read-threads", "1");
        properties.setProperty("sync", "off");
        properties.setProperty("block-cache", "2000000");
        properties.setProperty("write-buffers", "4000000");
        Script script = new Script(1, 2, 50, 10, 5);
        try (RocksHistoryStore store = RocksHistoryStore.fromProperties(properties)) {
            store.open();
            Script.claim(store);
            script.run(store, 0, 2);
            assertThat(store.tables()).hasSize(2);
        }
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "text");
        assertThatThrownBy(store(file)::open).isInstanceOf(Fatal.class).hasMessageContaining("is a file");
        assertThatThrownBy(store(file.resolve("below"))::open)
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("cannot be made");
    }

    @Test
    void aNewerFormatIsRefused() throws RocksDBException {
        RocksHistoryStore store = store(directory);
        store.open();
        store.close();
        try (Options options = new Options();
                RocksDB database = openMeta(options)) {
            database.put("f".getBytes(StandardCharsets.UTF_8), new byte[] {99});
        }
        assertThatThrownBy(store::open)
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("format version 99")
                .hasMessageContaining("run the version that wrote it");
    }

    private RocksDB openMeta(Options options) throws RocksDBException {
        List<ColumnFamilyDescriptor> families = Stream.of("default", "state", "history")
                .map(name -> new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8)))
                .toList();
        return RocksDB.open(new DBOptions(options), directory.toString(), families, new ArrayList<>());
    }

    @Test
    void anotherDatabaseIsRefused() throws RocksDBException {
        RocksDB.loadLibrary();
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB database = RocksDB.open(options, directory.toString())) {
            database.put("z".getBytes(StandardCharsets.UTF_8), new byte[] {1});
        }
        assertThatThrownBy(store(directory)::open)
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("holds a database of somebody else");
    }

    @Test
    void aDamagedFileIsToldAsSuch() throws IOException {
        RocksHistoryStore store = store(directory);
        store.open();
        Script.claim(store);
        new Script(1, 5, 200, 100, 100).run(store, 0, 5);
        store.close();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".sst")).toList()) {
                try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
                    damaged.setLength(damaged.length() / 2);
                }
            }
        }
        assertThatThrownBy(store::open)
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("is damaged")
                .hasMessageContaining("Restore the directory from a copy");
    }
}
