package io.cdcsdk.runtime.metrics;

import io.cdcsdk.api.Origin;
import io.micrometer.core.instrument.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long ago something was, in seconds: not below zero, and NaN where it is not known. Source times are compared with the registry's
 * wall clock; what happened in this process does not depend on one.
 */
final class Ages {
    private static final double MICROS = 1e6;
    private static final double MILLIS = 1e3;
    private static final double NANOS = 1e9;

    private final Clock clock;

    Ages(Clock clock) {
        this.clock = clock;
    }

    double ofSourceTime(long micros) {
        return micros == Origin.UNKNOWN_TIME ? Double.NaN : Math.max(0, clock.wallTime() / MILLIS - micros / MICROS);
    }

    static double of(@Nullable Duration age) {
        return age == null ? Double.NaN : Math.max(0, age.toNanos() / NANOS);
    }
}
