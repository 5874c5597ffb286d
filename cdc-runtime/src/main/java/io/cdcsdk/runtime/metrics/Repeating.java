package io.cdcsdk.runtime.metrics;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something at an interval, on a daemon thread of its own; goes on after a failure. */
final class Repeating implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Repeating.class);
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Duration LAST_CALL = Duration.ofSeconds(2);

    private final ScheduledExecutorService executor;

    Repeating(String threadName, Duration interval, Runnable action) {
        if (interval.isZero() || interval.isNegative()) {
            throw new IllegalArgumentException("an interval of " + interval + " is not above zero");
        }
        executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
        long nanos = (interval.compareTo(LONGEST) > 0 ? LONGEST : interval).toNanos();
        executor.scheduleWithFixedDelay(() -> guarded(threadName, action), nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** A scheduled action that throws would not be called again. */
    private static void guarded(String name, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("thread", name).setCause(e).log("failed, and will be tried again");
        }
    }

    /** Stops, and waits a moment for what is being done. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(LAST_CALL.toNanos(), TimeUnit.NANOSECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
