package io.cdcsdk.runtime;

import io.cdcsdk.api.BadRecord;
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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to one sink what it lacks, and commits within the bounds. All methods but {@link #durable} belong to one thread. */
final class SinkWriter {
    private static final Logger LOG = LoggerFactory.getLogger(SinkWriter.class);
    private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(500);

    private final String id;
    private final Sink sink;
    private final SinkRoute route;
    private final SinkSettings settings;
    private final boolean holdsCursor;
    private final Map<String, LaneProgress> lanes = new HashMap<>();

    /** The targets of the events that were selected last. */
    private final Set<LaneProgress.Target> touched = new HashSet<>();

    private long rows;
    private long bytes;
    private long oldestRow;
    private long idleCheckedAt = System.nanoTime();

    private volatile Map<String, Position> durable = Map.of();

    SinkWriter(String id, Sink sink, SinkRoute route, SinkSettings settings) {
        this.id = id;
        this.sink = sink;
        this.route = route;
        this.settings = settings;
        this.holdsCursor = sink.capabilities().contains(SinkCapability.CURSOR);
    }

    /** For each claimed lane in which anything is durable, up to where; replaced as a whole after each commit. */
    Map<String, Position> durable() {
        return durable;
    }

    /** Opens the sink. */
    void open() {
        sink.open();
        if (!holdsCursor) {
            LOG.atWarn()
                    .addKeyValue("pipeline", settings.pipeline())
                    .addKeyValue("sink", id)
                    .log("the sink cannot hold a cursor: delivery is at least once, events may repeat after a crash");
        }
    }

    /** Claims lanes, and tells the cursors that there are. */
    List<Cursor> claim(Set<String> claimed) {
        for (String lane : claimed) {
            if (lanes.containsKey(lane)) {
                throw new Fatal("the source claimed lane '" + lane + "' twice");
            }
        }
        List<Cursor> cursors = sink.claim(claimed);
        if (!holdsCursor) {
            cursors = settings.store().load(settings.pipeline(), id).stream()
                    .filter(cursor -> claimed.contains(cursor.lane()))
                    .toList();
        }
        long now = System.nanoTime();
        for (String lane : claimed) {
            lanes.put(lane, new LaneProgress(lane, cursors, now));
        }
        publishDurable();
        return cursors;
    }

    /** How long to wait for more events before {@link #commitIfDue} must be asked again. */
    long nanosToCommit() {
        if (rows == 0) {
            return LONGEST_WAIT;
        }
        long left = Durations.nanos(settings.bounds().age()) - (System.nanoTime() - oldestRow);
        return Math.min(LONGEST_WAIT, Math.max(0, left));
    }

    /** Commits all that was written; what is held of open transactions is left, the next run reads it again. */
    void commitAll() {
        commit(0, 0);
    }

    private LaneProgress lane(String lane) {
        LaneProgress progress = lanes.get(lane);
        if (progress == null) {
            throw new Fatal("the source sent events of lane '" + lane + "' without having claimed it");
        }
        return progress;
    }

    /** Writes what belongs to complete transactions, and holds the beginning of one that goes on. */
    void take(EventBatch batch) {
        LaneProgress lane = lane(batch.lane());
        if (batch.boundary() == EventBatch.Boundary.TRANSACTION_END) {
            lane.releaseWith(batch).forEach(part -> write(part, lane));
            return;
        }
        int open = startOfLastTransaction(batch.events());
        if (open == 0) {
            holdOrWrite(batch, lane);
            return;
        }
        List<ChangeEvent> events = batch.events();
        long closedBytes = batch.bytes() * open / events.size();
        EventBatch closed = EventBatch.of(
                batch.lane(),
                events.subList(0, open),
                events.get(open - 1).position(),
                closedBytes,
                EventBatch.Boundary.TRANSACTION_END);
        lane.releaseWith(closed).forEach(part -> write(part, lane));
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

    /** Writes what is held of transactions that have become too large to be held. */
    void releaseWhatIsTooLarge() {
        long now = System.nanoTime();
        long heldBytes = 0;
        for (LaneProgress lane : lanes.values()) {
            if (lane.holdsTooMuch(settings.bounds(), now)) {
                writeHeld(lane);
            }
            heldBytes += lane.heldBytes();
        }
        if (heldBytes >= settings.bounds().bytes()) {
            writeAllHeld();
        }
    }

    /** Writes what is held of open transactions: no more of them will come, or they are too large together. */
    void writeAllHeld() {
        lanes.values().forEach(this::writeHeld);
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
                commitAll();
            } catch (RuntimeException second) {
                if (second != e) {
                    e.addSuppressed(second);
                }
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
        String target = route.target(schema);
        return target == null ? null : lane.target(target);
    }

    /** Commits if the bounds are reached; where nothing is written, moves the watermarks that have stood for long. */
    void commitIfDue() {
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
}
