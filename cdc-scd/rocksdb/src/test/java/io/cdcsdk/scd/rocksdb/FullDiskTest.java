package io.cdcsdk.scd.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cdcsdk.api.Retryable;
import io.cdcsdk.scd.HistoryCommit;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.InMemoryHistory;
import io.cdcsdk.testkit.kill.SmallDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small disk that runs full. Needs the right to mount one: see {@link SmallDisk#mountOrSkip}. */
class FullDiskTest {
    private static final int BATCHES = 40;

    @TempDir
    Path parent = Path.of("");

    private @Nullable SmallDisk mounted;
    private Path disk = Path.of("");

    @BeforeEach
    void mount() throws InterruptedException {
        mounted = SmallDisk.mountOrSkip(parent, 48 << 20);
        disk = parent;
    }

    @AfterEach
    void unmount() {
        if (mounted != null) {
            mounted.close();
        }
    }

    /** Takes all the room that is left, but for some bytes. */
    private static void fill(Path ballast, long rest) throws IOException {
        try (OutputStream out = Files.newOutputStream(ballast)) {
            byte[] block = new byte[1 << 16];
            while (Files.getFileStore(ballast).getUsableSpace() > rest + block.length) {
                out.write(block);
            }
        }
    }

    private RocksHistoryStore open() {
        RocksHistoryStore store = RocksHistoryStore.builder()
                .directory(disk.resolve("history"))
                .writeBuffers(2 << 20)
                .build();
        store.open();
        return store;
    }

    @Test
    void aCommitThatDoesNotFitChangesNothingAndCanBeRepeated() throws IOException {
        Script script = new Script(1, BATCHES, 300, 500, 400);
        Path ballast = disk.resolve("ballast");
        HistoryStore expected = new InMemoryHistory().newSession();
        Script.claim(expected);
        int failures = 0;
        try (RocksHistoryStore store = open()) {
            Script.claim(store);
            for (int i = 0; i < BATCHES; i++) {
                boolean full = i % 10 == 9;
                if (full) {
                    fill(ballast, 0);
                }
                HistoryCommit commit = script.merge(store, i);
                Throwable thrown =
                        catchThrowable(() -> assertThat(store.commit(commit)).isTrue());
                if (full) {
                    Files.delete(ballast);
                }
                if (thrown != null) {
                    failures++;
                    assertThat(thrown).isInstanceOf(Retryable.class).hasMessageContaining("is full");
                    assertThat(Script.versions(store)).isEqualTo(Script.versions(expected));
                    assertThat(store.commit(commit)).isTrue();
                }
                script.run(expected, i, i + 1);
            }
            assertThat(Script.versions(store)).isEqualTo(Script.versions(expected));
        }
        assertThat(failures).as("commits that did not fit").isPositive();
        try (RocksHistoryStore again = open()) {
            assertThat(script.covered(Script.claim(again))).isEqualTo(BATCHES);
            assertThat(Script.versions(again)).isEqualTo(Script.versions(expected));
        }
    }
}
