package io.cdcsdk.scd;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One merge of some batches of one table. Used once, by one thread. */
public final class Merge {
    private static final Logger LOG = LoggerFactory.getLogger(Merge.class);
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final int WARM = 64;
    private static final String TIMELESS = "it has no commit time, by which its version would begin";
    private static final String TIMELESS_TRUNCATE = "it has no commit time, at which versions would end";

    private final int number = NUMBERS.incrementAndGet();
    private final Scd2Spec spec;
    private final TableId table;
    private final @Nullable TableState before;
    private final long maxAhead;
    private final boolean monotone;

    // The table's state, as it changes.
    private final List<TableSchema> layouts;
    private @Nullable Rules rules;
    private final LaneClock clock;
    private long lastTime;
    private @Nullable Entry last;
    private final List<Entry> truncates;
    private final List<TableState.SnapshotMark> marks;
    private List<Sweep> sweeps;

    // The schema of the last event and whether the history holds it.
    private @Nullable TableSchema lastSchema;
    private @Nullable String lastMismatch;
    private boolean mixedLayouts;

    // What was added.
    private final Groups groups = new Groups();
    private final Arrivals arrivals = new Arrivals();
    private int arrival = -1;
    private final List<Entry> newTruncates = new ArrayList<>();
    private boolean newMarks;
    // The time of the newest sweep, and among how many truncates and marks that was found.
    private long newestSweep;
    private int newestSweepOf = -1;
    private boolean keyChanges;
    private boolean inheritance;
    private boolean belowEdge;
    // Whether what is being added was set aside before: it tells nothing of how far time has got.
    private boolean replayed;
    // Whether the event that is being added may be too late.
    private boolean suspect;

    private long warmth;
    private final List<Rejected> rejected = new ArrayList<>();
    private final Tally tally = new Tally();

    Merge(Scd2Spec spec, TableId table, @Nullable TableState state) {
        this.spec = spec;
        this.table = table;
        this.before = state;
        this.maxAhead = micros(spec.maxAhead());
        this.monotone = spec.sequence() instanceof Sequence.SourceOrder;
        long lateness = spec.lateness() == null ? LaneClock.UNLIMITED : micros(spec.lateness());
        if (state == null) {
            layouts = new ArrayList<>();
            clock = new LaneClock(lateness);
            lastTime = Long.MIN_VALUE;
            truncates = new ArrayList<>();
            marks = new ArrayList<>();
            sweeps = List.of();
        } else {
            requireSameSpec(state.spec);
            layouts = new ArrayList<>(state.layouts);
            rules = state.rules();
            clock = new LaneClock(lateness, state);
            lastTime = state.lastTime;
            last = state.last;
            truncates = new ArrayList<>(state.truncates);
            marks = new ArrayList<>(state.marks);
            sweeps = state.sweeps();
            inheritance = state.inheritance;
        }
    }

    private static long micros(java.time.Duration duration) {
        try {
            return Math.addExact(
                    Math.multiplyExact(duration.getSeconds(), TimeUnit.SECONDS.toMicros(1)), duration.getNano() / 1000);
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    private void requireSameSpec(Scd2Spec other) {
        String difference = spec.difference(other);
        if (difference != null) {
            throw new Fatal("the history of " + table + " is kept by another spec: " + difference
                    + "; go on with that, or build a new history");
        }
    }

    /**
     * Checks events before any of them is added.
     *
     * @throws BadRecord if one of them would be rejected as {@link Rejected.Category#INVALID}
     * @throws io.cdcsdk.api.InvalidConfiguration if the spec does not fit the table
     */
    public void check(List<? extends ChangeEvent> events) {
        for (ChangeEvent event : events) {
            String fault = adopt(event);
            if (fault == null && event instanceof RowChange change) {
                fault = fault(change);
            } else if (fault == null
                    && event instanceof Truncate
                    && !event.origin().hasSourceTime()) {
                fault = TIMELESS_TRUNCATE;
            }
            if (fault != null) {
                throw new BadRecord(event + ": " + fault);
            }
        }
    }

    /**
     * Adds events of one lane. Events that break the contract are rejected, the others kept until {@link #finish}.
     *
     * @throws io.cdcsdk.api.InvalidConfiguration if the spec does not fit the table
     */
    public void add(String lane, List<? extends ChangeEvent> events) {
        int index = clock.lane(lane);
        replayed = lane.startsWith(DeadLetterLog.LANE_PREFIX);
        List<? extends ChangeEvent> indexed = events instanceof RandomAccess ? events : new ArrayList<>(events);
        arrival = arrivals.begin(index, indexed) - 1;
        groups.expect(indexed.size());
        for (int i = 0; i < indexed.size(); i++) {
            if (i % WARM == 0) {
                warm(indexed, i, Math.min(indexed.size(), i + WARM));
            }
            ChangeEvent event = indexed.get(i);
            arrival++;
            tally.events++;
            String fault = adopt(event);
            if (fault == null) {
                if (event instanceof RowChange change) {
                    fault = stage(change, index);
                    if (fault != null) {
                        noteGap(change, index);
                    }
                } else if (!(event instanceof SchemaChange)) {
                    fault = stageSweep(event, index);
                }
            }
            if (fault != null) {
                reject(event, index, Rejected.Category.INVALID, event + ": " + fault);
            }
        }
    }

    /** Looks at the next events, so that the processor fetches many at a time. */
    private void warm(List<? extends ChangeEvent> events, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            if (events.get(i) instanceof RowChange change) {
                sum += change.origin().sourceTime() + (change.image().hasValue(0) ? 1 : 0);
            }
        }
        warmth += sum;
    }

    private void reject(ChangeEvent event, int lane, Rejected.Category category, String message) {
        rejected.add(new Rejected(event, clock.name(lane), category, message));
        if (category == Rejected.Category.TOO_LATE) {
            tally.tooLate++;
        } else {
            tally.invalid++;
        }
    }

    private void rejectLate(ChangeEvent event, int lane, long time, long bound) {
        reject(
                event,
                lane,
                Rejected.Category.TOO_LATE,
                event + ": too late, as its time " + Times.text(time) + " lies before " + Times.text(bound)
                        + (spec.lateness() == null
                                ? ""
                                : ", the newest of lane '" + clock.name(lane) + "' less " + spec.lateness()));
    }

    /** Widens the history's schema for that of an event; says why it cannot, or null. */
    private @Nullable String adopt(ChangeEvent event) {
        TableSchema schema = event.schema();
        if (schema == lastSchema) {
            return lastMismatch;
        }
        lastMismatch = mismatch(schema);
        lastSchema = schema;
        return lastMismatch;
    }

    private @Nullable String mismatch(TableSchema schema) {
        if (!schema.table().equals(table)) {
            return "it is of table " + schema.table() + ", not " + table;
        }
        if (rules == null) {
            spec.check(schema);
            TableSchema first = Layouts.first(spec, schema);
            layouts.add(first);
            rules = new Rules(spec, first);
            return null;
        }
        if (rules.fits(schema) && Layouts.sameKey(spec, rules.schema, schema)) {
            return null;
        }
        String mismatch = Layouts.mismatch(spec, rules.schema, schema);
        if (mismatch == null) {
            TableSchema widened = Layouts.widened(rules.schema, schema);
            if (widened != rules.schema) {
                layouts.add(widened);
                rules = new Rules(spec, widened);
                mixedLayouts = true;
            }
        }
        return mismatch;
    }

    private Rules rules() {
        return Objects.requireNonNull(rules);
    }

    private Row adapted(Row row) {
        Rules current = rules();
        return current.fits(row.schema()) ? row : Layouts.converted(row, current.schema);
    }

    /** What is wrong with a change by itself, or null. */
    private @Nullable String fault(RowChange change) {
        Row image = adapted(change.image());
        String missing = rules().missingKey(image);
        if (missing != null) {
            return missing + "; a row cannot be told from others without it";
        }
        return timeFault(change, image);
    }

    private @Nullable String timeFault(RowChange change, Row image) {
        int column = rules().sequence;
        if (column < 0) {
            return change.origin().hasSourceTime() ? null : TIMELESS;
        }
        return sequenceFault(change, image, column);
    }

    private @Nullable String sequenceFault(RowChange change, Row image, int column) {
        Origin origin = change.origin();
        if (change.operation() == Operation.DELETE && !image.hasValue(column)) {
            return origin.hasSourceTime() ? null : TIMELESS;
        }
        if (!image.hasValue(column)) {
            return "sequence column '" + rules().schema.column(column).name() + "' is "
                    + image.state(column).name().toLowerCase(java.util.Locale.ROOT)
                    + "; its place in the history cannot be told without it";
        }
        if (origin.hasSourceTime() && image.primitive(column) > saturated(origin.sourceTime(), maxAhead)) {
            return "sequence column '" + rules().schema.column(column).name() + "' is "
                    + Times.text(image.primitive(column)) + ", which is more than " + spec.maxAhead()
                    + " ahead of the commit time " + Times.text(origin.sourceTime());
        }
        return null;
    }

    private static long saturated(long time, long more) {
        return time > Long.MAX_VALUE - more ? Long.MAX_VALUE : time + more;
    }

    private @Nullable String stage(RowChange change, int lane) {
        Row image = adapted(change.image());
        String missing = rules().missingKey(image);
        if (missing != null) {
            return missing + "; a row cannot be told from others without it";
        }
        String fault = timeFault(change, image);
        if (fault != null) {
            return fault;
        }
        int column = rules().sequence;
        long time = time(change, image);
        if (time == Version.CURRENT) {
            return "its time is the greatest there is, which stands for versions without an end";
        }
        // The rows of a snapshot come in any order of such a column, and tell nothing of how far the lane has got.
        boolean timeless = column >= 0 && change.operation() == Operation.SNAPSHOT;
        long bound = timeless ? Long.MIN_VALUE : clock.bound(lane);
        if (!monotone && time < bound) {
            rejectLate(change, lane, time, bound);
            noteGap(change, lane);
            return null;
        }
        boolean below = time < clock.edge();
        if (below && timeless) {
            noteGap(change, lane);
        }
        suspect = below || time < bound;
        belowEdge |= below;
        if (suspect || monotone) {
            arrivals.noteLimits(arrival, bound, clock.edge(), newestSweep());
        }
        stage(change, image, lane, time);
        if (timeless) {
            lastTime = Math.max(lastTime, time);
        } else {
            note(lane, time);
        }
        return null;
    }

    /**
     * Notes that a row of a snapshot is not in the history, or may not be as it is older than the window: that key must not be
     * deleted as if the snapshot lacked it, so that this snapshot deletes nothing.
     */
    private void noteGap(RowChange change, int lane) {
        if (change.operation() != Operation.SNAPSHOT) {
            return;
        }
        Entry place = entry(change, Entry.Kind.SNAPSHOT, Entry.Flavour.PLAIN, lane, 0, null);
        TableState.SnapshotMark gap = new TableState.SnapshotMark(TableState.SnapshotMark.Type.GAP, place);
        TableState.SnapshotMark previous = TableState.previous(marks, place);
        if (previous == null || previous.type() != TableState.SnapshotMark.Type.GAP) {
            marks.add(gap);
            newMarks = true;
        }
    }

    /**
     * The time by which a change is ordered. The row before a delete has the sequence of an older change: the delete is no older than
     * its commit.
     */
    private long time(RowChange change, Row image) {
        int column = rules().sequence;
        long commit = change.origin().sourceTime();
        if (column < 0 || !image.hasValue(column)) {
            return commit;
        }
        return change.operation() == Operation.DELETE
                ? Math.max(commit, image.primitive(column))
                : image.primitive(column);
    }

    /** The greatest time of a truncate or a snapshot that acts. */
    private long newestSweep() {
        int known = truncates.size() + marks.size();
        if (known != newestSweepOf) {
            newestSweepOf = known;
            newestSweep = TableState.sweeps(truncates, marks, rules().order).stream()
                    .mapToLong(sweep -> sweep.start().rawTime)
                    .max()
                    .orElse(Long.MIN_VALUE);
        }
        return newestSweep;
    }

    private void note(int lane, long time) {
        if (!replayed) {
            clock.note(lane, time);
        }
        lastTime = Math.max(lastTime, time);
    }

    private void stage(RowChange change, Row image, int lane, long time) {
        Row old = change.before();
        Operation operation = change.operation();
        boolean partial = operation != Operation.DELETE && !image.isComplete();
        if (operation == Operation.UPDATE && old != null) {
            old = adapted(old);
            if (rules().missingKey(old) == null && !rules().sameKey(old, image)) {
                stageKeyChange(change, old, image, lane, time);
                return;
            }
        }
        int group = groups.of(image, rules().key);
        Row kept = partial && old != null ? adapted(old) : null;
        switch (operation) {
            case SNAPSHOT ->
                place(group, entry(change, Entry.Kind.INSERT, Entry.Flavour.SNAPSHOT_ROW, lane, time, image, kept));
            case INSERT -> place(group, entry(change, Entry.Kind.INSERT, Entry.Flavour.PLAIN, lane, time, image, kept));
            case UPDATE -> place(group, entry(change, Entry.Kind.UPDATE, Entry.Flavour.PLAIN, lane, time, image, kept));
            case DELETE -> place(group, entry(change, Entry.Kind.DELETE, Entry.Flavour.PLAIN, lane, time, null));
        }
    }

    private void stageKeyChange(RowChange change, Row old, Row image, int lane, long time) {
        keyChanges = true;
        boolean partial = !image.isComplete();
        inheritance |= partial;
        int from = groups.of(old, rules().key);
        int to = groups.of(image, rules().key);
        Entry.Flavour half = Entry.Flavour.TAKEN_OVER;
        if (partial) {
            place(from, linked(change, Entry.Kind.DELETE, half, lane, time, null, null, groups.get(to).key));
            place(to, linked(change, Entry.Kind.INSERT, half, lane, time, image, old, null));
        } else {
            place(from, entry(change, Entry.Kind.DELETE, half, lane, time, null));
            place(to, entry(change, Entry.Kind.INSERT, half, lane, time, image));
        }
    }

    private Entry entry(
            ChangeEvent event,
            Entry.Kind kind,
            Entry.Flavour flavour,
            int lane,
            long time,
            @Nullable Row image,
            @Nullable Row old) {
        return old == null
                ? entry(event, kind, flavour, lane, time, image)
                : linked(event, kind, flavour, lane, time, image, old, null);
    }

    private Entry entry(
            ChangeEvent event, Entry.Kind kind, Entry.Flavour flavour, int lane, long time, @Nullable Row image) {
        Origin origin = event.origin();
        return new Entry(kind, flavour, time, clock.name(lane), origin.position(), origin.order(), image);
    }

    private Entry linked(
            ChangeEvent event,
            Entry.Kind kind,
            Entry.Flavour flavour,
            int lane,
            long time,
            @Nullable Row image,
            @Nullable Row old,
            @Nullable RowKey heir) {
        Origin origin = event.origin();
        return new LinkedEntry(
                kind, flavour, time, clock.name(lane), origin.position(), origin.order(), image, old, heir, null);
    }

    private void place(int group, Entry entry) {
        entry.merge = number;
        entry.arrival = arrival;
        entry.suspect = suspect;
        if (entry.image != null && !entry.partial) {
            entry.fingerprint = rules().fingerprint(entry.image);
        }
        groups.add(group, entry);
        if (monotone && (last == null || rules().order.compare(entry, last) > 0)) {
            last = entry;
        }
    }

    private @Nullable String stageSweep(ChangeEvent event, int lane) {
        boolean truncate = event instanceof Truncate;
        Origin origin = event.origin();
        long time = origin.sourceTime();
        if (!origin.hasSourceTime()) {
            if (truncate) {
                return TIMELESS_TRUNCATE;
            }
            time = clock.isSilent(lane) ? 0 : clock.newest(lane);
        }
        Entry entry = entry(
                event, truncate ? Entry.Kind.TRUNCATE : Entry.Kind.SNAPSHOT, Entry.Flavour.PLAIN, lane, time, null);
        if (isRepeated(entry)) {
            tally.repeated++;
            return null;
        }
        TableState.SnapshotMark mark = new TableState.SnapshotMark(
                event instanceof SnapshotStarted
                        ? TableState.SnapshotMark.Type.START
                        : TableState.SnapshotMark.Type.COMPLETION,
                entry);
        if (mark.type() == TableState.SnapshotMark.Type.COMPLETION && TableState.hasGap(marks, mark)) {
            LOG.warn(
                    "{}: the snapshot that completed at {} deletes nothing, as rows of it were rejected or are older than the"
                            + " window; rows that it lacks stay current until they are deleted",
                    table,
                    origin.position());
        }
        long acts = truncate ? time : TableState.actsAt(marks, mark);
        long bound = Math.max(clock.bound(lane), clock.edge());
        if (acts < bound) {
            rejectLate(event, lane, acts, bound);
            return null;
        }
        if (truncate) {
            truncates.add(entry);
            newTruncates.add(entry);
        } else {
            marks.add(mark);
            newMarks = true;
        }
        if (origin.hasSourceTime()) {
            note(lane, time);
        }
        return null;
    }

    private boolean isRepeated(Entry entry) {
        return truncates.stream().anyMatch(known -> isSame(known, entry))
                || marks.stream().anyMatch(known -> isSame(known.place(), entry));
    }

    private static boolean isSame(Entry one, Entry other) {
        return one.lane.equals(other.lane) && one.position.equals(other.position);
    }

    /**
     * Merges everything that was added.
     *
     * @param reader the states of the table's keys, as of the state that the merge was started with
     * @throws IllegalStateException if nothing was ever added, so that the table has no schema
     */
    public ChangeSet finish(KeyReader reader) {
        if (rules == null) {
            throw new IllegalStateException("no event of " + table + " was added");
        }
        if (!newTruncates.isEmpty() || newMarks) {
            sweeps = TableState.sweeps(truncates, marks, rules().order);
        }
        if (mixedLayouts) {
            // What was added before the last schema gets the columns of that.
            groups.replaceAll(entry -> entry.upgraded(rules().schema));
        }
        MergeFold folding = new MergeFold(
                new Staged(
                        number,
                        before,
                        rules(),
                        layouts.size() - 1,
                        groups,
                        arrivals,
                        sweeps,
                        newTruncates,
                        newMarks,
                        keyChanges,
                        inheritance,
                        belowEdge,
                        clock.edge()),
                reader,
                (late, time, bound) -> rejectLate(arrivals.event(late), arrivals.lane(late), time, bound),
                tally);
        List<KeyUpdate> updates = folding.run();
        return new ChangeSet(
                before,
                new TableState(
                        spec,
                        rules(),
                        List.copyOf(layouts),
                        clock.names(),
                        clock.newest(),
                        clock.edge(),
                        lastTime,
                        last == null ? null : last.bare(),
                        List.copyOf(truncates),
                        List.copyOf(marks),
                        inheritance,
                        sweeps,
                        before == null ? 1 : before.revision() + 1,
                        (before == null ? 0 : before.keys()) + folding.newKeys(),
                        (before == null ? 0 : before.events()) + folding.newEvents()),
                updates,
                newTruncates.stream()
                        .sorted(rules().order::compare)
                        .map(truncate -> truncate.rawTime)
                        .toList(),
                List.copyOf(rejected),
                tally.statistics());
    }
}
