package io.cdcsdk.source.dms;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Waits for one file to grow, for a limited time after it last did. */
final class Patience {
    private final Duration longest;
    private @Nullable StoredFile file;
    private long since;

    Patience(Duration longest) {
        this.longest = longest;
    }

    /** Notes that a file ends too early, and returns whether there is time left to wait for more of it. */
    boolean waitsFor(StoredFile unfinished) {
        if (!unfinished.equals(file)) {
            file = unfinished;
            since = System.nanoTime();
        }
        return isHolding(unfinished);
    }

    /** Whether a file was noted, has not changed since, and there is time left. */
    boolean isHolding(StoredFile next) {
        return next.equals(file) && System.nanoTime() - since < longest.toNanos();
    }
}
