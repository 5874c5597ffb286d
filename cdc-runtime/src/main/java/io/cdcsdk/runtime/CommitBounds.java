package io.cdcsdk.runtime;

import java.time.Duration;

/**
 * When a sink commits: as soon as it holds this many uncommitted rows or bytes, or its oldest uncommitted row is this old,
 * whichever comes first.
 *
 * @param rows the number of events, 1 or more
 * @param bytes the bytes of heap that the events hold, about; 1 or more
 * @param age how long an event may wait; above zero
 */
public record CommitBounds(long rows, long bytes, Duration age) {
    /** 100,000 rows, 64 MiB or 10 seconds. */
    public static CommitBounds standard() {
        return new CommitBounds(100_000, 64L << 20, Duration.ofSeconds(10));
    }

    /** These bounds with another number of rows. */
    public CommitBounds withRows(long value) {
        return new CommitBounds(value, bytes, age);
    }

    /** These bounds with another number of bytes. */
    public CommitBounds withBytes(long value) {
        return new CommitBounds(rows, value, age);
    }

    /** These bounds with another age. */
    public CommitBounds withAge(Duration value) {
        return new CommitBounds(rows, bytes, value);
    }
}
