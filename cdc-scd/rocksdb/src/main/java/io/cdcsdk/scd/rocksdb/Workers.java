package io.cdcsdk.scd.rocksdb;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A few threads for the parts of one call. The calling thread works too. */
final class Workers implements AutoCloseable {
    private final int count;
    private final @Nullable ExecutorService others;

    Workers(int count) {
        this.count = count;
        this.others = count == 1
                ? null
                : Executors.newFixedThreadPool(count - 1, task -> {
                    Thread thread = new Thread(task, "cdc-history-worker");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    int count() {
        return count;
    }

    /** How many parts to make of some items, so that none is too small to be worth a thread. */
    int parts(int items, int least) {
        return Math.max(1, Math.min(count, items / least));
    }

    /** Runs the parts 0 to {@code parts - 1}, and returns when all have ended; throws what the first of them threw. */
    void run(int parts, IntConsumer part) {
        List<Future<?>> running = new ArrayList<>();
        Throwable failure = null;
        try {
            for (int i = 1; i < parts; i++) {
                int number = i;
                running.add(Objects.requireNonNull(others).submit(() -> part.accept(number)));
            }
            part.accept(0);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        for (Future<?> each : running) {
            Throwable other = await(each);
            failure = failure == null ? other : failure;
        }
        if (failure instanceof Error error) {
            throw error;
        } else if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    // A part works on native memory: it must have ended, whatever happens to this thread.
    private static @Nullable Throwable await(Future<?> part) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    part.get();
                    return null;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    return e.getCause();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        if (others != null) {
            others.shutdown();
        }
    }
}
