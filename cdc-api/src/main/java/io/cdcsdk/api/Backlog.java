package io.cdcsdk.api;

import java.util.Locale;
import java.util.Objects;

/**
 * About how much lies at the origin that a source has not handed out yet.
 *
 * @param amount how much, not below zero
 * @param unit of what
 */
public record Backlog(long amount, Unit unit) {
    /** What a backlog is counted in. */
    public enum Unit {
        /** Bytes of files or of a log, as they lie at the origin: compressed, if they are. */
        BYTES,
        /** Records, or numbers of records, of a log that counts them. */
        OFFSETS;

        /** The name in metrics: {@code bytes}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Backlog {
        Objects.requireNonNull(unit, "unit");
        if (amount < 0) {
            throw new IllegalArgumentException("a backlog of " + amount + " is below zero");
        }
    }

    /** A backlog in bytes. */
    public static Backlog ofBytes(long bytes) {
        return new Backlog(bytes, Unit.BYTES);
    }

    /** A backlog in offsets. */
    public static Backlog ofOffsets(long offsets) {
        return new Backlog(offsets, Unit.OFFSETS);
    }
}
