package io.cdcsdk.runtime;

import java.time.Duration;

/** Durations in nanoseconds; those of more than 292 years count as 292 years. */
final class Durations {
    private Durations() {}

    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
