package io.cdcsdk.runtime;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owns one sink: opens it, works off its queue, and closes it, all on one thread. */
final class SinkWorker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SinkWorker.class);

    private final String pipeline;
    private final PipelineListener listener;
    private final String id;
    private final Sink sink;
    private final SinkRoute route;
    private final Calls calls;
    private final SinkWriter writer;
    private final SinkQueue queue;
    private final Runnable onFailure;
    private volatile boolean open;
    // Of the thread that reads: hashes as this sink's dead letters have them.
    private @Nullable EventKeys sourceKeys;
    private volatile @Nullable CdcException failure;

    SinkWorker(
            String id,
            Sink sink,
            List<TablePattern> tables,
            SinkSettings settings,
            Calls calls,
            Calls letterCalls,
            SinkQueue queue,
            Runnable onFailure) {
        this.pipeline = settings.pipeline();
        this.listener = settings.listener();
        this.id = id;
        this.sink = sink;
        this.route = new SinkRoute(id, sink, tables);
        this.calls = calls;
        this.writer = new SinkWriter(id, sink, route, settings, calls, letterCalls);
        this.queue = queue;
        this.onFailure = onFailure;
    }

    String id() {
        return id;
    }

    SinkQueue queue() {
        return queue;
    }

    /** For each claimed lane in which anything is durable, up to where; replaced as a whole after each commit. */
    Map<String, Position> durable() {
        return writer.durable();
    }

    /** Whether this sink has set aside an event that failed in a transform. For the thread that reads. */
    boolean stopsSourceKeys() {
        DeadLetters letters = writer.letters();
        return letters != null && letters.isAnyOfSourceParked();
    }

    /** Whether an event as it was read stands behind one that failed in a transform. For the thread that reads. */
    boolean stopsSource(ChangeEvent source) {
        DeadLetters letters = writer.letters();
        if (letters == null || !letters.isAnyOfSourceParked()) {
            return false;
        }
        if (sourceKeys == null) {
            sourceKeys = letters.newKeys();
        }
        return letters.isBehindSource(source, sourceKeys);
    }

    /** How the sink stands. Any thread. */
    PipelineStatus.SinkStatus status() {
        DeadLetters letters = writer.letters();
        DeadLetters.Counts counts = letters == null ? new DeadLetters.Counts(0, 0, 0) : letters.counts();
        CdcException cause = failure;
        Moment commit = writer.lastCommit();
        return new PipelineStatus.SinkStatus(
                id,
                open,
                cause != null ? String.valueOf(cause.getMessage()) : calls.problem(),
                calls.state(),
                queue.bytes(),
                writer.uncommittedRows(),
                Moment.time(commit),
                Moment.age(commit),
                counts.keys(),
                counts.letters(),
                counts.bytes());
    }

    /** What stopped the worker, or null while it runs and after a clean end. */
    @Nullable
    CdcException failure() {
        return failure;
    }

    /** Says what is wrong with sending this table to the sink, or null if nothing is. */
    @Nullable
    String refusal(TableSchema schema) {
        return route.refusal(schema);
    }

    @Override
    public void run() {
        boolean unused = LogContext.call(pipeline, id, () -> {
            runInContext();
            return true;
        });
    }

    private void runInContext() {
        try {
            writer.open();
            open = true;
            work();
        } catch (InterruptedException e) {
            fail(new Fatal(
                    "sink '" + id
                            + "' was interrupted before it had committed; what was not committed will be sent again",
                    e));
        } catch (CdcException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(new Fatal("unexpected failure in sink '" + id + "': " + e, e));
        } catch (Error e) {
            fail(new Fatal("unexpected failure in sink '" + id + "': " + e, e));
            if (e instanceof VirtualMachineError) {
                throw e;
            }
        } finally {
            close();
        }
    }

    private void work() throws InterruptedException {
        while (true) {
            SinkQueue.Item item = queue.poll(writer.nanosToCommit());
            if (item instanceof SinkQueue.Item.Events events) {
                writer.take(events);
            } else if (item instanceof SinkQueue.Item.Halt halt) {
                writer.halt(halt.lane());
            } else if (item instanceof SinkQueue.Item.Claim claim) {
                answer(claim);
            } else if (item instanceof SinkQueue.Item.Task task) {
                task.work().run();
            } else if (item instanceof SinkQueue.Item.Finish finish) {
                if (finish.reason() == SinkQueue.Item.Finish.Reason.END_OF_SOURCE) {
                    writer.writeAllHeld();
                }
                writer.commitAll();
                return;
            }
            writer.releaseWhatIsTooLarge();
            writer.commitIfDue();
        }
    }

    private void answer(SinkQueue.Item.Claim claim) {
        try {
            claim.cursors().complete(writer.claim(claim.lanes()));
        } catch (RuntimeException e) {
            claim.cursors().completeExceptionally(e);
            throw e;
        }
    }

    private void fail(CdcException cause) {
        failure = cause;
        queue.close(cause);
        onFailure.run();
        listener.failed(new PipelineListener.Failed(id, Categories.of(cause, ErrorCategory.SINK), cause));
    }

    private void close() {
        queue.close(new Fatal("sink '" + id + "' has ended"));
        open = false;
        close(writer::close);
        close(sink::close);
    }

    private void close(Runnable closing) {
        try {
            closing.run();
        } catch (RuntimeException | Error e) {
            LOG.atWarn()
                    .addKeyValue("pipeline", pipeline)
                    .addKeyValue("sink", id)
                    .setCause(new Fatal("sink '" + id + "' failed while closing: " + e, e))
                    .log("the sink failed while closing; nothing more is done with it");
        }
    }

    /** Has something done by the thread that owns the sink, between commits; fails with what the sink fails with. */
    <T> CompletableFuture<T> ask(Function<SinkWriter, T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        boolean taken = queue.add(new SinkQueue.Item.Task(
                () -> {
                    try {
                        answer.complete(work.apply(writer));
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                        throw e;
                    }
                },
                answer::completeExceptionally));
        if (!taken) {
            CdcException cause = failure;
            answer.completeExceptionally(cause != null ? cause : new Fatal("sink '" + id + "' has ended"));
        }
        return answer;
    }

    /** Asks the worker to claim lanes; the answer comes when it has worked off what is queued before. */
    CompletableFuture<List<Cursor>> claim(Set<String> claimed) {
        CompletableFuture<List<Cursor>> cursors = new CompletableFuture<>();
        if (!queue.add(new SinkQueue.Item.Claim(Set.copyOf(claimed), cursors))) {
            CdcException cause = failure;
            cursors.completeExceptionally(cause != null ? cause : new Fatal("sink '" + id + "' has ended"));
        }
        return cursors;
    }
}
