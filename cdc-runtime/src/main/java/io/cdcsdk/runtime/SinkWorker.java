package io.cdcsdk.runtime;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owns one sink: opens it, writes what its queue brings, commits, and closes it, all on one thread. */
final class SinkWorker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SinkWorker.class);
    private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(500);

    /** What a worker needs to know of the pipeline. */
    record Settings(
            String pipeline,
            CommitBounds bounds,
            Duration idleAge,
            long idleBytes,
            PositionStore store,
            PipelineListener listener) {}

    private final String id;
    private final Sink sink;
    private final List<TablePattern> tables;
    private final Settings settings;
    private final SinkQueue queue;
    private final Runnable onFailure;
    private final boolean holdsCursor;
    private final boolean acceptsKeyless;
    private final Map<String, LaneProgress> lanes = new HashMap<>();

    /** The targets of the events that were selected last. */
    private final Set<LaneProgress.Target> touched = new HashSet<>();

    private long rows;
    private long bytes;
    private long oldestRow;
    private long idleCheckedAt;

    private volatile Map<String, Position> durable = Map.of();
    private volatile @Nullable CdcException failure;

    SinkWorker(
            String id, Sink sink, List<TablePattern> tables, Settings settings, SinkQueue queue, Runnable onFailure) {
        this.id = id;
        this.sink = sink;
        this.tables = tables;
        this.settings = settings;
        this.queue = queue;
        this.onFailure = onFailure;
        this.holdsCursor = sink.capabilities().contains(SinkCapability.CURSOR);
        this.acceptsKeyless = sink.capabilities().contains(SinkCapability.KEYLESS_TABLES);
    }

    String id() {
        return id;
    }

    SinkQueue queue() {
        return queue;
    }

    /** For each claimed lane in which anything is durable, up to where; replaced as a whole after each commit. */
    Map<String, Position> durable() {
        return durable;
    }

    /** What stopped the worker, or null while it runs and after a clean end. */
    @Nullable
    CdcException failure() {
        return failure;
    }

    /** Whether the sink gets the changes of this table. */
    boolean takes(TableSchema schema) {
        if (tables.isEmpty()) {
            return true;
        }
        return tables.stream().anyMatch(pattern -> pattern.matches(schema.table()));
    }

    /** Says what is wrong with sending this table to the sink, or null if nothing is. */
    @Nullable
    String refusal(TableSchema schema) {
        if (!schema.hasKey() && !acceptsKeyless && takes(schema)) {
            return "sink '" + id + "' cannot take table " + schema.table()
                    + ", which has no key: declare its key columns, or route it to a sink that appends";
        }
        return null;
    }

    @Override
    public void run() {
        try {
            open();
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
            throw e;
        } finally {
            close();
        }
    }

    private void open() {
        sink.open();
        if (!holdsCursor) {
            LOG.atWarn()
                    .addKeyValue("pipeline", settings.pipeline())
                    .addKeyValue("sink", id)
                    .log("the sink cannot hold a cursor: delivery is at least once, events may repeat after a crash");
        }
    }

    private void work() throws InterruptedException {
        idleCheckedAt = System.nanoTime();
        while (true) {
            SinkQueue.Item item = queue.poll(nanosToCommit());
            if (item instanceof SinkQueue.Item.Events events) {
                take(events.batch());
            } else if (item instanceof SinkQueue.Item.Claim claim) {
                answer(claim);
            } else if (item instanceof SinkQueue.Item.Finish) {
                // What is held of open transactions is left: the next run reads it again.
                commit(0, 0);
                return;
            }
            releaseWhatIsTooLarge();
            commitIfDue();
        }
    }

    private long nanosToCommit() {
        if (rows == 0) {
            return LONGEST_WAIT;
        }
        long left = Durations.nanos(settings.bounds().age()) - (System.nanoTime() - oldestRow);
        return Math.min(LONGEST_WAIT, Math.max(0, left));
    }

    private void answer(SinkQueue.Item.Claim claim) {
        for (String lane : claim.lanes()) {
            if (lanes.containsKey(lane)) {
                throw new Fatal("the source claimed lane '" + lane + "' twice");
            }
        }
        List<Cursor> cursors;
        try {
            cursors = holdsCursor ? sink.claim(claim.lanes()) : stored(claim);
        } catch (RuntimeException e) {
            claim.cursors().completeExceptionally(e);
            throw e;
        }
        long now = System.nanoTime();
        for (String lane : claim.lanes()) {
            lanes.put(lane, new LaneProgress(lane, cursors, now));
        }
        publishDurable();
        claim.cursors().complete(cursors);
    }

    private List<Cursor> stored(SinkQueue.Item.Claim claim) {
        sink.claim(claim.lanes());
        return settings.store().load(settings.pipeline(), id).stream()
                .filter(cursor -> claim.lanes().contains(cursor.lane()))
                .toList();
    }

    private LaneProgress lane(String lane) {
        LaneProgress progress = lanes.get(lane);
        if (progress == null) {
            throw new Fatal("the source sent events of lane '" + lane + "' without having claimed it");
        }
        return progress;
    }

    /** Writes what belongs to complete transactions, and holds the beginning of one that goes on. */
    private void take(EventBatch batch) {
        LaneProgress lane = lane(batch.lane());
        if (batch.boundary() == EventBatch.Boundary.TRANSACTION_END) {
            writeHeld(lane);
            write(batch, lane);
            return;
        }
        int open = startOfLastTransaction(batch.events());
        if (open == 0) {
            holdOrWrite(batch, lane);
            return;
        }
        List<ChangeEvent> events = batch.events();
        long closedBytes = batch.bytes() * open / events.size();
        writeHeld(lane);
        write(
                EventBatch.of(
                        batch.lane(),
                        events.subList(0, open),
                        events.get(open - 1).position(),
                        closedBytes,
                        EventBatch.Boundary.TRANSACTION_END),
                lane);
        commitIfDue();
        holdOrWrite(
                EventBatch.of(
                        batch.lane(),
                        events.subList(open, events.size()),
                        batch.resumeAfter(),
                        batch.bytes() - closedBytes,
                        batch.boundary()),
                lane);
    }

    /** Once a transaction was too large to be held, the rest of it is not held either. */
    private void holdOrWrite(EventBatch batch, LaneProgress lane) {
        if (lane.insideTransaction()) {
            write(batch, lane);
        } else {
            lane.hold(batch, System.nanoTime());
        }
    }

    private void writeHeld(LaneProgress lane) {
        lane.release().forEach(batch -> write(batch, lane));
    }

    private void releaseWhatIsTooLarge() {
        long now = System.nanoTime();
        long heldBytes = 0;
        for (LaneProgress lane : lanes.values()) {
            if (lane.holdsTooMuch(settings.bounds(), now)) {
                writeHeld(lane);
            }
            heldBytes += lane.heldBytes();
        }
        if (heldBytes >= settings.bounds().bytes()) {
            lanes.values().forEach(this::writeHeld);
        }
    }

    private static int startOfLastTransaction(List<ChangeEvent> events) {
        int start = events.size();
        Transaction last = start == 0 ? null : events.get(start - 1).origin().transaction();
        while (start > 0
                && last != null
                && last.equals(events.get(start - 1).origin().transaction())) {
            start--;
        }
        return last == null ? 0 : start;
    }

    private void write(EventBatch batch, LaneProgress lane) {
        EventBatch wanted = select(batch, lane);
        int count = wanted.events().size();
        if (count > 0) {
            if (rows == 0) {
                oldestRow = System.nanoTime();
            }
            writeOrCommitWhatCameBefore(wanted);
            touched.forEach(LaneProgress.Target::markWritten);
            rows += count;
            bytes += batch.bytes();
        }
        lane.advance(batch);
    }

    /** A bad record stops the pipeline; what came before it is committed all the same. */
    private void writeOrCommitWhatCameBefore(EventBatch wanted) {
        try {
            sink.write(wanted);
        } catch (BadRecord e) {
            try {
                commit(0, 0);
            } catch (RuntimeException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    /** The events that are routed to this sink and that their targets lack; the batch itself where that is all of them. */
    private EventBatch select(EventBatch batch, LaneProgress lane) {
        List<ChangeEvent> events = batch.events();
        List<ChangeEvent> kept = null;
        TableSchema schema = null;
        LaneProgress.Target target = null;
        LaneProgress.Target lastTouched = null;
        touched.clear();
        for (int i = 0; i < events.size(); i++) {
            ChangeEvent event = events.get(i);
            if (event.schema() != schema) {
                schema = event.schema();
                target = target(schema, lane);
            }
            if (target != null && target.lacks(event.position())) {
                if (target != lastTouched) {
                    lastTouched = target;
                    touched.add(target);
                }
                if (kept != null) {
                    kept.add(event);
                }
            } else if (kept == null) {
                kept = new ArrayList<>(events.subList(0, i));
            }
        }
        return kept == null ? batch : batch.withEvents(kept);
    }

    private LaneProgress.@Nullable Target target(TableSchema schema, LaneProgress lane) {
        if (!takes(schema)) {
            return null;
        }
        String refusal = refusal(schema);
        if (refusal != null) {
            throw new Fatal(refusal);
        }
        return lane.target(sink.target(schema.table()));
    }

    private void commitIfDue() {
        long now = System.nanoTime();
        CommitBounds bounds = settings.bounds();
        boolean due = rows > 0
                && (rows >= bounds.rows()
                        || bytes >= bounds.bytes()
                        || now - oldestRow >= Durations.nanos(bounds.age()));
        boolean idle = rows == 0 && now - idleCheckedAt >= LONGEST_WAIT;
        if (due || idle) {
            idleCheckedAt = now;
            commit(Durations.nanos(settings.idleAge()), settings.idleBytes());
        }
    }

    private void commit(long idleNanos, long idleBytes) {
        long now = System.nanoTime();
        List<Commit.Move> moves = new ArrayList<>();
        boolean inside = false;
        for (LaneProgress lane : lanes.values()) {
            lane.collectTargets(moves);
            inside |= lane.insideTransaction();
        }
        for (LaneProgress lane : lanes.values()) {
            lane.collectWatermark(moves, now, idleNanos, idleBytes);
        }
        if (moves.isEmpty()) {
            return;
        }
        Commit commit = new Commit(
                moves, inside ? EventBatch.Boundary.INSIDE_TRANSACTION : EventBatch.Boundary.TRANSACTION_END);
        sink.commit(commit);
        long done = System.nanoTime();
        for (Commit.Move move : moves) {
            lane(move.lane()).moved(move, done);
        }
        if (!holdsCursor) {
            saveCursors();
        }
        publishDurable();
        report(commit, done - now);
    }

    private void saveCursors() {
        Map<String, Cursor> cursors = new HashMap<>();
        // Lanes that this run has not claimed keep what is stored for them.
        for (Cursor cursor : settings.store().load(settings.pipeline(), id)) {
            cursors.put(cursor.target() + '\n' + cursor.lane(), cursor);
        }
        List<Cursor> current = new ArrayList<>();
        lanes.values().forEach(lane -> lane.collectCursors(current));
        current.forEach(cursor -> cursors.put(cursor.target() + '\n' + cursor.lane(), cursor));
        settings.store().save(settings.pipeline(), id, List.copyOf(cursors.values()));
    }

    private void publishDurable() {
        Map<String, Position> next = new HashMap<>();
        lanes.forEach((name, lane) -> {
            Position position = lane.durable();
            if (position != null) {
                next.put(name, position);
            }
        });
        durable = next;
    }

    private void report(Commit commit, long nanos) {
        LOG.atDebug()
                .addKeyValue("pipeline", settings.pipeline())
                .addKeyValue("sink", id)
                .addKeyValue("rows", rows)
                .addKeyValue("millis", nanos / 1_000_000)
                .log("committed");
        settings.listener().committed(new PipelineListener.Committed(id, commit, rows, bytes, Duration.ofNanos(nanos)));
        rows = 0;
        bytes = 0;
    }

    private void fail(CdcException cause) {
        failure = cause;
        queue.close(cause);
        onFailure.run();
    }

    private void close() {
        queue.close(new Fatal("sink '" + id + "' has ended"));
        try {
            sink.close();
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("sink", id)
                    .setCause(e)
                    .log("the sink failed while closing; nothing more is done with it");
        }
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
