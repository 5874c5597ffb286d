package io.cdcsdk.api;

import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where an event comes from.
 *
 * @param position its place in the lane; unique there, and the same on every replay
 * @param sourceTime the database's commit time in microseconds since 1970-01-01T00:00Z, or {@link #UNKNOWN_TIME}; for a row of
 *     a snapshot, the time at which the snapshot started
 * @param transaction the source transaction, or null where the source does not tell
 * @param order the database's own order, or null where only the position tells
 */
public record Origin(
        Position position,
        long sourceTime,
        @Nullable Transaction transaction,
        @Nullable SourceOrder order) {
    /** The source time of an event whose source tells none. */
    public static final long UNKNOWN_TIME = Long.MIN_VALUE;

    public Origin {
        Objects.requireNonNull(position, "position");
    }

    /** A place of which nothing else is known. */
    public static Origin at(Position position) {
        return new Origin(position, UNKNOWN_TIME, null, null);
    }

    /** A place and a commit time in microseconds since 1970-01-01T00:00Z. */
    public static Origin at(Position position, long sourceTime) {
        return new Origin(position, sourceTime, null, null);
    }

    /** Whether the source told a time. */
    public boolean hasSourceTime() {
        return sourceTime != UNKNOWN_TIME;
    }

    /** The source time, or null where the source told none. */
    public @Nullable Instant sourceInstant() {
        if (!hasSourceTime()) {
            return null;
        }
        long micros = TimeUnit.SECONDS.toMicros(1);
        return Instant.ofEpochSecond(Math.floorDiv(sourceTime, micros), Math.floorMod(sourceTime, micros) * 1000);
    }
}
