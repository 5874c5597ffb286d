package io.cdcsdk.runtime;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When something happened.
 *
 * @param time by the wall clock, to be shown
 * @param nanos by {@link System#nanoTime()}, to tell how long ago it was
 */
record Moment(Instant time, long nanos) {
    /** This moment. */
    static Moment now() {
        return new Moment(Instant.now(), System.nanoTime());
    }

    static @Nullable Instant time(@Nullable Moment moment) {
        return moment == null ? null : moment.time();
    }

    /** How long ago it was, whatever the wall clock did since. */
    static @Nullable Duration age(@Nullable Moment moment) {
        return moment == null ? null : Duration.ofNanos(Math.max(0, System.nanoTime() - moment.nanos()));
    }
}
