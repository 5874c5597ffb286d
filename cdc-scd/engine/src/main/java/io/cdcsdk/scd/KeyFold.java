package io.cdcsdk.scd;

import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Folds the events of one key after the other into states. An event that comes in order costs a comparison of two rows; one that comes
 * late folds again what lies behind it. Reused for many keys by one thread.
 */
final class KeyFold implements VersionWalk.Folder {
    private final Rules rules;
    private final int merge;
    private final List<Sweep> sweepsBefore;
    private final VersionWalk walk;
    private final VersionWalk walkBefore;

    // What is being changed: events in chunks with those that were appended, or the last ones as an array.
    private @Nullable KeyState loaded;
    private @Nullable Base base;
    private @Nullable Chunk events;
    private Entry[] appended = {};
    private int appendedCount;
    private long oldest;
    private long foldAfter;
    private boolean bequeaths;
    private final Window window;
    /** The first event in the window that has not been folded, or has to be folded again. */
    private int dirtyFrom;

    private List<Version> archived = List.of();

    // The state behind the last event.
    private boolean live;
    private boolean marked;
    private long time;
    /** Of the row; 0 if it has not been computed. */
    private int fingerprint;

    /**
     * A fold.
     *
     * @param merge the number of the merge that folds; entries of others are copied before they change
     * @param sweepsBefore those that have been applied to the states that are loaded
     * @param walk goes through what has been folded, and {@code walkBefore} through what was loaded; all folds of a merge may share them
     */
    KeyFold(Rules rules, int merge, List<Sweep> sweepsBefore, VersionWalk walk, VersionWalk walkBefore) {
        this.rules = rules;
        this.merge = merge;
        this.sweepsBefore = sweepsBefore;
        this.walk = walk;
        this.walkBefore = walkBefore;
        this.window = new Window(rules.order);
    }

    /** Takes over the state of a key, or nothing for a new key. */
    void load(@Nullable KeyState state, int layout, TableSchema schema) {
        archived = List.of();
        appendedCount = 0;
        KeyState current = state == null ? null : state.upgraded(layout, schema);
        loaded = current;
        if (current == null) {
            base = null;
            events = null;
            oldest = Long.MAX_VALUE;
            foldAfter = Long.MAX_VALUE;
            bequeaths = false;
            live = false;
            marked = false;
            time = Long.MIN_VALUE;
            fingerprint = 0;
        } else {
            base = current.base;
            events = current.events;
            oldest = current.oldestTime;
            foldAfter = current.foldAfter;
            bequeaths = current.bequeaths;
            live = current.live;
            marked = current.marked;
            time = current.lastTime;
            fingerprint = current.fingerprint;
        }
    }

    /** The last event, or null. */
    @Nullable
    Entry last() {
        if (appendedCount > 0) {
            return appended[appendedCount - 1];
        }
        return events != null ? events.last() : base;
    }

    /** Whether nothing is known of the key, nor was anything put into the opened events. */
    boolean isEmpty() {
        return window.last() == null;
    }

    /** The time of the last event. */
    long time() {
        return time;
    }

    /** Whether so much lies before an edge that it pays to fold it for good. */
    boolean isDue(long edge) {
        return KeyState.isDue(events, foldAfter, edge);
    }

    private @Nullable Row row() {
        Entry last = last();
        return last == null ? null : last.state;
    }

    private int fingerprint() {
        if (fingerprint == 0) {
            fingerprint = rules.fingerprint(Objects.requireNonNull(row()));
        }
        return fingerprint;
    }

    /** Appends an event that is later than everything known, in order and in time. */
    void append(Entry entry, Tally tally) {
        if (entry.kind == Entry.Kind.DELETE) {
            delete(entry, tally);
        } else {
            set(entry, tally);
        }
        time = entry.rawTime;
        entry.time = time;
        entry.live = live;
        entry.marked = marked;
        entry.fingerprint = fingerprint;
        if (events == null && appendedCount == 0) {
            oldest = time;
        }
        if (appendedCount == appended.length) {
            appended = Arrays.copyOf(appended, Math.max(16, appendedCount * 2));
        }
        appended[appendedCount++] = entry;
        bequeaths |= entry.heir() != null;
    }

    private void delete(Entry entry, Tally tally) {
        if (rules.markers) {
            entry.state = row();
        }
        if (live) {
            tally.closed++;
            tally.opened += rules.markers ? 1 : 0;
            live = false;
            marked = true;
        } else {
            tally.suppressed++;
        }
        fingerprint = 0;
    }

    private void set(Entry entry, Tally tally) {
        Row now = Objects.requireNonNull(entry.image);
        int print = entry.fingerprint;
        if (entry.partial) {
            boolean takenOver = entry.flavour == Entry.Flavour.TAKEN_OVER;
            now = rules.completed(now, takenOver ? entry.inherited() : live ? row() : null, entry.before());
            print = rules.fingerprint(now);
        } else if (print == 0) {
            print = rules.fingerprint(now);
        }
        if (!live) {
            tally.opened++;
            tally.closed += marked && rules.markers ? 1 : 0;
        } else if (print != fingerprint()) {
            tally.opened++;
            tally.closed++;
        } else {
            Row before = Objects.requireNonNull(row());
            if (before == now) {
                tally.suppressed++;
            } else {
                setAlike(before, now, tally);
            }
        }
        live = true;
        entry.state = now;
        fingerprint = print;
    }

    /** Counts what an event does whose image has the fingerprint of the row before; those with an equal image have that row. */
    private void setAlike(Row before, Row now, Tally tally) {
        if (!rules.sameTracked(before, now)) {
            tally.opened++;
            tally.closed++;
        } else if (rules.overwrites(before, now)) {
            tally.updated++;
        } else {
            tally.suppressed++;
        }
    }

    /** Opens the events, so that others may be put between them. */
    void open() {
        window.begin(base, events);
        dirtyFrom = 0;
    }

    @Nullable
    Base base() {
        return base;
    }

    /** See {@link Window#find}. */
    int find(Entry entry) {
        dirtyFrom += window.reach(entry);
        return window.find(entry);
    }

    /** Whether events are known behind an index. */
    boolean hasMoreAt(int index) {
        return index < window.size;
    }

    /** The time of an entry that would stand at an index. */
    long timeAt(int index, Entry entry) {
        if (!rules.monotone) {
            return entry.rawTime;
        }
        Entry before = window.before(index);
        return before == null ? entry.rawTime : Math.max(before.time, entry.rawTime);
    }

    /** Whether any event that is known has this time or a later one. */
    boolean reaches(long limit) {
        Entry last = window.last();
        return last != null && last.time >= limit;
    }

    /** The time of the event at an index, or the greatest if there is none. */
    long timeOf(int index) {
        return index < window.size ? window.entries[index].time : Long.MAX_VALUE;
    }

    /** Puts an entry at an index that {@link #find} gave, to be folded by {@link #refold}. */
    void insert(int index, Entry entry) {
        window.insert(index, entry);
        bequeaths |= entry.heir() != null;
        dirtyFrom = Math.min(dirtyFrom, index);
        if (rules.monotone) {
            entry.time = timeAt(index, entry);
            // Later ones are lifted to it at once, as what comes next is judged by their times.
            for (int i = index + 1; i < window.size && window.entries[i].time < entry.time; i++) {
                own(i).time = entry.time;
            }
        }
    }

    /** The entry at an index, as an object that may be changed. */
    private Entry own(int index) {
        Entry entry = window.entries[index];
        if (entry.merge != merge) {
            entry = entry.copy();
            entry.merge = merge;
            window.entries[index] = entry;
        }
        return entry;
    }

    /** Gives an insert half the row of the old key just before it; true if that is news. */
    boolean inherit(Entry place, @Nullable Row row) {
        int found = find(place);
        if (found >= 0 || found == Integer.MIN_VALUE) {
            return false;
        }
        int index = -1 - found;
        if (Objects.equals(window.entries[index].inherited(), row) || !(own(index) instanceof LinkedEntry linked)) {
            return false;
        }
        linked.inherit(row);
        dirtyFrom = Math.min(dirtyFrom, index);
        return true;
    }

    /** Whether another key may take over a row of this one. */
    boolean bequeaths() {
        return bequeaths;
    }

    /** Takes the row of a key change. */
    interface BequestVisitor {
        /** Takes the row just before an event, null if there was none alive, and the key to which it was changed. */
        void visit(RowKey heir, Entry place, @Nullable Row row);
    }

    /** Visits what other keys take over. */
    void forEachBequest(List<Sweep> sweeps, BequestVisitor visitor) {
        open();
        window.reachAll();
        for (int i = 0; i < window.size; i++) {
            RowKey heir = window.entries[i].heir();
            if (heir != null) {
                visitor.visit(heir, window.entries[i], rowBefore(i, sweeps));
            }
        }
    }

    private @Nullable Row rowBefore(int index, List<Sweep> sweeps) {
        Entry before = window.before(index);
        boolean alive = before != null && before.live;
        for (int i = 0; alive && i < sweeps.size(); i++) {
            Sweep sweep = sweeps.get(i);
            boolean between = rules.order.compare(sweep.start(), Objects.requireNonNull(before)) > 0
                    && rules.order.compare(sweep.start(), window.entries[index]) < 0;
            alive = !(between && window.isDeletedBy(sweep));
        }
        return alive ? Objects.requireNonNull(before).state : null;
    }

    /** Folds again as far as need be, with the sweeps of the table, and counts what has changed since the key was loaded. */
    void refold(List<Sweep> sweeps, Tally tally) {
        if (sweeps != sweepsBefore) {
            dirtyFrom += window.reachAll();
        }
        boolean swept = window.isSwept(sweeps) || window.isSwept(sweepsBefore);
        if (swept) {
            window.reachAll();
            dirtyFrom = 0;
        }
        shareImages();
        int from = swept ? 0 : groupBefore(dirtyFrom);
        walk.run(window, from, swept ? sweeps : List.of(), this, dirtyFrom, Long.MIN_VALUE);
        tally.suppressed += walk.suppressed();
        walkBefore.read(loaded, window.floor, from, sweepsBefore);
        walk.compare(walkBefore, tally);
        close();
    }

    /** Gives new events whose image equals the row before them that row, so that whoever compares them later need not look at them. */
    private void shareImages() {
        for (int i = dirtyFrom; i < window.size; i++) {
            Entry entry = window.entries[i];
            Entry before = window.before(i);
            if (before == null || before.fingerprint != entry.fingerprint || entry.merge != merge) {
                continue;
            }
            Row row = i > dirtyFrom ? before.image : before.state;
            if (row != null && row != entry.image && row.equals(entry.image)) {
                entry.image = row;
            }
        }
    }

    /** The first event of those that have the time of the one before an index: a late event may change which these are. */
    private int groupBefore(int index) {
        int first = Math.max(0, index - 1);
        while (first > 0 && window.entries[first - 1].time >= window.entries[first].time) {
            first--;
        }
        return first;
    }

    @Override
    public Entry fold(int index, VersionWalk at) {
        Entry entry = window.entries[index];
        switch (entry.kind) {
            case INSERT, UPDATE -> {
                Row image = Objects.requireNonNull(entry.image);
                if (entry.partial) {
                    boolean takenOver = entry.flavour == Entry.Flavour.TAKEN_OVER;
                    at.row = rules.completed(
                            image, takenOver ? entry.inherited() : at.live ? at.row : null, entry.before());
                    at.fingerprint = rules.fingerprint(at.row);
                    if (entry.state != null && entry.merge != merge && entry.state.equals(at.row)) {
                        at.row = entry.state;
                    }
                } else {
                    int print = entry.fingerprint == 0 ? rules.fingerprint(image) : entry.fingerprint;
                    at.row = image;
                    at.fingerprint = print;
                }
                at.live = true;
            }
            case DELETE -> {
                at.row = rules.markers ? at.row : null;
                at.fingerprint = 0;
                at.marked |= at.live;
                at.live = false;
            }
            case TRUNCATE, SNAPSHOT -> throw new IllegalStateException("not an event of one key");
        }
        boolean known = entry.time == at.time
                && entry.live == at.live
                && entry.marked == at.marked
                && entry.state == at.row
                && entry.merge != merge;
        if (!known) {
            entry = own(index);
            entry.time = at.time;
            entry.live = at.live;
            entry.marked = at.marked;
            entry.state = at.row;
            entry.fingerprint = at.fingerprint;
        }
        return entry;
    }

    @Override
    public boolean isFresh(Entry entry) {
        return entry.merge == merge && entry.arrival != Entry.NOT_ARRIVED;
    }

    @Override
    public void mark(int index, boolean isMarked) {
        if (window.entries[index].marked != isMarked) {
            own(index).marked = isMarked;
        }
    }

    /** Makes chunks of the window again. */
    private void close() {
        events = window.events();
        if (window.floor == null) {
            oldest = timeOf(0);
        }
        stand();
    }

    private void stand() {
        Entry last = last();
        live = last != null && last.live;
        marked = last != null && last.marked;
        time = last == null ? Long.MIN_VALUE : last.time;
        fingerprint = last == null ? 0 : last.fingerprint;
    }

    /** Folds for good what lies before an edge. */
    void foldExpired(List<Sweep> sweeps, long edge) {
        int all = Chunk.count(events);
        int expired = events == null ? 0 : events.countBefore(edge);
        window.beginFirst(base, events, expired);
        boolean swept = window.isSwept(sweeps);
        if (swept) {
            window.beginFirst(base, events, all);
        }
        walk.run(window, 0, swept ? sweeps : List.of(), null, 0, edge);
        Base folded = walk.base(window);
        if (folded != null) {
            archived = walk.closedAtEdge();
            base = folded;
            events = events == null ? null : events.without(walk.passedAtEdge());
            oldest = events == null ? Long.MAX_VALUE : events.first().time;
        }
        stand();
        foldAfter = Long.MAX_VALUE;
    }

    /** The version that was current at the end of the last folding, or null. */
    @Nullable
    Version currentVersion() {
        return walk.current();
    }

    /** The state of the key after all this. */
    KeyState state(RowKey key, int layout) {
        Chunk all = Chunk.append(events, appended, 0, appendedCount);
        return new KeyState(
                key,
                layout,
                base,
                all,
                oldest,
                all != null && foldAfter == Long.MAX_VALUE ? time : foldAfter,
                bequeaths && hasHeirs(all));
    }

    private static boolean hasHeirs(@Nullable Chunk all) {
        for (Chunk chunk = all; chunk != null; chunk = chunk.older()) {
            for (Entry entry : chunk.entries()) {
                if (entry.heir() != null) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The versions that {@link #foldExpired} has taken out of the window. */
    List<Version> archived() {
        return archived;
    }
}
