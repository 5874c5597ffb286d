package io.cdcsdk.runtime;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterRecord.Fault;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.EventsRefused;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import io.cdcsdk.api.Undecodable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sorts the events of one sink: what its targets lack is written, what they cannot take is set aside with what stands behind it. Keeps what
 * belongs to the next commit, so that it can be written once more. For one thread.
 */
final class Outbox {
    private final String id;
    private final Sink sink;
    private final SinkRoute route;
    private final Calls calls;
    private final PipelineListener listener;
    private final TransformChain transforms;
    private final @Nullable DeadLetters letters;

    /** Events on their way that go to the dead letters, or may. */
    private final Map<ChangeEvent, Stopped> stopped = new IdentityHashMap<>();
    /** What the next commit will make durable, to be written once more if nobody knows whether it has. */
    private final List<EventBatch> uncommitted = new ArrayList<>();

    private final Map<ChangeEvent, Stopped> uncommittedStopped = new IdentityHashMap<>();
    /** The keys of those events of the batch at hand that the sink does not take. */
    private final Set<String> refusedKeys = new HashSet<>();

    /** Records that could not be decoded, by their lanes, up to which the events have not been written yet. */
    private final Map<String, ArrayDeque<Undecodable>> skipped = new HashMap<>();

    private final ArrayDeque<Undecodable> uncommittedSkipped = new ArrayDeque<>();
    private long rows;
    private long setAside;
    private long bytes;
    private long oldest;

    Outbox(
            String id,
            Sink sink,
            SinkRoute route,
            Calls calls,
            PipelineListener listener,
            TransformChain transforms,
            @Nullable DeadLetters letters) {
        this.id = id;
        this.sink = sink;
        this.route = route;
        this.calls = calls;
        this.listener = listener;
        this.transforms = transforms;
        this.letters = letters;
    }

    /** Notes which of the events that come are stopped. */
    void stop(Map<ChangeEvent, Stopped> stops) {
        stopped.putAll(stops);
    }

    /** Notes a record behind which the source goes on; the events that come next lie behind it. */
    void skip(Undecodable record) {
        skipped.computeIfAbsent(record.lane(), none -> new ArrayDeque<>()).add(record);
    }

    /** Forgets the records of a lane that stand behind what was written. */
    void halt(String lane) {
        skipped.remove(lane);
    }

    /** How many events have been written since the last commit. */
    long rows() {
        return rows;
    }

    /** How much heap the events hold about that have come since the last commit. */
    long bytes() {
        return bytes;
    }

    /** Whether anything waits for a commit. */
    boolean hasNews() {
        return rows > 0 || setAside > 0;
    }

    /** Whether a commit is due. */
    boolean isDue(CommitBounds bounds, long now) {
        return hasNews()
                && (rows + setAside >= bounds.rows()
                        || bytes >= bounds.bytes()
                        || now - oldest >= Durations.nanos(bounds.age()));
    }

    /** How long the oldest event may still wait. */
    long nanosLeft(CommitBounds bounds) {
        return Math.max(0, Durations.nanos(bounds.age()) - (System.nanoTime() - oldest));
    }

    /** Notes that everything has been committed. */
    void committed() {
        uncommitted.clear();
        uncommittedStopped.clear();
        uncommittedSkipped.clear();
        rows = 0;
        setAside = 0;
        bytes = 0;
    }

    /** Forgets what has not been committed, and hands it out, to be written once more. */
    List<EventBatch> takeUncommitted() {
        List<EventBatch> again = List.copyOf(uncommitted);
        stopped.putAll(uncommittedStopped);
        uncommittedSkipped
                .descendingIterator()
                .forEachRemaining(record -> skipped.computeIfAbsent(record.lane(), none -> new ArrayDeque<>())
                        .addFirst(record));
        committed();
        return again;
    }

    /**
     * Writes a batch, or what of it the targets lack.
     *
     * @throws BadRecord if the sink refuses an event, and there are no dead letters
     */
    void write(EventBatch batch, LaneProgress lane) {
        if (!hasNews()) {
            oldest = System.nanoTime();
        }
        long asideBefore = setAside;
        long rowsBefore = rows;
        EventBatch wanted = select(batch, lane);
        refusedKeys.clear();
        setAsideSkipped(batch, lane);
        writeSelected(wanted, lane, 1);
        if (rows > rowsBefore || setAside > asideBefore) {
            bytes += batch.bytes();
            uncommitted.add(batch);
        }
        lane.advance(batch);
    }

    /** Sets aside the records up to the end of a batch that could not be decoded, unless that has happened. */
    private void setAsideSkipped(EventBatch batch, LaneProgress lane) {
        ArrayDeque<Undecodable> records = skipped.get(lane.name());
        while (records != null
                && !records.isEmpty()
                && !records.element().position().isAfter(batch.resumeAfter())) {
            Undecodable record = records.remove();
            DeadLetters set = Objects.requireNonNull(letters, "records are skipped only where there are dead letters");
            boolean known = set.isSetAside(lane.name(), record.position());
            if (!known && !lane.wasPassed(record.position())) {
                set.setAside(record);
                known = true;
            }
            if (known) {
                uncommittedSkipped.add(record);
                lane.markSetAside(null);
                setAside++;
            }
        }
    }

    /** Writes events; those that the sink refuses are set aside, or stop the pipeline where there are no dead letters. */
    private void writeSelected(EventBatch wanted, LaneProgress lane, int attempt) {
        int count = wanted.events().size();
        if (count == 0) {
            return;
        }
        try {
            calls.run(() -> sink.write(wanted));
        } catch (BadRecord e) {
            DeadLetters set = letters;
            if (set == null) {
                throw e;
            }
            if (count == 1) {
                setAside(set, lane, wanted.events().get(0), fault(e), attempt);
            } else {
                writePart(wanted, 0, count / 2, lane, attempt + 1);
                writePart(wanted, count / 2, count, lane, attempt + 1);
            }
            return;
        }
        markWritten(wanted, lane);
        rows += count;
        listener.written(id, wanted);
    }

    /** Writes some events of a batch that was refused, without those that have to stand behind one that was set aside since. */
    private void writePart(EventBatch whole, int from, int to, LaneProgress lane, int attempt) {
        List<ChangeEvent> events = whole.events().subList(from, to);
        DeadLetters set = letters;
        if (set != null && !refusedKeys.isEmpty()) {
            List<ChangeEvent> kept = new ArrayList<>(events.size());
            for (ChangeEvent event : events) {
                if (isBehindRefused(set, event)) {
                    setAside(set, lane, event, null, 0);
                } else {
                    supersede(set, lane, event, uncommittedStopped.get(event));
                    kept.add(event);
                }
            }
            events = kept;
        }
        boolean last = to == whole.events().size();
        EventBatch part = EventBatch.of(
                whole.lane(),
                events,
                last ? whole.resumeAfter() : whole.events().get(to - 1).position(),
                whole.bytes() * (to - from) / whole.events().size(),
                last ? whole.boundary() : EventBatch.Boundary.INSIDE_TRANSACTION);
        writeSelected(part, lane, attempt);
    }

    /**
     * Sets events aside that a sink refuses at the commit. It has taken others of their keys already, so that nothing waits behind them.
     *
     * @throws EventsRefused if there are no dead letters
     */
    void refused(EventsRefused e, Function<String, LaneProgress> lanes) {
        DeadLetters set = letters;
        if (set == null) {
            throw e;
        }
        for (EventsRefused.Refusal refusal : e.refusals()) {
            ChangeEvent event = refusal.event();
            String target = route.target(event.schema());
            Fault fault = new Fault(
                    refusal.category(), refusal.message(), e.getClass().getSimpleName());
            int all = transforms.size();
            set.setAside(refusal.lane(), target, event, List.of(), all, transforms.chain(all), fault, 1);
            lanes.apply(refusal.lane()).markSetAside(target);
            setAside++;
        }
    }

    private static Fault fault(BadRecord e) {
        ErrorCategory category = e.category();
        return new Fault(
                category == null ? ErrorCategory.SINK : category,
                String.valueOf(e.getMessage()),
                e.getClass().getSimpleName());
    }

    private void setAside(DeadLetters set, LaneProgress lane, ChangeEvent event, @Nullable Fault fault, int attempts) {
        String target = route.target(event.schema());
        List<String> keys = set.keys().of(event);
        if (keys.isEmpty() && fault == null) {
            keys = List.of(EventKeys.keyless(event.table().toString()));
        }
        int all = transforms.size();
        set.setAside(lane.name(), target, event, keys, all, transforms.chain(all), fault, attempts);
        refusedKeys.addAll(keys);
        lane.markSetAside(target);
        setAside++;
    }

    /** Whether an event of a batch that was refused stands behind one in it that the sink does not take. */
    private boolean isBehindRefused(DeadLetters set, ChangeEvent event) {
        if (!set.isBehind(event)) {
            return false;
        }
        return refusedKeys.contains(EventKeys.wholeTable(event.table()))
                || set.keys().of(event).stream().anyMatch(refusedKeys::contains);
    }

    /** Sets an event aside if it must stand behind another one. */
    private boolean setAsideBehind(DeadLetters set, LaneProgress lane, ChangeEvent event) {
        if (!set.isBehind(event)) {
            return false;
        }
        setAside(set, lane, event, null, 0);
        return true;
    }

    private void markWritten(EventBatch written, LaneProgress lane) {
        TableSchema schema = null;
        for (ChangeEvent event : written.events()) {
            if (event.schema() != schema) {
                schema = event.schema();
                LaneProgress.Target target = target(schema, lane);
                if (target != null) {
                    target.markWritten();
                }
            }
        }
    }

    /** The events that are routed to this sink and that their targets lack; the batch itself where that is all of them. */
    private EventBatch select(EventBatch batch, LaneProgress lane) {
        return stopped.isEmpty() && (letters == null || letters.isEmpty())
                ? selectLacking(batch, lane)
                : selectAndSetAside(batch, lane);
    }

    private EventBatch selectLacking(EventBatch batch, LaneProgress lane) {
        List<ChangeEvent> events = batch.events();
        List<ChangeEvent> kept = null;
        TableSchema schema = null;
        LaneProgress.Target target = null;
        for (int i = 0; i < events.size(); i++) {
            ChangeEvent event = events.get(i);
            if (event.schema() != schema) {
                schema = event.schema();
                target = target(schema, lane);
            }
            if (target != null && target.lacks(event.position())) {
                if (kept != null) {
                    kept.add(event);
                }
            } else if (kept == null) {
                kept = new ArrayList<>(events.subList(0, i));
            }
        }
        return kept == null ? batch : batch.withEvents(kept);
    }

    private EventBatch selectAndSetAside(EventBatch batch, LaneProgress lane) {
        List<ChangeEvent> events = batch.events();
        List<ChangeEvent> kept = null;
        TableSchema schema = null;
        LaneProgress.Target target = null;
        for (int i = 0; i < events.size(); i++) {
            ChangeEvent event = events.get(i);
            boolean passes;
            if (letters != null && isKnown(letters, lane, event)) {
                kept = kept == null ? new ArrayList<>(events.subList(0, i)) : kept;
                continue;
            }
            Stopped stop = stopped.isEmpty() ? null : stopped.remove(event);
            if (stop != null) {
                uncommittedStopped.put(event, stop);
            }
            if (stop != null && stop.fault() != null) {
                setAsideFailed(stop, lane);
                passes = false;
            } else {
                if (event.schema() != schema) {
                    schema = event.schema();
                    target = target(schema, lane);
                }
                passes = target != null && target.lacks(event.position()) && !isSetAside(lane, event, stop);
            }
            if (passes) {
                if (kept != null) {
                    kept.add(event);
                }
            } else if (kept == null) {
                kept = new ArrayList<>(events.subList(0, i));
            }
        }
        return kept == null ? batch : batch.withEvents(kept);
    }

    /** Whether an event that comes again was set aside by a session before this one. */
    private boolean isKnown(DeadLetters set, LaneProgress lane, ChangeEvent event) {
        if (!set.isSetAside(lane.name(), event.position())) {
            return false;
        }
        Stopped stop = stopped.remove(event);
        TableSchema schema = stop == null ? event.schema() : stop.schema();
        lane.markSetAside(schema == null ? null : route.target(schema));
        setAside++;
        return true;
    }

    private void setAsideFailed(Stopped stop, LaneProgress lane) {
        DeadLetters set = Objects.requireNonNull(letters, "events are stopped only where there are dead letters");
        ChangeEvent event = stop.event();
        TableSchema schema = stop.schema();
        String target = schema == null ? null : route.target(schema);
        boolean elsewhere = schema != null && target == null;
        boolean known = target == null
                ? lane.wasPassed(event.position())
                : !lane.target(target).lacks(event.position());
        if (elsewhere || known) {
            return;
        }
        set.setAside(
                lane.name(),
                target,
                event,
                set.keys().ofSource(stop.source()),
                stop.transforms(),
                transforms.chain(stop.transforms()),
                stop.fault(),
                1);
        lane.markSetAside(target);
        setAside++;
    }

    /** Sets an event aside if it must stand behind another one, and lets one that empties a table do that to the letters too. */
    private boolean isSetAside(LaneProgress lane, ChangeEvent event, @Nullable Stopped stop) {
        DeadLetters set = letters;
        if (set == null || !set.isAnyParked()) {
            return false;
        }
        if (stop != null) {
            if (!(event instanceof Truncate) && set.isBehindSource(stop.source(), set.keys())) {
                List<String> keys = new ArrayList<>(set.keys().ofSource(stop.source()));
                keys.addAll(set.keys().of(event));
                if (keys.isEmpty()) {
                    keys.add(EventKeys.keyless(EventKeys.SOURCE + stop.source().table()));
                }
                String target = route.target(event.schema());
                set.setAside(
                        lane.name(),
                        target,
                        event,
                        keys,
                        stop.transforms(),
                        transforms.chain(stop.transforms()),
                        null,
                        0);
                lane.markSetAside(target);
                setAside++;
                return true;
            }
        }
        if (setAsideBehind(set, lane, event)) {
            return true;
        }
        supersede(set, lane, event, stop);
        return false;
    }

    private static void supersede(DeadLetters set, LaneProgress lane, ChangeEvent event, @Nullable Stopped stop) {
        ChangeEvent source = stop == null ? null : stop.source();
        if (event instanceof Truncate truncate) {
            set.truncated(lane.name(), truncate, source);
        } else if (event instanceof SnapshotStarted started) {
            set.snapshotStarted(lane.name(), started, source);
        } else if (event instanceof SnapshotCompleted completed) {
            set.snapshotCompleted(lane.name(), completed, source);
        }
    }

    private LaneProgress.@Nullable Target target(TableSchema schema, LaneProgress lane) {
        String target = route.target(schema);
        return target == null ? null : lane.target(target);
    }
}
