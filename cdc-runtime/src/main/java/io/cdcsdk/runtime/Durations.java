package io.cdcsdk.runtime;

import java.time.Duration;

/** Durations in nanoseconds, cut to 73 years, so that a few of them can be added up without an overflow. */
final class Durations {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    private Durations() {}

    static long nanos(Duration duration) {
        if (duration.compareTo(LONGEST) > 0) {
            return LONGEST.toNanos();
        }
        return duration.isNegative() ? -1 : duration.toNanos();
    }
}
