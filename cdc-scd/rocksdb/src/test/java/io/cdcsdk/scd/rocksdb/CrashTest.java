package io.cdcsdk.scd.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.InMemoryHistory;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other processes: one that dies at any moment, one that comes while another has the directory. */
class CrashTest {
    private static final int BATCHES = 150;

    @TempDir
    Path directory = Path.of("");

    static Script script(long seed) {
        return new Script(seed, BATCHES, 300, 3000, 120);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void afterTheEndOfTheProcessTheStoreHoldsExactlyTheCommitsOfItsCursor(long seed) throws Exception {
        Script script = script(seed);
        HistoryStore inMemory = new InMemoryHistory().newSession();
        Script.claim(inMemory);
        RocksHistoryStore uninterrupted = store("uninterrupted");
        uninterrupted.open();
        Script.claim(uninterrupted);
        Random random = new Random(seed);
        int committed = 0;
        for (int crash = 0; crash < 5; crash++) {
            ChildProcess.run(
                    ChildProcess.HALTED,
                    ChildProcess.Halting.class,
                    directory.resolve("crashing").toString(),
                    String.valueOf(seed),
                    String.valueOf(random.nextInt(400_000)));
            try (RocksHistoryStore store = RocksHistoryStore.builder()
                    .directory(directory)
                    .writeBuffers(2 << 20)
                    .build()) {
                store.open();
                int covered = script.covered(Script.claim(store));
                assertThat(covered).as("batches after crash %s", crash).isGreaterThanOrEqualTo(committed);
                script.run(inMemory, committed, covered);
                script.run(uninterrupted, committed, covered);
                committed = covered;
                assertThat(Script.contents(store))
                        .as("contents after %s batches and crash %s", covered, crash)
                        .isEqualTo(Script.contents(uninterrupted));
                assertThat(Script.versions(store)).isEqualTo(Script.versions(inMemory));
            }
        }
        assertThat(committed).isPositive();
        uninterrupted.close();
    }

    private RocksHistoryStore store(String name) {
        return RocksHistoryStore.builder()
                .directory(directory.resolve(name))
                .writeBuffers(2 << 20)
                .build();
    }

    @Test
    void aSecondProcessIsRefusedAndToldWhy() throws Exception {
        RocksHistoryStore store =
                RocksHistoryStore.builder().directory(directory).build();
        store.open();
        try (store) {
            String output = ChildProcess.run(ChildProcess.REFUSED, ChildProcess.Second.class, directory.toString());
            assertThat(output)
                    .contains("is in use by another process")
                    .contains("Stop the other one, or name another directory");
        }
        String unused = ChildProcess.run(0, ChildProcess.Second.class, directory.toString());
    }
}
