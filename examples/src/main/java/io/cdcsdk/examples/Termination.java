package io.cdcsdk.examples;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets the process live until an example has said how far it came, when it is told to end: by Ctrl-C, or SIGTERM. */
final class Termination implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(70);

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::await, "summary");

    private Termination() {}

    /** Holds the end of the process until {@link #close}, or for a little more than a minute. */
    static Termination hold() {
        Termination termination = new Termination();
        Runtime.getRuntime().addShutdownHook(termination.hook);
        return termination;
    }

    /** Whether the process has been told to end. */
    static boolean isUnderWay() {
        Thread probe = new Thread(() -> {}, "probe");
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    private void await() {
        try {
            done.await(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs, and ends now.
        }
    }
}
