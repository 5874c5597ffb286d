package io.cdcsdk.runtime;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a pipeline: its threads, and how they start, stop and fail together. */
final class PipelineRun implements SourceReader.Control {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineRun.class);
    private static final Duration LAST_CALL = Duration.ofSeconds(2);
    private static final Duration SLICE = Duration.ofMillis(100);

    private final String name;
    private final Duration drainTimeout;
    private final PipelineListener listener;
    private final List<SinkWorker> workers = new ArrayList<>();
    private final List<Thread> writers = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    private @Nullable Thread main;
    private @Nullable Thread terminationHook;
    private volatile long stopDeadline;
    private volatile boolean stopping;
    private volatile boolean failed;
    private volatile @Nullable CdcException failure;

    PipelineRun(String name, Duration drainTimeout, PipelineListener listener) {
        this.name = name;
        this.drainTimeout = drainTimeout;
        this.listener = listener;
    }

    void add(SinkWorker worker) {
        workers.add(worker);
    }

    List<SinkWorker> workers() {
        return Collections.unmodifiableList(workers);
    }

    /** Prepares the threads. The reader's keeps the process alive; those of the sinks end with it. */
    void read(Source source, TransformChain transforms) {
        SourceReader reader = new SourceReader(source, transforms, workers(), listener, this);
        main = new Thread(() -> runAll(source, reader), "cdc-" + name + "-source");
        for (SinkWorker worker : workers) {
            Thread writer = new Thread(worker, "cdc-" + name + "-sink-" + worker.id());
            writer.setDaemon(true);
            writers.add(writer);
        }
    }

    void start() {
        LOG.atInfo().addKeyValue("pipeline", name).log("starting");
        writers.forEach(Thread::start);
        if (main != null) {
            main.start();
        }
    }

    private void runAll(Source source, SourceReader reader) {
        CdcException cause = null;
        try {
            try {
                reader.read();
            } catch (CdcException e) {
                cause = e;
            } catch (InterruptedException e) {
                cause = new Fatal("the thread that reads the source was interrupted", e);
            } catch (RuntimeException e) {
                cause = new Fatal("unexpected failure while reading the source: " + e, e);
            }
            if (cause != null) {
                stop();
            }
            CdcException drained = drain();
            // A sink's failure is what made the reader stop, or fail to claim.
            cause = drained != null ? drained : cause;
            cause = acknowledgeLast(reader, cause);
        } finally {
            close(source);
            failure = cause;
            ended.countDown();
            logEnd(cause);
        }
    }

    /** Lets every sink commit what it has: within the drain time, or without a limit where the source has simply ended. */
    private @Nullable CdcException drain() {
        for (SinkWorker worker : workers) {
            worker.queue().add(new SinkQueue.Item.Finish());
        }
        boolean late = false;
        for (Thread writer : writers) {
            while (!join(writer, SLICE.toNanos()) && !late) {
                late = (stopping || failed) && stopDeadline() < System.nanoTime();
            }
        }
        if (late) {
            writers.forEach(Thread::interrupt);
            for (Thread writer : writers) {
                join(writer, LAST_CALL.toNanos());
            }
        }
        List<CdcException> causes = new ArrayList<>();
        for (SinkWorker worker : workers) {
            CdcException cause = worker.failure();
            if (cause != null) {
                causes.add(cause);
            }
        }
        if (late) {
            causes.add(
                    0,
                    new Fatal("pipeline '" + name + "' had not committed everything within " + drainTimeout
                            + "; what was not committed has not been acknowledged and will be read again"));
        }
        if (causes.isEmpty()) {
            return null;
        }
        CdcException first = causes.get(0);
        causes.subList(1, causes.size()).forEach(first::addSuppressed);
        return first;
    }

    private long stopDeadline() {
        stop();
        return stopDeadline;
    }

    private static @Nullable CdcException acknowledgeLast(SourceReader reader, @Nullable CdcException cause) {
        try {
            reader.acknowledge();
            return cause;
        } catch (RuntimeException e) {
            if (cause != null) {
                cause.addSuppressed(e);
                return cause;
            }
            return e instanceof CdcException known
                    ? known
                    : new Fatal("the source failed to acknowledge what is durable: " + e, e);
        }
    }

    private void close(Source source) {
        try {
            source.close();
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("pipeline", name)
                    .setCause(e)
                    .log("the source failed while closing; nothing more is done with it");
        }
    }

    private void logEnd(@Nullable CdcException cause) {
        if (cause == null) {
            LOG.atInfo().addKeyValue("pipeline", name).log("ended; everything that was read is committed");
        } else {
            LOG.atError()
                    .addKeyValue("pipeline", name)
                    .addKeyValue("failure", cause.getClass().getSimpleName())
                    .log("stopped; the next run goes on after the last commit: " + cause.getMessage());
        }
    }

    private static boolean join(Thread thread, long nanos) {
        try {
            thread.join(Math.max(1, nanos / 1_000_000));
            return !thread.isAlive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !thread.isAlive();
        }
    }

    synchronized void stop() {
        if (!stopping) {
            stopDeadline = System.nanoTime() + drainTimeout.toNanos();
            stopping = true;
        }
    }

    /** Tells that a sink has failed. */
    void failed() {
        failed = true;
    }

    @Override
    public boolean stopping() {
        return stopping;
    }

    @Override
    public boolean stopNow() {
        return failed || stopping && stopDeadline - System.nanoTime() < drainTimeout.toNanos() / 2;
    }

    void await() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            stop();
            join();
            Thread.currentThread().interrupt();
        }
        removeTerminationHook();
        CdcException cause = failure;
        if (cause != null) {
            throw cause;
        }
    }

    /** Waits for the end, also through interrupts. */
    void join() {
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        removeTerminationHook();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized void stopOnTermination() {
        if (terminationHook == null) {
            terminationHook = new Thread(
                    () -> {
                        stop();
                        awaitMain();
                    },
                    "cdc-" + name + "-termination");
            Runtime.getRuntime().addShutdownHook(terminationHook);
        }
    }

    private void awaitMain() {
        if (main != null && main.isAlive()) {
            join(main, drainTimeout.plus(LAST_CALL).toNanos());
        }
    }

    private synchronized void removeTerminationHook() {
        if (terminationHook != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(terminationHook);
                terminationHook = null;
            } catch (IllegalStateException e) {
                LOG.atDebug().addKeyValue("pipeline", name).log("the process ends; the hook stays");
            }
        }
    }
}
