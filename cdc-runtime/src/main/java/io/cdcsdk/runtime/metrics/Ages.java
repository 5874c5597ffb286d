package io.cdcsdk.runtime.metrics;

import io.cdcsdk.api.Origin;
import io.micrometer.core.instrument.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How long ago something was, in seconds and by the registry's clock: not below zero, and NaN where it is not known. */
final class Ages {
    private static final double MICROS = 1e6;
    private static final double MILLIS = 1e3;

    private final Clock clock;

    Ages(Clock clock) {
        this.clock = clock;
    }

    double ofSourceTime(long micros) {
        return micros == Origin.UNKNOWN_TIME ? Double.NaN : Math.max(0, clock.wallTime() / MILLIS - micros / MICROS);
    }

    double of(@Nullable Instant time) {
        return time == null ? Double.NaN : Math.max(0, (clock.wallTime() - time.toEpochMilli()) / MILLIS);
    }
}
