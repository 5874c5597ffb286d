package io.cdcsdk.runtime;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Time as calls see it: how it goes by, and how they wait between one attempt and the next. Safe for any thread. */
interface Waiting {
    /** The time in nanoseconds since some moment; never goes back, whatever becomes of the wall clock. */
    long now();

    /**
     * Waits.
     *
     * @param nanos how long, at most; 0 to ask alone
     * @return whether no further attempt is wanted, and the waiting ended early for that
     */
    boolean endsWithin(long nanos) throws InterruptedException;

    /** Waits as long as it is told, unless it is interrupted. */
    static Waiting alone() {
        return until(new CountDownLatch(1));
    }

    /** Waits until it is as long as it is told, or the latch is down. */
    static Waiting until(CountDownLatch end) {
        return new Waiting() {
            @Override
            public long now() {
                return System.nanoTime();
            }

            @Override
            public boolean endsWithin(long nanos) throws InterruptedException {
                return end.await(nanos, TimeUnit.NANOSECONDS);
            }
        };
    }
}
