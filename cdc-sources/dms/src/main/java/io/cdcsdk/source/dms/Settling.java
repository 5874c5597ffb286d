package io.cdcsdk.source.dms;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells whether a file is still being written. It has settled when it was last written longer ago than the settle time, by its
 * own time stamp, or when its size and time stamp were seen unchanged for that long.
 *
 * <p>Time stamps are compared with the earlier of two times: what the clock says, and what it said at first and has passed since. A
 * clock that is set ahead settles nothing, one that is set back delays no file for longer than the settle time.
 */
final class Settling {
    private final Duration settleTime;
    private final InstantSource clock;
    private final Instant begun;
    private final long begunNanos = System.nanoTime();
    private Map<String, Seen> seen = new HashMap<>();

    Settling(Duration settleTime) {
        this(settleTime, InstantSource.system());
    }

    Settling(Duration settleTime, InstantSource clock) {
        this.settleTime = settleTime;
        this.clock = clock;
        this.begun = clock.instant();
    }

    /** How many files, from the first on, have settled: one that has not holds all up that are to be read behind it. */
    int settled(List<DataFile> files) {
        if (settleTime.isZero()) {
            return files.size();
        }
        long now = System.nanoTime();
        Instant newest =
                earlier(clock.instant(), begun.plusNanos(now - begunNanos)).minus(settleTime);
        Map<String, Seen> nowSeen = new HashMap<>();
        int settled = 0;
        for (DataFile file : files) {
            StoredFile stored = file.stored();
            Seen before = seen.get(stored.path());
            Seen current = before != null && before.file().equals(stored) ? before : new Seen(stored, now);
            boolean quiet = !stored.modified().isAfter(newest) || now - current.since() >= settleTime.toNanos();
            if (quiet && settled == nowSeen.size()) {
                settled++;
            }
            nowSeen.put(stored.path(), current);
        }
        seen = nowSeen;
        return settled;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /** A file as it was first seen, and when, by the clock that never goes back. */
    private record Seen(StoredFile file, long since) {}
}
