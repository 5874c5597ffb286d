package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HistoryCaseGeneratorTest {
    @Test
    void theSameSeedGivesTheSameCase() {
        for (long seed = 0; seed < 50; seed++) {
            HistoryCase first = HistoryCaseGenerator.generate(seed);
            HistoryCase second = HistoryCaseGenerator.generate(seed);
            assertThat(second).hasToString(first.toString());
            assertThat(second.deliveries()).isEqualTo(first.deliveries());
        }
    }

    @Test
    void everyHardCaseOccursOften() {
        HistoryHardCaseCounter counter = new HistoryHardCaseCounter();
        for (long seed = 0; seed < 4_000; seed++) {
            counter.add(HistoryCaseGenerator.generate(seed));
        }
        counter.assertEachAtLeast(40);
    }
}
