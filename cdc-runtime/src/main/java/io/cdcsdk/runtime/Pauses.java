package io.cdcsdk.runtime;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** The pauses behind failures in a row, as {@link RetryPolicy} says: doubled up to the longest, then shortened by up to a half. */
final class Pauses {
    /** From there on any pause is the longest; the function takes as many steps as it is told. */
    private static final int MOST_DOUBLINGS = 64;

    private final IntervalFunction doubled;
    private final RandomGenerator random;

    Pauses(RetryPolicy policy, RandomGenerator random) {
        long longest = TimeUnit.NANOSECONDS.toMillis(Durations.nanos(policy.longestPause()));
        long first = TimeUnit.NANOSECONDS.toMillis(Durations.nanos(policy.firstPause()));
        this.doubled = IntervalFunction.ofExponentialBackoff(Math.min(first, longest), 2, longest);
        this.random = random;
    }

    /** The pause behind a failure, the first of which is number 1. */
    Duration after(int failures) {
        long pause = doubled.apply(Math.min(failures, MOST_DOUBLINGS));
        return Duration.ofMillis(pause - random.nextLong(pause / 2 + 1));
    }
}
