package io.cdcsdk.scd;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One merge of some batches of one table. Used once, by one thread. */
public final class Merge {
    private static final Logger LOG = LoggerFactory.getLogger(Merge.class);
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    // Folding what nobody touches costs a store a reading and a writing: a few keys with each merge.
    private static final int EXPIRED_SHARE = 8;
    private static final String TIMELESS_TRUNCATE = "it has no commit time, at which versions would end";
    private static final int LEAST_EXPIRED = 256;
    private static final int WARM = 128;

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
    private ChangeEvent[] arrivals = new ChangeEvent[1024];
    private int[] laneOf = new int[1024];
    private long[] bounds = new long[1024];
    private long[] edges = new long[1024];
    private long[] swept = new long[1024]; // where an event lies below its edge
    private int count;
    private final List<Entry> newTruncates = new ArrayList<>();
    private boolean newMarks;
    // The time of the newest sweep, and among how many truncates and marks that was found.
    private long newestSweep;
    private int newestSweepOf = -1;
    private boolean keyChanges;
    private boolean inheritance;
    private boolean belowEdge;

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
        for (ChangeEvent event : events) {
            tally.events++;
            String fault = adopt(event);
            if (fault == null) {
                arrive(event, index);
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

    private void arrive(ChangeEvent event, int lane) {
        if (count == arrivals.length) {
            arrivals = Arrays.copyOf(arrivals, count * 2);
            laneOf = Arrays.copyOf(laneOf, count * 2);
            bounds = Arrays.copyOf(bounds, count * 2);
            edges = Arrays.copyOf(edges, count * 2);
            swept = Arrays.copyOf(swept, count * 2);
        }
        arrivals[count] = event;
        laneOf[count] = lane;
        bounds[count] = clock.bound(lane);
        edges[count] = clock.edge();
        count++;
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
        Origin origin = change.origin();
        int column = rules().sequence;
        if (column < 0 || change.operation() == Operation.DELETE && !image.hasValue(column)) {
            return origin.hasSourceTime() ? null : "it has no commit time, by which its version would begin";
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
        int arrival = count - 1;
        // The rows of a snapshot come in any order of such a column, and tell nothing of how far the lane has got.
        boolean timeless = column >= 0 && change.operation() == Operation.SNAPSHOT;
        if (timeless) {
            bounds[arrival] = Long.MIN_VALUE;
        }
        if (!monotone && time < bounds[arrival]) {
            rejectLate(change, lane, time, bounds[arrival]);
            noteGap(change, lane);
            return null;
        }
        if (time < edges[arrival]) {
            belowEdge = true;
            swept[arrival] = newestSweep();
            if (timeless) {
                noteGap(change, lane);
            }
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
        Entry place = entry(change, Entry.Kind.SNAPSHOT, Entry.Flavour.PLAIN, lane, 0, null, null, null);
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
            newestSweep = TableState.sweeps(truncates, marks, spec.tieRule()).stream()
                    .mapToLong(sweep -> sweep.start().rawTime)
                    .max()
                    .orElse(Long.MIN_VALUE);
        }
        return newestSweep;
    }

    private void note(int lane, long time) {
        clock.note(lane, time);
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
        Group group = groups.of(image, rules().key);
        Row kept = partial && old != null ? adapted(old) : null;
        switch (operation) {
            case SNAPSHOT ->
                place(
                        group,
                        entry(change, Entry.Kind.INSERT, Entry.Flavour.SNAPSHOT_ROW, lane, time, image, kept, null));
            case INSERT ->
                place(group, entry(change, Entry.Kind.INSERT, Entry.Flavour.PLAIN, lane, time, image, kept, null));
            case UPDATE ->
                place(group, entry(change, Entry.Kind.UPDATE, Entry.Flavour.PLAIN, lane, time, image, kept, null));
            case DELETE ->
                place(group, entry(change, Entry.Kind.DELETE, Entry.Flavour.PLAIN, lane, time, null, null, null));
        }
    }

    private void stageKeyChange(RowChange change, Row old, Row image, int lane, long time) {
        keyChanges = true;
        boolean partial = !image.isComplete();
        inheritance |= partial;
        Group from = groups.of(old, rules().key);
        Group to = groups.of(image, rules().key);
        Entry.Flavour half = Entry.Flavour.TAKEN_OVER;
        place(from, entry(change, Entry.Kind.DELETE, half, lane, time, null, null, partial ? to.key : null));
        place(to, entry(change, Entry.Kind.INSERT, half, lane, time, image, partial ? old : null, null));
    }

    private Entry entry(
            ChangeEvent event,
            Entry.Kind kind,
            Entry.Flavour flavour,
            int lane,
            long time,
            @Nullable Row image,
            @Nullable Row old,
            @Nullable RowKey heir) {
        Origin origin = event.origin();
        return new Entry(
                kind,
                flavour,
                monotone ? 0 : time,
                time,
                clock.name(lane),
                origin.position(),
                origin.order(),
                image,
                old,
                heir);
    }

    private void place(Group group, Entry entry) {
        entry.merge = number;
        entry.arrival = count - 1;
        if (entry.image != null && !entry.partial) {
            entry.fingerprint = rules().fingerprint(entry.image);
        }
        group.add(entry);
        if (monotone && (last == null || entry.compare(last, spec.tieRule()) > 0)) {
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
                event,
                truncate ? Entry.Kind.TRUNCATE : Entry.Kind.SNAPSHOT,
                Entry.Flavour.PLAIN,
                lane,
                time,
                null,
                null,
                null);
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
        long bound = Math.max(bounds[count - 1], edges[count - 1]);
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
            sweeps = TableState.sweeps(truncates, marks, spec.tieRule());
        }
        if (mixedLayouts) {
            upgradeAdded();
        }
        Folding folding = new Folding(reader);
        List<KeyUpdate> updates = folding.run();
        return new ChangeSet(
                before == null ? 0 : before.revision(),
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
                        sweeps,
                        before == null ? 1 : before.revision() + 1,
                        (before == null ? 0 : before.keys()) + folding.newKeys,
                        (before == null ? 0 : before.events()) + folding.newEvents),
                updates,
                newTruncates.stream()
                        .sorted((one, other) -> one.compare(other, spec.tieRule()))
                        .map(truncate -> truncate.rawTime)
                        .toList(),
                List.copyOf(rejected),
                tally.statistics());
    }

    /** Gives everything that was added before the last schema came the columns of that. */
    private void upgradeAdded() {
        for (int i = 0; i < groups.size(); i++) {
            Group group = groups.get(i);
            Entry entry = group.first;
            group.first = null;
            group.newest = null;
            while (entry != null) {
                Entry next = entry.next;
                Entry upgraded = KeyFold.upgraded(entry, rules().schema);
                upgraded.next = null;
                group.add(upgraded);
                entry = next;
            }
        }
    }

    /** The second half of a merge: folds what was added into the states of the keys. */
    private final class Folding {
        private final KeyReader reader;
        private final KeyFold fold = new KeyFold(rules(), number);
        private final TieRule ties = spec.tieRule();
        private final int layout = layouts.size() - 1;
        private final TableSchema schema = rules().schema;
        private final ArrayDeque<Group> testators = new ArrayDeque<>();
        // What this merge may still change, as a row is handed on, must not be folded for good before.
        private long edge = before == null ? Long.MIN_VALUE : before.edge;

        private final boolean newSnapshots = newMarks && !sweeps.equals(before == null ? List.of() : before.sweeps());

        private long warmth;
        private long newKeys;
        private long newEvents;

        Folding(KeyReader reader) {
            this.reader = reader;
        }

        List<KeyUpdate> run() {
            read();
            if (!inheritance && newTruncates.isEmpty() && !newMarks && !mayBequeath()) {
                edge = clock.edge();
            }
            if (keyChanges && (monotone || belowEdge)) {
                acceptInOrderOfArrival();
            }
            int touched = groups.size();
            for (int i = 0; i < touched; i++) {
                if (i % WARM == 0) {
                    warm(i, Math.min(touched, i + WARM));
                }
                process(groups.get(i));
            }
            boolean swept = sweepOthers();
            while (!testators.isEmpty()) {
                bequeath(testators.remove());
            }
            if (!swept && edge != Long.MIN_VALUE) {
                reader.forEachExpired(edge, Math.max(LEAST_EXPIRED, touched / EXPIRED_SHARE), this::expire);
            }
            List<KeyUpdate> updates = new ArrayList<>(groups.size());
            for (int i = 0; i < groups.size(); i++) {
                Group group = groups.get(i);
                KeyState after = group.after;
                if (after != null) {
                    updates.add(group.update(before, layout, schema));
                    newKeys += group.before == null ? 1 : 0;
                    newEvents += after.eventCount() - (group.before == null ? 0 : group.before.eventCount());
                }
            }
            return updates;
        }

        /**
         * Looks at what the next keys need, so that it is in the processor's cache when their turn comes: it can wait for many of
         * these at a time, but only for one after the other once a key is being folded.
         */
        private void warm(int from, int to) {
            long sum = 0;
            for (int i = from; i < to; i++) {
                KeyState state = groups.get(i).before;
                sum += state == null ? 0 : state.lastTime;
            }
            for (int i = from; i < to; i++) {
                KeyState state = groups.get(i).before;
                sum += state == null ? 0 : state.entries.length + state.versions.length;
            }
            for (int i = from; i < to; i++) {
                KeyState state = groups.get(i).before;
                sum += state == null || state.versions.length == 0
                        ? 0
                        : state.versions[state.versions.length - 1].validFrom();
            }
            warmth += sum;
        }

        private void read() {
            int size = groups.size();
            RowKey[] keys = new RowKey[size];
            for (int i = 0; i < size; i++) {
                keys[i] = groups.get(i).key;
            }
            @Nullable KeyState[] states = new KeyState[size];
            reader.read(keys, states, size);
            for (int i = 0; i < size; i++) {
                groups.get(i).before = states[i];
            }
        }

        private boolean mayBequeath() {
            for (int i = 0; i < groups.size(); i++) {
                KeyState state = groups.get(i).before;
                if (state != null && state.bequeaths) {
                    return true;
                }
            }
            return false;
        }

        /** Both halves of a key change are accepted, or neither: what came before decides, key by key. */
        private void acceptInOrderOfArrival() {
            record Arrival(Group group, Entry entry) {}
            List<Arrival> all = new ArrayList<>();
            for (int i = 0; i < groups.size(); i++) {
                Group group = groups.get(i);
                group.fold = new KeyFold(rules(), number);
                group.fold.load(group.before, layout, schema);
                for (Entry entry = group.first; entry != null; entry = entry.next) {
                    all.add(new Arrival(group, entry));
                }
            }
            all.sort(Comparator.comparingInt(arrival -> arrival.entry().arrival));
            for (int i = 0; i < all.size(); i++) {
                Arrival one = all.get(i);
                Arrival other = i + 1 < all.size() && all.get(i + 1).entry().arrival == one.entry().arrival
                        ? all.get(++i)
                        : null;
                int place = fold(one.group()).find(one.entry());
                int otherPlace = other == null ? 0 : fold(other.group()).find(other.entry());
                boolean tooLate = isTooLate(fold(one.group()), one.entry(), place)
                        || other != null && isTooLate(fold(other.group()), other.entry(), otherPlace);
                if (tooLate) {
                    rejectLate(one.entry());
                    continue;
                }
                insert(fold(one.group()), one.entry(), place);
                if (other != null) {
                    insert(fold(other.group()), other.entry(), otherPlace);
                }
            }
        }

        private KeyFold fold(Group group) {
            return Objects.requireNonNull(group.fold);
        }

        private void rejectLate(Entry entry) {
            int arrival = entry.arrival;
            Merge.this.rejectLate(
                    arrivals[arrival], laneOf[arrival], entry.rawTime, Math.max(bounds[arrival], edges[arrival]));
        }

        /** Whether an entry may not go where {@link KeyFold#find} says. */
        private boolean isTooLate(KeyFold target, Entry entry, int index) {
            if (index == Integer.MIN_VALUE) {
                return Objects.requireNonNull(target.base()).last().compare(entry, ties) != 0;
            }
            if (index < 0) {
                return false;
            }
            long bound = bounds[entry.arrival];
            long edgeThen = edges[entry.arrival];
            long time = target.timeAt(index, entry);
            return time < bound
                    || target.timeOf(index) < edgeThen
                    || time < edgeThen && (target.reaches(time) || swept[entry.arrival] >= time);
        }

        /** Puts an event where it belongs; false if it is there already. */
        private boolean insert(KeyFold target, Entry entry, int index) {
            if (index < 0) {
                // Of a key change, the insert half counts.
                if (entry.flavour != Entry.Flavour.TAKEN_OVER || entry.kind == Entry.Kind.INSERT) {
                    tally.repeated++;
                }
                return false;
            }
            if (index < target.size()) {
                tally.late++;
            }
            target.insert(index, entry);
            return true;
        }

        private void process(Group group) {
            KeyFold own = group.fold;
            if (own != null) {
                group.fold = null;
                unlink(group);
                finishSlowly(own, group);
                return;
            }
            fold.load(group.before, layout, schema);
            if (isInOrder(group)) {
                append(group);
                return;
            }
            boolean changed = isSweptAnew(fold.last()) || isSwept(fold.last());
            Entry entry = group.first;
            while (entry != null) {
                Entry next = entry.next;
                entry.next = null;
                int index = fold.find(entry);
                if (isTooLate(fold, entry, index)) {
                    rejectLate(entry);
                } else {
                    changed |= insert(fold, entry, index);
                }
                entry = next;
            }
            if (changed) {
                finishSlowly(fold, group);
            }
        }

        private void unlink(Group group) {
            Entry entry = group.first;
            while (entry != null) {
                Entry next = entry.next;
                entry.next = null;
                entry = next;
            }
        }

        private boolean isInOrder(Group group) {
            Entry previous = fold.last();
            long time = fold.time();
            Entry first = Objects.requireNonNull(group.first);
            if (isSweptAnew(previous) || isSwept(previous == null ? first : previous)) {
                return false;
            }
            for (Entry entry = first; entry != null; entry = entry.next) {
                if (previous != null && (entry.rawTime <= time || monotone && entry.compare(previous, ties) <= 0)) {
                    return false;
                }
                if (entry.rawTime < bounds[entry.arrival] || entry.rawTime < edges[entry.arrival]) {
                    return false;
                }
                previous = entry;
                time = entry.rawTime;
            }
            return true;
        }

        /** Whether a truncate or a snapshot that is new acts before a place, or one that is known acts no more. */
        private boolean isSweptAnew(@Nullable Entry last) {
            return last != null
                    && (newSnapshots
                            || !newTruncates.isEmpty()
                                    && newTruncates.stream().anyMatch(truncate -> truncate.compare(last, ties) < 0));
        }

        private boolean isSwept(@Nullable Entry last) {
            return last != null
                    && !sweeps.isEmpty()
                    && sweeps.get(sweeps.size() - 1).start().compare(last, ties) > 0;
        }

        private void append(Group group) {
            if (fold.isExpired(edge)) {
                fold.foldAll();
            }
            boolean bequeaths = false;
            Entry entry = group.first;
            while (entry != null) {
                Entry next = entry.next;
                entry.next = null;
                bequeaths |= entry.heir != null;
                fold.append(entry, entry.rawTime);
                entry = next;
            }
            tally.opened += fold.opened;
            tally.closed += fold.closed;
            tally.updated += fold.updated;
            tally.suppressed += fold.suppressed;
            if (fold.isHalfExpired(edge)) {
                fold.refold(sweeps, edge);
            }
            store(fold, group);
            if (bequeaths) {
                testators.add(group);
            }
        }

        private void store(KeyFold from, Group group) {
            group.after = from.state(group.key, layout);
            group.archived = from.archived();
        }

        /** Folds a key again after something came late, or from the table. */
        private void finishSlowly(KeyFold from, Group group) {
            if (from.base() == null && from.size() == 0) {
                return;
            }
            from.refold(sweeps, edge);
            tally.suppressed += from.suppressed;
            tally.compare(from);
            store(from, group);
            if (from.bequeaths()) {
                testators.add(group);
            }
        }

        /** Lets truncates and snapshots that are new act on keys without events in this merge. */
        private boolean sweepOthers() {
            if (before == null || !newSnapshots && newTruncates.stream().allMatch(this::isAfterEverything)) {
                return false;
            }
            long from = newTruncates.stream()
                    .mapToLong(truncate -> truncate.rawTime)
                    .min()
                    .orElse(Long.MIN_VALUE);
            // A known sweep may have ended what a new one ends earlier.
            boolean every = newSnapshots || monotone || hasSweepAfterNewTruncates(before);
            reader.forEach(state -> {
                if ((every || state.lastTime >= from) && groups.find(state.key()) == null) {
                    sweep(state);
                }
            });
            return true;
        }

        private boolean hasSweepAfterNewTruncates(TableState old) {
            return newTruncates.stream().anyMatch(old::hasSweepAfter);
        }

        private boolean isAfterEverything(Entry truncate) {
            TableState old = Objects.requireNonNull(before);
            return truncate.rawTime > old.lastTime
                    && (old.last == null || truncate.compare(old.last, ties) > 0)
                    && !old.hasSweepAfter(truncate);
        }

        private void sweep(KeyState state) {
            fold.load(state, layout, schema);
            fold.refold(sweeps, edge);
            Tally difference = new Tally();
            difference.compare(fold);
            if (difference.isNothing() && !fold.bequeaths() && !isClosedInError()) {
                return;
            }
            tally.add(difference);
            Group group = groups.add(state.key());
            group.before = state;
            store(fold, group);
            if (fold.bequeaths()) {
                testators.add(group);
            }
        }

        /** Whether the key lives on behind a new truncate that is not older than its version: its update says so. */
        private boolean isClosedInError() {
            Version current = fold.currentVersion();
            return current != null
                    && !current.isMarker()
                    && newTruncates.stream().anyMatch(truncate -> truncate.rawTime > current.validFrom());
        }

        /** Hands the rows of a key on to the keys that it was changed to. */
        private void bequeath(Group group) {
            KeyFold own = new KeyFold(rules(), number);
            own.load(group.current(), layout, schema);
            for (int i = 0; i < own.size(); i++) {
                RowKey heir = own.entry(i).heir;
                if (heir != null) {
                    inherit(heir, own.entry(i), own.rowBefore(i, sweeps));
                }
            }
        }

        private void inherit(RowKey heir, Entry place, @Nullable Row row) {
            Group group = groups.find(heir);
            if (group == null) {
                @Nullable KeyState[] found = new KeyState[1];
                reader.read(new RowKey[] {heir}, found, 1);
                if (found[0] == null) {
                    return;
                }
                group = groups.add(heir);
                group.before = found[0];
            }
            KeyState current = group.current();
            if (current == null) {
                return;
            }
            fold.load(current, layout, schema);
            if (!fold.inherit(place, row)) {
                return;
            }
            List<Version> archivedBefore = group.archived;
            fold.refold(sweeps, Long.MIN_VALUE);
            tally.compare(fold);
            store(fold, group);
            group.archived = archivedBefore;
            if (fold.bequeaths()) {
                testators.add(group);
            }
        }

        private void expire(KeyState state) {
            if (groups.find(state.key()) != null || state.oldestEventTime() >= edge) {
                return;
            }
            fold.load(state, layout, schema);
            Entry latest = Objects.requireNonNull(fold.last());
            if (!isSwept(latest) && fold.isExpired(edge)) {
                fold.foldAll();
            } else {
                fold.refold(sweeps, edge);
                tally.compare(fold);
            }
            Group group = groups.add(state.key());
            group.before = state;
            store(fold, group);
        }
    }
}
