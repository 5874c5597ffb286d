package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** Counts in how many cases each hard case occurred. */
final class HistoryHardCaseCounter {
    private final Map<HistoryHardCase, Integer> counts = new EnumMap<>(HistoryHardCase.class);

    private int cases;

    void add(HistoryCase world) {
        cases++;
        HistoryHardCase.of(world).forEach(hard -> counts.merge(hard, 1, Integer::sum));
    }

    int cases() {
        return cases;
    }

    /** Asserts that each hard case occurred often enough to mean something. */
    void assertEachAtLeast(int times) {
        assertThat(Arrays.stream(HistoryHardCase.values())
                        .filter(hard -> counts.getOrDefault(hard, 0) < times)
                        .toList())
                .as("hard cases that occurred fewer than %d times: %s", times, counts)
                .isEmpty();
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
