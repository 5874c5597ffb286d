package io.cdcsdk.scd;

import io.cdcsdk.api.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the events of one key and makes versions of the states behind them: for each distinct time, the state after its last
 * event is compared with the one before the time. Reused for many keys by one thread.
 */
final class VersionWalk {
    /** Folds events whose states are not known. */
    interface Folder {
        /** Folds the event at an index of the window onto the state of the walk; the event as it stands there then. */
        Entry fold(int index, VersionWalk walk);

        /** Whether an event is new. */
        boolean isFresh(Entry entry);

        /** The state behind the event at an index has no marker after all. */
        void mark(int index, boolean marked);
    }

    private final Rules rules;
    private final Window read;

    // The versions.
    private Row[] rows = new Row[16];
    private long[] begins = new long[16];
    private long[] ends = new long[16];
    private char[] operations = new char[16];
    private int count;

    // The state where the walk is.
    boolean live;
    boolean marked;

    @Nullable
    Row row;

    int fingerprint;
    long time;
    private @Nullable Entry place;
    private int passed;

    // The group of events with one time that is being gone through, and the state before it.
    private boolean liveBefore;
    private boolean markedBefore;
    private @Nullable Row rowBefore;
    private int fingerprintBefore;
    private Entry.@Nullable Kind lastKind;
    private int fresh;
    private int suppressed;

    // Where the walk crossed the edge.
    private @Nullable Base edgeBase;
    private int edgePassed;
    private int edgeClosed;

    VersionWalk(Rules rules) {
        this.rules = rules;
        this.read = new Window(rules.order);
    }

    /**
     * Walks through a state that is kept.
     *
     * @param floor begin behind these events; null for all
     * @param from and as many more
     * @param sweeps those that have been applied to it, and any that lie behind its last event
     */
    void read(@Nullable KeyState state, @Nullable Chunk floor, int from, List<Sweep> sweeps) {
        read.begin(state == null ? null : state.base, state == null ? null : state.events);
        read.reachDownTo(floor);
        run(read, from, read.isSwept(sweeps) ? sweeps : List.of(), null, Integer.MAX_VALUE, Long.MIN_VALUE);
    }

    /**
     * Walks through a window.
     *
     * @param first the index to begin at; not within events of one time
     * @param sweeps all sweeps, or none if none lies behind the window's floor
     * @param folder folds events, or null if all states are known
     * @param foldFrom the index from which on it does; with sweeps, from the first
     * @param edge where the state is noted for {@link #base}
     */
    void run(Window window, int first, List<Sweep> sweeps, @Nullable Folder folder, int foldFrom, long edge) {
        begin(window, first);
        int from = sweeps.isEmpty() ? foldFrom : 0;
        int sweep = 0;
        while (sweep < sweeps.size()
                && place != null
                && rules.order.compare(sweeps.get(sweep).start(), place) <= 0) {
            sweep++;
        }
        place = null;
        int last = -1;
        int index = first;
        while (index < window.size || sweep < sweeps.size()) {
            boolean isSweep = sweep < sweeps.size()
                    && (index == window.size
                            || rules.order.compare(sweeps.get(sweep).start(), window.entries[index]) < 0);
            if (isSweep) {
                Sweep next = sweeps.get(sweep++);
                if (live && window.isDeletedBy(next)) {
                    reach(next.start().rawTime, edge, folder, last);
                    live = false;
                    marked = !next.isTruncate();
                    row = rules.markers ? row : null;
                    place = next.start();
                    passed = index;
                    last = -1;
                }
                continue;
            }
            Entry entry = window.entries[index];
            reach(entry.rawTime, edge, folder, last);
            if (folder != null && index >= from) {
                entry = folder.fold(index, this);
            } else {
                take(entry);
            }
            lastKind = entry.kind;
            if (folder != null && folder.isFresh(entry)) {
                fresh++;
            }
            last = index++;
            place = entry;
            passed = index;
        }
        end(folder, last);
        if (time < edge) {
            noteEdge();
        }
    }

    private void begin(Window window, int first) {
        count = 0;
        suppressed = 0;
        passed = 0;
        edgeBase = null;
        edgePassed = 0;
        edgeClosed = 0;
        place = window.before(first);
        if (place == null) {
            live = false;
            marked = false;
            row = null;
            fingerprint = 0;
            time = Long.MIN_VALUE;
        } else {
            take(place);
            time = place.time;
            beginVersion(first > 0 || window.floor != null ? null : window.base);
        }
        beginGroup();
    }

    /** The version that is current at the beginning; where that is an event, its beginning is not known, and older than all that follows. */
    private void beginVersion(@Nullable Base base) {
        if (base == null) {
            if (live || marked && rules.markers) {
                open(Objects.requireNonNull(row), Long.MIN_VALUE, live ? 'c' : Version.MARKER);
            }
        } else if (base.version != null) {
            open(base.version, base.validFrom, base.operation);
        }
    }

    private void take(Entry entry) {
        live = entry.live;
        marked = entry.marked;
        row = entry.state;
        fingerprint = entry.fingerprint;
    }

    /** Goes on to a time; what the events before it have done together becomes versions. */
    private void reach(long rawTime, long edge, @Nullable Folder folder, int last) {
        long at = rules.monotone ? Math.max(time, rawTime) : rawTime;
        if (at != time) {
            end(folder, last);
            if (time < edge && at >= edge) {
                noteEdge();
            }
            time = at;
            beginGroup();
        }
    }

    private void beginGroup() {
        liveBefore = live;
        markedBefore = marked;
        rowBefore = row;
        fingerprintBefore = fingerprint;
        lastKind = null;
        fresh = 0;
    }

    private void end(@Nullable Folder folder, int last) {
        boolean changed = false;
        if (live) {
            Row now = Objects.requireNonNull(row);
            if (!liveBefore || !isSame(Objects.requireNonNull(rowBefore), now)) {
                close();
                open(now, time, lastKind == Entry.Kind.UPDATE ? 'u' : 'c');
                changed = true;
            } else if (lastKind != null) {
                Row overwritten = rules.overwrite(rows[count - 1], now);
                changed = overwritten != rows[count - 1];
                rows[count - 1] = overwritten;
            }
        } else if (liveBefore) {
            close();
            if (rules.markers && marked) {
                open(Objects.requireNonNull(row), time, Version.MARKER);
            }
            changed = true;
        } else if (marked != markedBefore) {
            // Born and deleted at one time: no marker tells of it.
            marked = markedBefore;
            if (folder != null && last >= 0) {
                folder.mark(last, marked);
            }
        }
        suppressed += changed ? Math.max(0, fresh - 1) : fresh;
    }

    private boolean isSame(Row before, Row now) {
        if (before == now) {
            return true;
        }
        int printBefore = fingerprintBefore == 0 ? rules.fingerprint(before) : fingerprintBefore;
        int print = fingerprint == 0 ? rules.fingerprint(now) : fingerprint;
        return printBefore == print && rules.sameTracked(before, now);
    }

    private void open(Row of, long from, char operation) {
        if (count == rows.length) {
            rows = Arrays.copyOf(rows, count * 2);
            begins = Arrays.copyOf(begins, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
            operations = Arrays.copyOf(operations, count * 2);
        }
        rows[count] = of;
        begins[count] = from;
        ends[count] = Version.CURRENT;
        operations[count] = operation;
        count++;
    }

    private void close() {
        if (count > 0 && ends[count - 1] == Version.CURRENT) {
            ends[count - 1] = time;
        }
    }

    private boolean isCurrent() {
        return count > 0 && ends[count - 1] == Version.CURRENT;
    }

    private void noteEdge() {
        if (place == null) {
            return;
        }
        int last = count - 1;
        Base base = isCurrent()
                ? new Base(place, rows[last], begins[last], operations[last])
                : new Base(place, null, 0, '\0');
        base.time = time;
        base.live = live;
        base.marked = marked;
        base.state = live || marked ? row : null;
        base.fingerprint = fingerprint;
        edgeBase = base;
        edgePassed = passed;
        edgeClosed = isCurrent() ? last : count;
    }

    /** How many events lie before the edge; 0 if nothing at all happened before it. */
    int passedAtEdge() {
        return edgePassed;
    }

    /** The state at the edge; null if nothing at all happened before it. */
    @Nullable
    Base base(Window window) {
        Base base = edgeBase;
        if (base == null) {
            return null;
        }
        if (window.base != null) {
            base.snapshotLane = window.base.snapshotLane;
            base.snapshotPosition = window.base.snapshotPosition;
        }
        for (int i = edgePassed - 1; i >= 0; i--) {
            Entry entry = window.entries[i];
            if (entry.isSnapshotRow()) {
                base.snapshotLane = entry.lane;
                base.snapshotPosition = entry.position;
                break;
            }
        }
        return base;
    }

    /** The versions that ended before the edge. */
    List<Version> closedAtEdge() {
        return versions(0, edgeClosed);
    }

    int count() {
        return count;
    }

    /** How many new events have changed nothing. */
    int suppressed() {
        return suppressed;
    }

    /** The version that is current at the end, or null. */
    @Nullable
    Version current() {
        return isCurrent() ? version(count - 1) : null;
    }

    private Version version(int index) {
        return new Version(rows[index], begins[index], ends[index], operations[index]);
    }

    /** Some of the versions. */
    List<Version> versions(int from, int to) {
        if (from == to) {
            return List.of();
        }
        if (to - from == 1) {
            return List.of(version(from));
        }
        Version[] versions = new Version[to - from];
        for (int i = from; i < to; i++) {
            versions[i - from] = version(i);
        }
        return List.of(versions);
    }

    /** Counts what is different from an older walk from the same floor. */
    void compare(VersionWalk old, Tally tally) {
        int before = 0;
        int now = 0;
        while (before < old.count || now < count) {
            if (now == count || before < old.count && old.begins[before] < begins[now]) {
                tally.removed++;
                before++;
            } else if (before == old.count || old.begins[before] > begins[now]) {
                tally.opened++;
                tally.closed += ends[now] == Version.CURRENT ? 0 : 1;
                now++;
            } else {
                compare(old, before++, now++, tally);
            }
        }
    }

    private void compare(VersionWalk old, int before, int now, Tally tally) {
        boolean same = old.operations[before] == operations[now]
                && (old.rows[before] == rows[now] || old.rows[before].equals(rows[now]));
        if (same && old.ends[before] == ends[now]) {
            return;
        }
        if (same && old.ends[before] == Version.CURRENT) {
            tally.closed++;
        } else {
            tally.updated++;
        }
    }
}
