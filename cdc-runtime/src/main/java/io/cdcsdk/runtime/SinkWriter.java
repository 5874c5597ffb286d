package io.cdcsdk.runtime;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.DeadLetterFilter;
import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterStore;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.EventsRefused;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.OutcomeUnknown;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes to one sink what it lacks, and commits within the bounds. All methods but {@link #durable} belong to one thread. */
final class SinkWriter {
    private static final Logger LOG = LoggerFactory.getLogger(SinkWriter.class);
    private static final int MOST_UNKNOWN_OUTCOMES = 20;
    private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(500);

    private final String id;
    private final Sink sink;
    private final SinkRoute route;
    private final SinkSettings settings;
    private final Calls calls;
    private final Calls letterCalls;
    private final boolean holdsCursor;
    private volatile @Nullable DeadLetters letters;
    private @Nullable Outbox outbox;
    /** The cursors of the lane of replays by target; null before it is claimed. */
    private @Nullable Map<String, Position> replayCursors;

    private volatile @Nullable Moment lastCommit;
    private volatile long uncommittedRows;
    private final Map<String, LaneProgress> lanes = new HashMap<>();

    private int unknownOutcomes;
    private long idleCheckedAt = System.nanoTime();

    private volatile Map<String, Position> durable = Map.of();

    SinkWriter(String id, Sink sink, SinkRoute route, SinkSettings settings, Calls calls, Calls letterCalls) {
        this.id = id;
        this.sink = sink;
        this.route = route;
        this.settings = settings;
        this.calls = calls;
        this.letterCalls = letterCalls;
        this.holdsCursor = sink.capabilities().contains(SinkCapability.CURSOR);
    }

    /** For each claimed lane in which anything is durable, up to where; replaced as a whole after each commit. */
    Map<String, Position> durable() {
        return durable;
    }

    /** How many events the next commit will make durable. Any thread. */
    long uncommittedRows() {
        return uncommittedRows;
    }

    /** When the last commit was made in this run, or null. Any thread. */
    @Nullable
    Moment lastCommit() {
        return lastCommit;
    }

    /** The dead letters, once the sink is open; null if there are none. Any thread, for what any thread may ask of them. */
    @Nullable
    DeadLetters letters() {
        return letters;
    }

    /** Releases the dead letters. */
    void close() {
        DeadLetters set = letters;
        if (set != null) {
            set.close();
        }
    }

    /** Opens the sink, and its dead letters. */
    void open() {
        DeadLetterStore store = settings.deadLetters();
        if (store != null) {
            letters = letterCalls.get(() -> openLetters(store));
        }
        outbox = new Outbox(id, sink, route, calls, settings.listener(), settings.transforms(), letters);
        calls.run(sink::open);
        if (!holdsCursor) {
            line(Level.WARN)
                    .log("the sink cannot hold a cursor: delivery is at least once, events may repeat after a crash");
        }
    }

    private DeadLetters openLetters(DeadLetterStore store) {
        DeadLetterLog log = store.open(settings.pipeline(), id);
        try {
            return new DeadLetters(id, log, settings.deadLetterBytes());
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    /** Claims lanes, and tells the cursors that there are. */
    List<Cursor> claim(Set<String> claimed) {
        for (String lane : claimed) {
            if (lanes.containsKey(lane)) {
                throw new Fatal("the source claimed lane '" + lane + "' twice");
            }
        }
        DeadLetters set = letters;
        if (set != null && replayCursors == null) {
            claimReplays(set);
        }
        List<Cursor> cursors = cursors(claimed);
        if (set != null) {
            set.claimed(claimed, cursors);
        }
        long now = System.nanoTime();
        for (String lane : claimed) {
            lanes.put(lane, new LaneProgress(lane, cursors, now));
        }
        publishDurable();
        return cursors;
    }

    private List<Cursor> cursors(Set<String> claimed) {
        List<Cursor> cursors = calls.get(() -> sink.claim(claimed));
        if (holdsCursor) {
            return cursors;
        }
        return settings.store().load(settings.pipeline(), id).stream()
                .filter(cursor -> claimed.contains(cursor.lane()))
                .toList();
    }

    /** Writes dead letters to the sink. What was written of other lanes is committed before. */
    ReplayResult replay(DeadLetterFilter filter, TransformChain transforms) {
        DeadLetters set = claimedLetters();
        ReplayResult result = new Replay(
                        settings.pipeline(),
                        id,
                        sink,
                        route,
                        transforms,
                        set,
                        calls,
                        letterCalls,
                        replayLane(),
                        Objects.requireNonNull(replayCursors),
                        this::reopen,
                        settings.listener())
                .run(filter);
        commitAll();
        line(result.failed() + result.waiting() == 0 ? Level.INFO : Level.WARN)
                .addKeyValue("replayed", result.replayed())
                .addKeyValue("failed", result.failed())
                .addKeyValue("waiting", result.waiting())
                .log("dead letters were replayed; those that failed or wait behind one stay");
        return result;
    }

    /** Forgets dead letters; tells how many. */
    long drop(DeadLetterFilter filter) {
        long dropped = Replay.drop(claimedLetters(), filter, letterCalls, id, settings.listener());
        commitAll();
        line(Level.INFO)
                .addKeyValue("letters", dropped)
                .log("dead letters were dropped; what stands behind them stays, and may be replayed");
        return dropped;
    }

    private DeadLetters requireLetters() {
        DeadLetters set = letters;
        if (set == null) {
            throw new IllegalStateException("the pipeline has no store for dead letters");
        }
        return set;
    }

    /** Commits what there is, and claims the lanes of all letters, also of those that no source has claimed yet, or will. */
    private DeadLetters claimedLetters() {
        DeadLetters set = requireLetters();
        commitAll();
        if (replayCursors == null) {
            claimReplays(set);
        }
        Set<String> others = set.unclaimedLanes();
        if (!others.isEmpty()) {
            set.claimed(others, cursors(others));
        }
        return set;
    }

    private String replayLane() {
        return DeadLetterLog.LANE_PREFIX + settings.pipeline() + "/" + id;
    }

    /** Claims the lane of replays, whose cursors tell which letters count, and which replays have happened. */
    private Map<String, Position> claimReplays(DeadLetters set) {
        Map<String, Position> found = new HashMap<>();
        for (Cursor cursor : cursors(Set.of(replayLane()))) {
            found.put(cursor.target(), cursor.position());
        }
        replayCursors = found;
        reportResolved(letterCalls.get(() -> set.anchor(found.get(DeadLetters.TARGET))));
        reportResolved(letterCalls.get(() -> set.settleReplays(found)));
        return found;
    }

    /** How long to wait for more events before {@link #commitIfDue} must be asked again. */
    long nanosToCommit() {
        Outbox box = outbox();
        return box.hasNews() ? Math.min(LONGEST_WAIT, box.nanosLeft(settings.bounds())) : LONGEST_WAIT;
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
    void take(SinkQueue.Item.Events events) {
        outbox().stop(events.stopped());
        if (events.skipped() != null) {
            outbox().skip(events.skipped());
        }
        take(events.batch());
    }

    /** Forgets what is held of a lane: the next run reads it again. */
    void halt(String lane) {
        LaneProgress progress = lanes.get(lane);
        if (progress != null) {
            List<EventBatch> unused = progress.release();
            outbox().halt(lane);
        }
    }

    private void take(EventBatch batch) {
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
        Outbox box = outbox();
        try {
            box.write(batch, lane);
        } catch (BadRecord e) {
            commitWhatCameBefore(e);
            throw e;
        }
        uncommittedRows = box.rows();
    }

    /** A bad record stops the pipeline; what came before it is committed all the same. */
    private void commitWhatCameBefore(BadRecord e) {
        try {
            commitAll();
        } catch (RuntimeException second) {
            if (second != e) {
                e.addSuppressed(second);
            }
        }
    }

    private Outbox outbox() {
        return Objects.requireNonNull(outbox, "the sink is not open");
    }

    /** Commits if the bounds are reached; where nothing is written, moves the watermarks that have stood for long. */
    void commitIfDue() {
        long now = System.nanoTime();
        boolean due = outbox().isDue(settings.bounds(), now);
        boolean idle = !outbox().hasNews() && now - idleCheckedAt >= LONGEST_WAIT;
        if (due || idle) {
            idleCheckedAt = now;
            commit(Durations.nanos(settings.idleAge()), settings.idleBytes());
        }
    }

    private void commit(long idleNanos, long idleBytes) {
        long now = System.nanoTime();
        while (true) {
            Commit commit = nextCommit(now, idleNanos, idleBytes);
            if (commit == null) {
                return;
            }
            try {
                calls.run(() -> sink.commit(commit));
            } catch (EventsRefused e) {
                outbox().refused(e, this::lane);
                continue;
            } catch (OutcomeUnknown e) {
                recover(commit, now, e);
                return;
            }
            unknownOutcomes = 0;
            committed(commit, System.nanoTime() - now);
            return;
        }
    }

    /** The commit of all that was written and set aside; null if there is nothing to commit. */
    private @Nullable Commit nextCommit(long now, long idleNanos, long idleBytes) {
        List<Commit.Move> moves = new ArrayList<>();
        DeadLetters set = letters;
        if (set != null) {
            letterCalls.run(set::flush);
            Commit.Move letterMove = set.move(replayLane());
            if (letterMove != null) {
                // In front: what is not in its target yet must be among the letters that count.
                moves.add(letterMove);
            }
        }
        boolean inside = false;
        for (LaneProgress lane : lanes.values()) {
            lane.collectTargets(moves);
            inside |= lane.insideTransaction();
        }
        for (LaneProgress lane : lanes.values()) {
            lane.collectWatermark(moves, now, idleNanos, idleBytes);
        }
        if (moves.isEmpty()) {
            return null;
        }
        return new Commit(moves, inside ? EventBatch.Boundary.INSIDE_TRANSACTION : EventBatch.Boundary.TRANSACTION_END);
    }

    private void committed(Commit commit, long nanos) {
        long done = System.nanoTime();
        for (Commit.Move move : commit.moves()) {
            if (move.target().equals(DeadLetters.TARGET)) {
                requireLetters().moved(move.to());
                Objects.requireNonNull(replayCursors).put(move.target(), move.to());
            } else {
                lane(move.lane()).moved(move, done);
            }
        }
        if (!holdsCursor) {
            saveCursors();
        }
        publishDurable();
        report(commit, nanos);
        DeadLetters set = letters;
        if (set != null) {
            DeadLetters.Outcome outcome = set.committed();
            if (!outcome.setAside().isEmpty()) {
                logSetAside(outcome.setAside());
                settings.listener().setAside(id, outcome.setAside());
            }
            if (outcome.superseded() != null) {
                line(Level.INFO)
                        .addKeyValue("letters", outcome.superseded().letters().size())
                        .log(
                                "behind dead letters their table was emptied, or came whole: they are void, and will not be replayed");
                settings.listener().resolved(id, outcome.superseded());
            }
        }
    }

    private void reportResolved(List<DeadLetterRecord.Resolved> all) {
        all.forEach(resolved -> settings.listener().resolved(id, resolved));
    }

    private void logSetAside(List<DeadLetterRecord.Letter> letters) {
        Map<ErrorCategory, Integer> categories = new EnumMap<>(ErrorCategory.class);
        int behind = 0;
        for (DeadLetterRecord.Letter letter : letters) {
            DeadLetterRecord.Fault fault = letter.fault();
            if (fault == null) {
                behind++;
            } else {
                categories.merge(fault.category(), 1, Integer::sum);
            }
        }
        LoggingEventBuilder line = line(Level.WARN).addKeyValue("letters", letters.size());
        for (Map.Entry<ErrorCategory, Integer> category : categories.entrySet()) {
            String key = category.getKey().name().toLowerCase(Locale.ROOT) + ".letters";
            line = line.addKeyValue(key, category.getValue());
        }
        if (behind > 0) {
            line = line.addKeyValue("behind.letters", behind);
        }
        line.log("events were set aside, and later ones of their keys will be, until they are replayed or dropped");
    }

    private LoggingEventBuilder line(Level level) {
        return LOG.atLevel(level).addKeyValue("pipeline", settings.pipeline()).addKeyValue("sink", id);
    }

    /**
     * Opens the sink anew after a commit whose answer was lost, and writes once more what is not there, as the cursors tell.
     *
     * @throws LaneLost if somebody else has moved a cursor
     */
    private void recover(Commit commit, long began, OutcomeUnknown cause) {
        if (++unknownOutcomes > MOST_UNKNOWN_OUTCOMES) {
            throw new Fatal(
                    "sink '" + id + "' lost the answers to " + MOST_UNKNOWN_OUTCOMES + " commits in a row: "
                            + cause.getMessage(),
                    cause);
        }
        List<Cursor> cursors = reopen(cause);
        boolean happened = holdsCursor;
        for (Commit.Move move : commit.moves()) {
            Position now = position(cursors, move.target(), move.lane());
            happened &= move.to().equals(now);
            if (holdsCursor && !move.to().equals(now) && !Objects.equals(now, move.from())) {
                throw new LaneLost(
                        move.lane(),
                        "lane '" + move.lane() + "' of target " + move.target() + " in sink '" + id + "' stands at "
                                + now + ", where this pipeline has not moved it: another one has taken over");
            }
        }
        if (happened) {
            line(Level.INFO).log("the commit whose answer was lost has happened; the sink goes on behind it");
            committed(commit, System.nanoTime() - began);
            return;
        }
        line(Level.INFO).log("the commit whose answer was lost has not happened; its events are written again");
        DeadLetters set = letters;
        if (set != null) {
            Position counting = position(cursors, DeadLetters.TARGET, replayLane());
            reportResolved(letterCalls.get(() -> set.takeBack(counting)));
            replayCursors = null;
            claimReplays(set);
            set.claimed(lanes.keySet(), cursors);
        }
        List<EventBatch> again = outbox().takeUncommitted();
        long now = System.nanoTime();
        lanes.values().forEach(lane -> lane.reset(cursors, now));
        publishDurable();
        // Should one be refused now, nothing is committed: the watermarks of lanes whose turn has not come are ahead of
        // their events.
        again.forEach(batch -> outbox().write(batch, lane(batch.lane())));
        commitAll();
    }

    /** Opens the sink anew, which drops what is not committed, claims again what it had, and tells the cursors. */
    private List<Cursor> reopen(OutcomeUnknown cause) {
        line(Level.WARN)
                .log(
                        "the answer to a commit was lost; opening the sink anew to see whether it has happened: {}",
                        cause.getMessage());
        sink.close();
        calls.run(sink::open);
        Set<String> own = new HashSet<>(lanes.keySet());
        if (letters != null) {
            own.add(replayLane());
        }
        return cursors(own);
    }

    private static @Nullable Position position(List<Cursor> cursors, String target, String lane) {
        for (Cursor cursor : cursors) {
            if (cursor.target().equals(target) && cursor.lane().equals(lane)) {
                return cursor.position();
            }
        }
        return null;
    }

    private void saveCursors() {
        Map<String, Cursor> cursors = new HashMap<>();
        // Lanes that this run has not claimed keep what is stored for them.
        for (Cursor cursor : settings.store().load(settings.pipeline(), id)) {
            cursors.put(cursor.target() + '\n' + cursor.lane(), cursor);
        }
        List<Cursor> current = new ArrayList<>();
        lanes.values().forEach(lane -> lane.collectCursors(current));
        if (replayCursors != null) {
            replayCursors.forEach((target, position) -> current.add(new Cursor(target, replayLane(), position)));
        }
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
        Outbox box = outbox();
        line(Level.DEBUG)
                .addKeyValue("rows", box.rows())
                .addKeyValue("bytes", box.bytes())
                .addKeyValue("millis", nanos / 1_000_000)
                .log("committed");
        PipelineListener.Committed committed =
                new PipelineListener.Committed(id, commit, box.rows(), box.bytes(), Duration.ofNanos(nanos));
        box.committed();
        uncommittedRows = 0;
        lastCommit = Moment.now();
        settings.listener().committed(committed);
    }
}
