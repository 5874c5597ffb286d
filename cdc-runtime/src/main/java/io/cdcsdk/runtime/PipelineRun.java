package io.cdcsdk.runtime;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Source;
import io.cdcsdk.runtime.SinkQueue.Item.Finish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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
    private final CountDownLatch stopRequested = new CountDownLatch(1);

    private @Nullable SourceReader sourceReader;
    private @Nullable Thread main;
    private @Nullable Thread terminationHook;
    private boolean started;
    private boolean masks;
    private volatile long stopDeadline;
    private volatile boolean stopping;
    private volatile boolean failed;
    private volatile boolean reading = true;
    private volatile @Nullable CdcException failure;

    PipelineRun(String name, Duration drainTimeout, PipelineListener listener) {
        this.name = name;
        this.drainTimeout = drainTimeout;
        this.listener = listener;
    }

    /** The name of the pipeline. */
    String name() {
        return name;
    }

    /** How calls of the source wait: until somebody stops the pipeline, or a sink fails. */
    Waiting untilStopped() {
        return Waiting.until(stopRequested);
    }

    void add(SinkWorker worker) {
        workers.add(worker);
    }

    List<SinkWorker> workers() {
        return Collections.unmodifiableList(workers);
    }

    /** Prepares the threads. The reader's keeps the process alive; those of the sinks end with it. */
    void read(
            Source source,
            TransformChain transforms,
            Calls calls,
            TransformChain.@Nullable Failures failures,
            UndecodablePolicy undecodable) {
        SourceReader reader =
                new SourceReader(name, source, transforms, workers(), listener, calls, failures, undecodable, this);
        sourceReader = reader;
        masks = transforms.masks();
        main = new Thread(() -> LogContext.run(name, () -> runAll(source, reader)), "cdc-" + name + "-source");
        main.setDaemon(false);
        for (SinkWorker worker : workers) {
            Thread writer = new Thread(worker, "cdc-" + name + "-sink-" + worker.id());
            writer.setDaemon(true);
            writers.add(writer);
        }
    }

    synchronized void start() {
        LogContext.run(
                name,
                () -> LOG.atInfo()
                        .addKeyValue("pipeline", name)
                        .log("starting; the lanes go on after the last commit"));
        started = true;
        writers.forEach(Thread::start);
        if (main != null) {
            main.start();
        }
        if (stopping) {
            beginStopping();
        }
    }

    private void runAll(Source source, SourceReader reader) {
        CdcException cause = read(reader);
        try {
            if (cause != null) {
                stop();
            }
            CdcException ofSinks = drain(reader.sourceEnded() ? Finish.Reason.END_OF_SOURCE : Finish.Reason.STOP);
            tell(reader, cause);
            CdcException last = acknowledgeLast(reader);
            tell(reader, last);
            cause = joined(last, joined(ofSinks, cause));
            cause = joined(cause, reader.haltedBy());
        } catch (RuntimeException | Error e) {
            cause = joined(new Fatal("unexpected failure while the pipeline ended: " + e, e), cause);
        } finally {
            try {
                close(source);
            } finally {
                end(cause);
            }
        }
    }

    /** Tells of a failure of the source or of a transform; what a sink or a halted lane failed with has been told. */
    private void tell(SourceReader reader, @Nullable CdcException cause) {
        boolean told = cause == reader.haltedBy() || workers.stream().anyMatch(worker -> worker.failure() == cause);
        if (cause != null && !told) {
            listener.failed(new PipelineListener.Failed(null, reader.category(cause), cause));
        }
    }

    private @Nullable CdcException read(SourceReader reader) {
        try {
            reader.read();
            return null;
        } catch (CdcException e) {
            return e;
        } catch (InterruptedException e) {
            return stopping ? null : new Fatal("the thread that reads the source was interrupted", e);
        } catch (RuntimeException | Error e) {
            Throwable shown = shown(e);
            return new Fatal("unexpected failure while reading the source: " + shown, shown);
        } finally {
            synchronized (this) {
                reading = false;
                // Whoever interrupted the reading did not mean the draining.
                Thread.interrupted();
            }
        }
    }

    private void end(@Nullable CdcException cause) {
        synchronized (this) {
            if (ended.getCount() == 0) {
                return;
            }
            failure = cause;
            ended.countDown();
        }
        logEnd(cause);
    }

    /** The first of two failures, which is told of the other. A sink's comes first: it may be why the reader failed. */
    private static @Nullable CdcException joined(@Nullable CdcException first, @Nullable CdcException second) {
        if (first == null || first == second) {
            return second;
        }
        if (second != null) {
            first.addSuppressed(second);
        }
        return first;
    }

    /** Lets every sink commit what it has: within the drain time, or without a limit where the source has simply ended. */
    private @Nullable CdcException drain(Finish.Reason reason) {
        for (SinkWorker worker : workers) {
            worker.queue().add(new Finish(reason));
        }
        boolean late = false;
        for (Thread writer : writers) {
            while (!join(writer, SLICE.toNanos()) && !late) {
                late = (stopping || failed) && stopDeadline() - System.nanoTime() < 0;
            }
        }
        if (late) {
            writers.forEach(Thread::interrupt);
            for (Thread writer : writers) {
                join(writer, LAST_CALL.toNanos());
            }
        }
        CdcException first = late
                ? new Fatal("pipeline '" + name + "' had not committed everything within " + drainTimeout
                        + "; what was not committed has not been acknowledged and will be read again")
                : null;
        return joined(first, firstOfWorkers());
    }

    private @Nullable CdcException firstOfWorkers() {
        CdcException first = null;
        for (SinkWorker worker : workers) {
            first = joined(first, worker.failure());
        }
        return first;
    }

    private long stopDeadline() {
        stop();
        return stopDeadline;
    }

    private @Nullable CdcException acknowledgeLast(SourceReader reader) {
        try {
            reader.acknowledge();
            return null;
        } catch (Calls.Ended e) {
            LOG.atWarn()
                    .addKeyValue("pipeline", name)
                    .log(
                            "the source fails, and is not told what is durable; the next run tells it: {}",
                            e.getMessage());
            return null;
        } catch (CdcException e) {
            return e;
        } catch (RuntimeException e) {
            Throwable shown = shown(e);
            return new Fatal("the source failed to acknowledge what is durable: " + shown, shown);
        }
    }

    private void close(Source source) {
        try {
            source.close();
        } catch (RuntimeException | Error e) {
            Throwable shown = shown(e);
            LOG.atWarn()
                    .addKeyValue("pipeline", name)
                    .setCause(new Fatal("the source failed while closing: " + shown, shown))
                    .log("the source failed while closing; nothing more is done with it");
        }
    }

    /** An exception of the source as it may be shown: it had rows in its hands that were not masked. */
    private Throwable shown(Throwable failure) {
        return masks ? WithoutMessage.of(failure) : failure;
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

    /** Waits for a thread; an interrupt ends the waiting, and is forgotten: only this class knows the threads that wait here. */
    private static boolean join(Thread thread, long nanos) {
        try {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        } catch (InterruptedException e) {
            return !thread.isAlive();
        }
        return !thread.isAlive();
    }

    synchronized void stop() {
        if (!stopping) {
            stopping = true;
            stopRequested.countDown();
            if (started) {
                beginStopping();
            }
        }
    }

    private void beginStopping() {
        stopDeadline = System.nanoTime() + Durations.nanos(drainTimeout);
        LogContext.run(
                name,
                () -> LOG.atInfo()
                        .addKeyValue("pipeline", name)
                        .addKeyValue("drainTimeout", drainTimeout)
                        .log("stopping; nothing more is read, and the sinks commit what they have"));
        Thread watch = new Thread(() -> LogContext.run(name, this::watchStopping), "cdc-" + name + "-stop");
        watch.setDaemon(true);
        watch.start();
    }

    /** A source that does not return is interrupted after half the drain time, and left alone after all of it. */
    private void watchStopping() {
        long half = Durations.nanos(drainTimeout) / 2;
        if (!endsWithin(stopDeadline - half - System.nanoTime())) {
            interruptReading();
        }
        if (!endsWithin(stopDeadline - System.nanoTime()) && reading) {
            workers.forEach(worker -> worker.queue().add(new Finish(Finish.Reason.STOP)));
            if (!endsWithin(LAST_CALL.toNanos()) && reading) {
                writers.forEach(Thread::interrupt);
                Fatal stuck = new Fatal("pipeline '" + name + "' was stopped, but its source did not return within "
                        + drainTimeout + "; what was not committed has not been acknowledged and will be read again");
                listener.failed(new PipelineListener.Failed(null, ErrorCategory.SOURCE, stuck));
                end(joined(firstOfWorkers(), stuck));
            }
        }
    }

    private synchronized void interruptReading() {
        if (reading && main != null) {
            main.interrupt();
        }
    }

    private boolean endsWithin(long nanos) {
        try {
            return ended.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Has something done by the thread of a sink; if the pipeline has not been started, the sink runs for that alone. */
    <T> T ask(String sink, Function<SinkWriter, T> work) {
        SinkWorker worker = workers.stream()
                .filter(each -> each.id().equals(sink))
                .findFirst()
                .orElseThrow();
        boolean alone;
        synchronized (this) {
            alone = !started;
            if (alone) {
                started = true;
            }
        }
        if (!alone) {
            return answer(worker.ask(work));
        }
        Thread writer = writers.get(workers.indexOf(worker));
        CompletableFuture<T> answered = worker.ask(work);
        boolean unused = worker.queue().add(new Finish(Finish.Reason.STOP));
        writer.start();
        try {
            return answer(answered);
        } finally {
            while (!join(writer, SLICE.toNanos())) {
                LOG.atDebug()
                        .addKeyValue("pipeline", name)
                        .addKeyValue("sink", sink)
                        .log("waiting for the sink to close");
            }
            end(worker.failure());
        }
    }

    private static <T> T answer(CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Fatal("interrupted while a sink worked on dead letters; look at them before trying again", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CdcException cause) {
                throw cause;
            }
            throw new Fatal("a sink failed while it worked on dead letters: " + e.getCause(), e.getCause());
        }
    }

    /** How everything stands. */
    PipelineStatus status() {
        CdcException cause = failure;
        SourceReader reader = sourceReader;
        return new PipelineStatus(
                name,
                phase(),
                cause == null ? null : String.valueOf(cause.getMessage()),
                reader == null ? new PipelineStatus.SourceStatus(null, null, null, Map.of()) : reader.status(),
                workers.stream().map(SinkWorker::status).toList());
    }

    private synchronized PipelineStatus.Phase phase() {
        if (ended.getCount() == 0) {
            return failure == null ? PipelineStatus.Phase.ENDED : PipelineStatus.Phase.FAILED;
        } else if (!started) {
            return PipelineStatus.Phase.NEW;
        }
        return stopping || failed ? PipelineStatus.Phase.STOPPING : PipelineStatus.Phase.RUNNING;
    }

    /** Tells that a sink has failed. */
    void failed() {
        failed = true;
        stop();
    }

    @Override
    public boolean stopping() {
        return stopping || failed;
    }

    void await() {
        synchronized (this) {
            if (!started) {
                throw new IllegalStateException("the pipeline has not been started");
            }
        }
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
            Thread hook = new Thread(
                    () -> LogContext.run(name, () -> {
                        stop();
                        awaitMain();
                    }),
                    "cdc-" + name + "-termination");
            try {
                Runtime.getRuntime().addShutdownHook(hook);
                terminationHook = hook;
            } catch (IllegalStateException e) {
                // The process ends already.
                stop();
            }
        }
    }

    private void awaitMain() {
        if (main != null && main.isAlive()) {
            join(main, Durations.nanos(drainTimeout) + 2 * LAST_CALL.toNanos());
        }
    }

    synchronized void removeTerminationHook() {
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
