package io.cdcsdk.scd.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cdcsdk.api.Retryable;
import io.cdcsdk.scd.HistoryCommit;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.InMemoryHistory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A small disk that runs full. Needs the right to mount one, and is skipped without, with a warning that tells why. */
class FullDiskTest {
    private static final Logger LOG = LoggerFactory.getLogger(FullDiskTest.class);
    private static final int BATCHES = 40;

    @TempDir
    Path parent = Path.of("");

    private Path disk = Path.of("");
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(parent.resolve("disk"));
        String failure = run("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", disk.toString());
        if (failure != null) {
            LOG.atWarn()
                    .addKeyValue("reason", failure)
                    .log("SKIPPED: the behaviour on a full disk is not tested, because a small disk cannot be mounted"
                            + " here; it can with the rights of root");
        }
        assumeTrue(failure == null, () -> "a small disk cannot be mounted here: " + failure);
        mounted = true;
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", disk.toString())).isNull();
        }
    }

    private static @Nullable String run(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return command[0] + " has not ended within 30 seconds";
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.exitValue() == 0 ? null : command[0] + " ended with " + process.exitValue() + ": " + output;
        } catch (IOException e) {
            return e.toString();
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
