package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.InMemoryHistory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many cases of all kinds against the store in memory: about a minute. */
@Tag("slow")
class ManyHistoriesTest extends HistoryStoreFixture {
    private static final int CASES = 20_000;
    private static final int LEAST = 200;

    private InMemoryHistory history = new InMemoryHistory();

    @Override
    protected HistoryStore newSession() {
        return history.newSession();
    }

    @Test
    void everyCaseHasTheHistoryOfTheOracleAndEveryHardCaseOccursOften() {
        HistoryHardCaseCounter counter = new HistoryHardCaseCounter();
        for (long seed = 0; seed < CASES; seed++) {
            HistoryCase world = HistoryCaseGenerator.generate(seed);
            check(world, null);
            counter.add(world);
            history = new InMemoryHistory();
        }
        assertThat(counter.cases()).isEqualTo(CASES);
        counter.assertEachAtLeast(LEAST);
    }
}
