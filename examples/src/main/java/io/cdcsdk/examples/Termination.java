package io.cdcsdk.examples;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets the process live until an example has said how far it came, when it is told to end: by Ctrl-C, or SIGTERM. Then the JVM ends
 * with 130 or 143, as the signal has it; but with the code of the example if that has failed, so that nobody takes it for stopped.
 */
final class Termination implements AutoCloseable {
    /** The exit code of an example that was told to end, and did. */
    static final int STOPPED = 130;

    /** The exit code of an example that was told to end, and could not commit in time what it had read. */
    static final int NOT_DRAINED = 3;

    private static final CountDownLatch ENDED = new CountDownLatch(1);
    private static volatile int exitCode = NOT_DRAINED;

    private final Duration longest;
    private final Thread hook = new Thread(this::await, "summary");

    private Termination(Duration longest) {
        this.longest = longest;
    }

    /**
     * Holds the end of the process until {@link #ended}.
     *
     * @param longest for how long at most
     */
    static Termination hold(Duration longest) {
        Termination termination = new Termination(longest);
        try {
            Runtime.getRuntime().addShutdownHook(termination.hook);
        } catch (IllegalStateException e) {
            // It ends already, and nothing has begun.
        }
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

    /** Tells that the example has ended, and said all that it has to say. */
    static void ended(int code) {
        exitCode = code;
        ENDED.countDown();
    }

    private void await() {
        try {
            boolean unused = ENDED.await(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (exitCode != 0 && exitCode != STOPPED) {
            // The JVM would end with the code of the signal.
            Runtime.getRuntime().halt(exitCode);
        }
    }

    /** Holds the process no longer, unless it ends: then until {@link #ended}. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs, and waits for the last words.
        }
    }
}
