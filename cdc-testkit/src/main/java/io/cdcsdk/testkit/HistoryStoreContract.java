package io.cdcsdk.testkit;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link io.cdcsdk.scd.HistoryStore} must do, as tests. A store is proven by a class that extends this one:
 *
 * <pre>{@code
 * class InMemoryHistoryStoreTest extends HistoryStoreContract {
 *     private final InMemoryHistory history = new InMemoryHistory();
 *
 *     @Override
 *     protected HistoryStore newSession() {
 *         return history.newSession();
 *     }
 * }
 * }</pre>
 *
 * <p>JUnit makes an instance for each test method, so that a field of the class is the store that all sessions of one method
 * share. Random cases go through the engine and the store, with restarts and deaths in between, and are compared with an oracle
 * that folds all events from the beginning. A case that fails is reduced to the fewest events that fail, and printed.
 */
public abstract class HistoryStoreContract extends HistoryCommitChecks {
    private static final int PARTS = 4;
    private static final int CASES_OF_A_PART = 10_000_000;
    private static final int CRASHING_CASES = 100;

    /** One of several parts of the random cases, so that a failure can be run again alone. */
    @ParameterizedTest(name = "part {0}")
    @ValueSource(ints = {0, 1, 2, 3})
    void randomCasesHaveTheHistoryOfTheOracle(int part) {
        runCases(part, cases() / PARTS);
    }

    /** As the others, ten times as many: some minutes. */
    @Tag("slow")
    @ParameterizedTest(name = "part {0}")
    @ValueSource(ints = {4, 5, 6, 7})
    void manyRandomCasesHaveTheHistoryOfTheOracle(int part) {
        runCases(part, slowCases() / PARTS);
    }

    private void runCases(int part, int count) {
        for (int i = 0; i < count; i++) {
            check(HistoryCaseGenerator.generate((long) part * CASES_OF_A_PART + i), null);
        }
    }

    @Test
    void afterACrashInACommitHistoryAndCursorsAreInStep() {
        assumeFalse(crashPoints().isEmpty(), "the fixture names no crash points");
        for (String crashPoint : crashPoints()) {
            for (int i = 0; i < CRASHING_CASES; i++) {
                HistoryCase world = HistoryCaseGenerator.generate(i);
                List<HistoryBatch> batches = world.batches().stream()
                        .map(batch -> new HistoryBatch(batch.deliveries(), HistoryBatch.Interruption.DEATH))
                        .toList();
                check(world.withBatches(batches), () -> openFailingAt(crashPoint));
            }
        }
    }
}
