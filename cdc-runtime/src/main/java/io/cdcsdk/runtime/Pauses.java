package io.cdcsdk.runtime;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** The pauses behind failures in a row, as {@link RetryPolicy} says: doubled up to the longest, then shortened by up to a half. */
final class Pauses {
    private final long first;
    private final long longest;
    private final RandomGenerator random;

    Pauses(RetryPolicy policy, RandomGenerator random) {
        this.first = TimeUnit.NANOSECONDS.toMillis(Durations.nanos(policy.firstPause()));
        this.longest = TimeUnit.NANOSECONDS.toMillis(Durations.nanos(policy.longestPause()));
        this.random = random;
    }

    /** The pause behind a failure, the first of which is number 1. */
    Duration after(int failures) {
        long pause = Math.min(first, longest);
        for (int i = 1; i < failures && pause < longest; i++) {
            pause = pause > longest / 2 ? longest : 2 * pause;
        }
        return Duration.ofMillis(pause - random.nextLong(pause / 2 + 1));
    }
}
