package io.cdcsdk.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PausesTest {
    private static final RetryPolicy POLICY =
            RetryPolicy.standard().withPauses(Duration.ofMillis(200), Duration.ofSeconds(30));

    /** Chance that always gives the same. */
    private static Pauses pauses(RetryPolicy policy, boolean least) {
        return new Pauses(policy, new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("a bound is asked for");
            }

            @Override
            public long nextLong(long bound) {
                return least ? bound - 1 : 0;
            }
        });
    }

    @Test
    void doubleUpToTheLongest() {
        Pauses longest = pauses(POLICY, false);
        assertThat(IntStream.rangeClosed(1, 11)
                        .mapToObj(failures -> longest.after(failures).toMillis()))
                .containsExactly(200L, 400L, 800L, 1600L, 3200L, 6400L, 12800L, 25600L, 30000L, 30000L, 30000L);
        assertThat(longest.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void areShortenedByUpToAHalf() {
        Pauses shortest = pauses(POLICY, true);
        assertThat(IntStream.rangeClosed(1, 11)
                        .mapToObj(failures -> shortest.after(failures).toMillis()))
                .containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 12800L, 15000L, 15000L, 15000L);
    }

    @Test
    void doNotOverflow() {
        Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
        Pauses pauses = pauses(POLICY.withPauses(Duration.ofDays(1), longest), false);
        assertThat(pauses.after(1000)).isPositive().isGreaterThan(Duration.ofDays(365));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4711})
    void spreadOverTheirRangeAlsoWhereTheyAreLongest(long seed) {
        Pauses pauses = new Pauses(POLICY, new SplittableRandom(seed));
        for (int failures : new int[] {1, 5, 10, 20, 50}) {
            Duration whole = pauses(POLICY, false).after(failures);
            long width = whole.toNanos() / 20;
            Set<Long> tenths = new HashSet<>();
            for (int i = 0; i < 500; i++) {
                Duration pause = pauses.after(failures);
                assertThat(pause).isBetween(whole.dividedBy(2), whole);
                tenths.add(Math.min(9, (pause.toNanos() - whole.toNanos() / 2) / width));
            }
            assertThat(tenths).as("pauses behind failure %s", failures).hasSize(10);
        }
    }
}
