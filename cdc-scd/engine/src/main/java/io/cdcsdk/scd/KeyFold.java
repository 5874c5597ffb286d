package io.cdcsdk.scd;

import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Folds the events of one key after the other into states and versions. Events that come in order cost a comparison of two rows;
 * one that comes late folds the key's window again. Reused for many keys by one thread.
 */
final class KeyFold {
    /** The number of no merge. */
    static final int NO_MERGE = -1;

    private final Rules rules;
    private final int merge;

    private @Nullable Base base;
    private Entry[] entries = new Entry[16];
    private int size;
    private Version[] versions = new Version[16];
    private int versionCount;
    private List<Version> archived = List.of();

    /** The time of the first entry, or the greatest if there is none. */
    private long oldest;

    private boolean bequeaths;
    /** The versions as they were loaded, in the schema that is folded in. */
    private Version[] loaded = KeyState.NO_VERSIONS;

    /** The first entry that has not been folded, or has to be folded again. */
    private int dirtyFrom;

    // The state behind what has been folded so far.
    private boolean live;
    private boolean marked;
    private @Nullable Row row;
    private long time;
    /** Of the row; 0 if it has not been computed. */
    private long fingerprint;

    // The group of events with one time that is being folded.
    private boolean liveBefore;
    private @Nullable Row rowBefore;
    private long fingerprintBefore;
    private Entry.@Nullable Kind lastKind;
    private int freshInGroup;

    // What happened to this key since it was loaded.
    int opened;
    int closed;
    int suppressed;
    int updated;

    /**
     * A fold.
     *
     * @param merge the number of the merge that folds; entries of others are copied before they change
     */
    KeyFold(Rules rules, int merge) {
        this.rules = rules;
        this.merge = merge;
    }

    /** Takes over the state of a key, or nothing for a new key. */
    void load(@Nullable KeyState state, TableState table) {
        load(state, table.layout(), table.schema());
    }

    void load(@Nullable KeyState state, int layout, TableSchema schema) {
        opened = 0;
        closed = 0;
        suppressed = 0;
        updated = 0;
        archived = List.of();
        KeyState current = state == null || state.layout == layout ? state : upgraded(state, layout, schema);
        if (current == null) {
            loaded = KeyState.NO_VERSIONS;
            base = null;
            size = 0;
            versionCount = 0;
            dirtyFrom = 0;
            oldest = Long.MAX_VALUE;
            bequeaths = false;
            stand(0);
            return;
        }
        loaded = current.versions;
        base = current.base;
        size = current.entries.length;
        reserve(size + 1);
        System.arraycopy(current.entries, 0, entries, 0, size);
        versionCount = current.versions.length;
        if (versions.length <= versionCount + 1) {
            versions = new Version[versionCount * 2];
        }
        System.arraycopy(current.versions, 0, versions, 0, versionCount);
        dirtyFrom = size;
        oldest = current.oldestTime;
        bequeaths = current.bequeaths;
        live = current.live;
        marked = current.marked;
        row = current.row;
        fingerprint = current.fingerprint;
        time = current.lastTime;
    }

    /** Stands behind the first {@code count} entries, which have been folded. */
    private void stand(int count) {
        if (count > 0) {
            Entry last = entries[count - 1];
            live = last.live;
            marked = last.marked;
            row = last.state;
            fingerprint = last.fingerprint;
            time = last.time;
        } else if (base != null) {
            live = base.live();
            marked = base.marked();
            row = base.row();
            fingerprint = base.fingerprint();
            time = base.time();
        } else {
            live = false;
            marked = false;
            row = null;
            fingerprint = 0;
            time = Long.MIN_VALUE;
        }
    }

    private void reserve(int count) {
        if (entries.length < count) {
            entries = Arrays.copyOf(entries, Math.max(count, entries.length * 2));
        }
    }

    static KeyState upgraded(KeyState state, int layout, TableSchema schema) {
        Entry[] entries = new Entry[state.entries.length];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = upgraded(state.entries[i], schema);
        }
        Version[] versions = new Version[state.versions.length];
        for (int i = 0; i < versions.length; i++) {
            versions[i] = upgraded(state.versions[i], schema);
        }
        Base base = state.base;
        if (base != null) {
            base = new Base(
                    base.last(),
                    base.time(),
                    base.live(),
                    base.marked(),
                    upgraded(base.row(), schema),
                    0,
                    base.version() == null ? null : upgraded(base.version(), schema),
                    base.snapshotLane(),
                    base.snapshotPosition());
        }
        return new KeyState(state.key, layout, base, entries, versions);
    }

    static Entry upgraded(Entry entry, TableSchema schema) {
        Entry copy = entry.copy(upgraded(entry.image, schema), upgraded(entry.before, schema));
        copy.state = entry.state == entry.image ? copy.image : upgraded(entry.state, schema);
        copy.inherited = upgraded(entry.inherited, schema);
        copy.fingerprint = 0;
        copy.merge = entry.merge;
        copy.arrival = entry.arrival;
        copy.next = entry.next;
        return copy;
    }

    private static @Nullable Row upgraded(@Nullable Row row, TableSchema schema) {
        return row == null ? null : Layouts.converted(row, schema);
    }

    static Version upgraded(Version version, TableSchema schema) {
        return version.withRow(Layouts.converted(version.row(), schema));
    }

    int size() {
        return size;
    }

    Entry entry(int index) {
        return entries[index];
    }

    @Nullable
    Base base() {
        return base;
    }

    /** The last event, or null. */
    @Nullable
    Entry last() {
        return size > 0 ? entries[size - 1] : base == null ? null : base.last();
    }

    /** The time up to which everything has been folded. */
    long time() {
        return time;
    }

    /** The time of the last event, before anything is folded again. */
    long lastTime() {
        return size > 0 ? entries[size - 1].time : base == null ? Long.MIN_VALUE : base.time();
    }

    /**
     * The place at which an entry belongs, or {@code -1 - index} if it is at the index already; {@link Integer#MIN_VALUE} if it
     * belongs before what has been folded for good.
     */
    int find(Entry entry) {
        if (size > 0 && entries[size - 1].compare(entry, rules.ties) < 0) {
            return size;
        }
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int order = entries[middle].compare(entry, rules.ties);
            if (order == 0) {
                return -1 - middle;
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0 && base != null && base.last().compare(entry, rules.ties) >= 0) {
            return Integer.MIN_VALUE;
        }
        return low;
    }

    /** The time of an entry that would stand at an index. */
    long timeAt(int index, Entry entry) {
        if (!rules.monotone) {
            return entry.rawTime;
        }
        long before = index > 0 ? entries[index - 1].time : base == null ? Long.MIN_VALUE : base.time();
        return Math.max(before, entry.rawTime);
    }

    /** Whether any event that is known has this time or a later one. */
    boolean reaches(long limit) {
        return lastTime() >= limit;
    }

    /** The time of the event at an index, or the greatest if there is none. */
    long timeOf(int index) {
        return index < size ? entries[index].time : Long.MAX_VALUE;
    }

    /** Puts an entry at an index that {@link #find} gave, to be folded by {@link #refold}. */
    void insert(int index, Entry entry) {
        reserve(size + 1);
        System.arraycopy(entries, index, entries, index + 1, size - index);
        entries[index] = entry;
        size++;
        bequeaths |= entry.heir != null;
        dirtyFrom = Math.min(dirtyFrom, index);
        if (rules.monotone) {
            entry.time = timeAt(index, entry);
            // Later ones are lifted to it at once, as what comes next is judged by their times.
            for (int i = index + 1; i < size && entries[i].time < entry.time; i++) {
                own(i).time = entry.time;
            }
        }
    }

    /** The entry at an index, as an object that may be changed. */
    private Entry own(int index) {
        Entry entry = entries[index];
        if (entry.merge != merge) {
            entry = entry.copy(entry.image, entry.before);
            entry.merge = merge;
            entries[index] = entry;
        }
        return entry;
    }

    /** Gives an insert half the row of the old key just before it; true if that is news. */
    boolean inherit(Entry place, @Nullable Row inherited) {
        int found = find(place);
        if (found >= 0 || found == Integer.MIN_VALUE) {
            return false;
        }
        int index = -1 - found;
        Row now = entries[index].inherited;
        if (now == inherited || now != null && now.equals(inherited)) {
            return false;
        }
        own(index).inherited = inherited;
        dirtyFrom = Math.min(dirtyFrom, index);
        return true;
    }

    /** Whether another key takes over a row of this one that is not folded for good. */
    private boolean hasHeirs() {
        for (int i = 0; bequeaths && i < size; i++) {
            if (entries[i].heir != null) {
                return true;
            }
        }
        return false;
    }

    /** Whether another key may take over a row of this one. */
    boolean bequeaths() {
        return bequeaths;
    }

    /** The row just before the event at an index, or null if there was none alive; sweeps included once folded. */
    @Nullable
    Row rowBefore(int index, List<Sweep> sweeps) {
        if (!sweeps.isEmpty()) {
            return walkTo(index, sweeps);
        }
        if (index > 0) {
            return entries[index - 1].live ? entries[index - 1].state : null;
        }
        return base != null && base.live() ? base.row() : null;
    }

    private @Nullable Row walkTo(int index, List<Sweep> sweeps) {
        boolean alive = index > 0 ? entries[index - 1].live : base != null && base.live();
        Row found = index > 0 ? entries[index - 1].state : base == null ? null : base.row();
        Entry place = index > 0 ? entries[index - 1] : base == null ? null : base.last();
        for (Sweep sweep : sweeps) {
            boolean between = (place == null || sweep.start().compare(place, rules.ties) > 0)
                    && sweep.start().compare(entries[index], rules.ties) < 0;
            if (between && alive && deletes(sweep)) {
                alive = false;
            }
        }
        return alive ? found : null;
    }

    /**
     * Appends an event that is later than everything known, in order and in time.
     *
     * @param entryTime its time, greater than {@link #lastTime()}
     */
    void append(Entry entry, long entryTime) {
        boolean liveUntilNow = live;
        Row rowUntilNow = row;
        long fingerprintUntilNow = live ? fingerprint() : 0;
        time = entryTime;
        fold(entry);
        reserve(size + 1);
        entries[size++] = entry;
        dirtyFrom = size;
        oldest = Math.min(oldest, entryTime);
        bequeaths |= entry.heir != null;
        if (live) {
            Row now = Objects.requireNonNull(row);
            if (liveUntilNow
                    && rules.sameTracked(Objects.requireNonNull(rowUntilNow), fingerprintUntilNow, now, fingerprint)) {
                overwrite(now);
            } else {
                close(entryTime);
                open(now, entryTime, entry.kind == Entry.Kind.UPDATE ? 'u' : 'c');
            }
        } else if (liveUntilNow) {
            close(entryTime);
            if (rules.markers && marked) {
                open(Objects.requireNonNull(row), entryTime, Version.MARKER);
            }
        } else {
            suppressed++;
        }
    }

    private long fingerprint() {
        if (fingerprint == 0 && row != null) {
            fingerprint = rules.fingerprint(row);
        }
        return fingerprint;
    }

    /** Folds one entry onto the state, at the current time. */
    private void fold(Entry entry) {
        switch (entry.kind) {
            case INSERT, UPDATE -> {
                Row image = Objects.requireNonNull(entry.image);
                if (entry.partial) {
                    boolean takenOver = entry.flavour == Entry.Flavour.TAKEN_OVER;
                    Row from = takenOver ? entry.inherited : live ? row : null;
                    row = rules.completed(image, from, entry.before);
                    fingerprint = rules.fingerprint(row);
                } else {
                    row = image;
                    fingerprint = entry.fingerprint == 0 ? rules.fingerprint(image) : entry.fingerprint;
                }
                live = true;
            }
            case DELETE -> {
                if (live) {
                    live = false;
                    marked = true;
                }
            }
            case TRUNCATE, SNAPSHOT -> throw new IllegalStateException("not an event of one key");
        }
        keep(entry);
    }

    private void keep(Entry entry) {
        if (entry.merge == merge) {
            entry.time = time;
            entry.live = live;
            entry.marked = marked;
            entry.state = row;
            entry.fingerprint = fingerprint;
        }
    }

    private void open(Row version, long from, char operation) {
        if (versionCount == versions.length) {
            versions = Arrays.copyOf(versions, versionCount * 2);
        }
        versions[versionCount++] = new Version(version, from, Version.CURRENT, operation);
        opened++;
    }

    private void close(long end) {
        if (versionCount > 0 && versions[versionCount - 1].isCurrent()) {
            versions[versionCount - 1] = versions[versionCount - 1].until(end);
            closed++;
        }
    }

    private void overwrite(Row now) {
        Version current = versions[versionCount - 1];
        Row overwritten = rules.overwrite(current.row(), now);
        if (overwritten == current.row()) {
            suppressed++;
        } else {
            versions[versionCount - 1] = current.withRow(overwritten);
            updated++;
        }
    }

    /** Whether every event that is kept lies before an edge. */
    boolean isExpired(long edge) {
        return size > 0 && time < edge;
    }

    /** Whether so many events lie before an edge that it pays to fold them. */
    boolean isHalfExpired(long edge) {
        return oldest < edge && size > 0 && entries[size / 2].time < edge;
    }

    /** Folds all events for good, once all are older than the edge and no sweep lies behind them. */
    void foldAll() {
        Entry last = entries[size - 1];
        String snapshotLane = base == null ? null : base.snapshotLane();
        Position snapshotPosition = base == null ? null : base.snapshotPosition();
        for (int i = 0; i < size; i++) {
            if (entries[i].isSnapshotRow()) {
                snapshotLane = entries[i].lane;
                snapshotPosition = entries[i].position;
            }
        }
        Version current =
                versionCount > 0 && versions[versionCount - 1].isCurrent() ? versions[versionCount - 1] : null;
        int gone = current == null ? versionCount : versionCount - 1;
        if (gone > 0) {
            archive(gone);
        }
        base = new Base(
                last.place(),
                last.time,
                live,
                marked,
                live ? row : null,
                live ? fingerprint : 0,
                current,
                snapshotLane,
                snapshotPosition);
        size = 0;
        dirtyFrom = 0;
        oldest = Long.MAX_VALUE;
    }

    private void archive(int count) {
        List<Version> gone = Arrays.asList(Arrays.copyOf(versions, count));
        if (archived.isEmpty()) {
            archived = gone;
        } else {
            List<Version> all = new ArrayList<>(archived);
            all.addAll(gone);
            archived = all;
        }
        versionCount -= count;
        System.arraycopy(versions, count, versions, 0, versionCount);
    }

    /** Folds the window again as far as need be, with the sweeps of the table, and for good what lies before {@code edge}. */
    void refold(List<Sweep> sweeps, long edge) {
        opened = 0;
        closed = 0;
        updated = 0;
        suppressed = 0;
        int index = 0;
        if (rules.overwritten.length == 0 && sweeps.isEmpty() && timeOf(0) >= edge) {
            index = standBeforeDirtyGroup();
        } else {
            stand(0);
            versionCount = 0;
            Version start = base == null ? null : base.version();
            if (start != null) {
                versions[versionCount++] = start;
            }
        }
        liveBefore = live;
        rowBefore = row;
        fingerprintBefore = fingerprint;
        lastKind = null;
        freshInGroup = 0;
        Entry place = base == null ? null : base.last();
        int sweep = 0;
        while (sweep < sweeps.size()
                && place != null
                && sweeps.get(sweep).start().compare(place, rules.ties) <= 0) {
            sweep++;
        }
        boolean cached = sweep == sweeps.size();
        Folded folded = new Folded();
        while (index < size || sweep < sweeps.size()) {
            boolean isSweep = index == size
                    || sweep < sweeps.size() && sweeps.get(sweep).start().compare(entries[index], rules.ties) < 0;
            if (isSweep) {
                Sweep next = sweeps.get(sweep++);
                if (live && deletes(next)) {
                    begin(rules.monotone ? Math.max(time, next.start().rawTime) : next.start().rawTime, edge, folded);
                    live = false;
                    marked = !next.isTruncate();
                    folded.reach(next.start(), index);
                }
                continue;
            }
            Entry entry = entries[index];
            long at = rules.monotone ? Math.max(time, entry.rawTime) : entry.rawTime;
            begin(at, edge, folded);
            if (cached && index < dirtyFrom) {
                live = entry.live;
                marked = entry.marked;
                row = entry.state;
                fingerprint = entry.fingerprint;
            } else {
                refold(index);
                entry = entries[index];
            }
            lastKind = entry.kind;
            if (entry.merge == merge && entry.arrival != Entry.NOT_ARRIVED) {
                freshInGroup++;
            }
            index++;
            folded.reach(entry, index);
        }
        end(time);
        if (time < edge) {
            folded.take();
        }
        folded.apply();
        dirtyFrom = size;
        oldest = timeOf(0);
    }

    private long printed(Row of, long known) {
        return known == 0 ? rules.fingerprint(of) : known;
    }

    /**
     * Goes back to the state and the versions just before the group in which the first change lies.
     *
     * @return the first entry of that group
     */
    private int standBeforeDirtyGroup() {
        int index = firstOfGroup(dirtyFrom);
        if (rules.monotone && index > 0) {
            // What comes late lifts the times of later ones: they may have been of the group before.
            index = firstOfGroup(index - 1);
        }
        stand(index);
        while (versionCount > 0 && versions[versionCount - 1].validFrom() > time) {
            versionCount--;
        }
        if (versionCount > 0
                && !versions[versionCount - 1].isCurrent()
                && versions[versionCount - 1].validTo() > time) {
            versions[versionCount - 1] = versions[versionCount - 1].until(Version.CURRENT);
        }
        return index;
    }

    private int firstOfGroup(int index) {
        int first = index;
        while (first > 0 && index < size && entries[first - 1].time >= entries[index].time) {
            first--;
        }
        return first;
    }

    private void refold(int index) {
        Entry entry = entries[index];
        boolean liveUntilNow = live;
        boolean markedUntilNow = marked;
        Row rowUntilNow = row;
        long fingerprintUntilNow = fingerprint;
        fold(entry);
        if (entry.merge == merge) {
            return;
        }
        boolean same = entry.time == time
                && entry.live == live
                && entry.marked == marked
                && (entry.state == row || entry.state != null && entry.state.equals(row));
        if (same) {
            row = entry.state;
            return;
        }
        live = liveUntilNow;
        marked = markedUntilNow;
        row = rowUntilNow;
        fingerprint = fingerprintUntilNow;
        fold(own(index));
    }

    /** Goes on to a time; what the events before it have done together becomes versions. */
    private void begin(long at, long edge, Folded folded) {
        if (at != time) {
            end(time);
            if (time < edge && at >= edge) {
                folded.take();
            }
            time = at;
            liveBefore = live;
            rowBefore = row;
            fingerprintBefore = fingerprint;
            lastKind = null;
            freshInGroup = 0;
        }
    }

    private void end(long at) {
        int transitions = opened + closed + updated;
        if (live) {
            Row now = Objects.requireNonNull(row);
            char operation = lastKind == Entry.Kind.UPDATE ? 'u' : 'c';
            if (!liveBefore
                    || !rules.sameTracked(
                            Objects.requireNonNull(rowBefore),
                            printed(rowBefore, fingerprintBefore),
                            now,
                            fingerprint())) {
                close(at);
                open(now, at, operation);
            } else if (lastKind != null) {
                Version current = versions[versionCount - 1];
                Row overwritten = rules.overwrite(current.row(), now);
                if (overwritten != current.row()) {
                    versions[versionCount - 1] = current.withRow(overwritten);
                    updated++;
                }
            }
        } else if (liveBefore) {
            close(at);
            if (rules.markers && marked) {
                open(Objects.requireNonNull(row), at, Version.MARKER);
            }
        }
        boolean changed = opened + closed + updated > transitions;
        suppressed += changed ? Math.max(0, freshInGroup - 1) : freshInGroup;
    }

    private boolean deletes(Sweep sweep) {
        if (sweep.isTruncate()) {
            return true;
        }
        if (base != null
                && (sweep.holds(base.snapshotLane(), base.snapshotPosition())
                        || base.last().compare(sweep.start(), rules.ties) > 0)) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            Entry entry = entries[i];
            if (entry.isSnapshotRow() && sweep.holds(entry.lane, entry.position) || sweep.spans(entry, rules.ties)) {
                return false;
            }
        }
        return true;
    }

    /** The versions with all sweeps applied, for a reader. */
    List<Version> settle(TableState table) {
        refold(table.sweeps(), Long.MIN_VALUE);
        return List.of(Arrays.copyOf(versions, versionCount));
    }

    /** The state of the key after all this. */
    KeyState state(RowKey key, int layout) {
        return new KeyState(
                key,
                layout,
                base,
                size == 0 ? KeyState.NO_ENTRIES : Arrays.copyOf(entries, size),
                versionCount == 0 ? KeyState.NO_VERSIONS : Arrays.copyOf(versions, versionCount),
                oldest,
                hasHeirs());
    }

    /** The version that is current, or null. */
    @Nullable
    Version currentVersion() {
        return versionCount > 0 && versions[versionCount - 1].isCurrent() ? versions[versionCount - 1] : null;
    }

    List<Version> archived() {
        return archived;
    }

    /** The versions before anything was folded. */
    List<Version> versionsBefore() {
        return Arrays.asList(loaded);
    }

    List<Version> allVersions() {
        List<Version> all = new ArrayList<>(archived);
        all.addAll(Arrays.asList(versions).subList(0, versionCount));
        return all;
    }

    /** What is folded for good: everything up to the last group before the edge. */
    private final class Folded {
        private @Nullable Entry last;
        private int count;
        private @Nullable Base taken;
        private int takenCount;
        private int takenVersions;

        void reach(Entry place, int entriesSoFar) {
            last = place;
            count = entriesSoFar;
        }

        void take() {
            if (last == null) {
                return;
            }
            String lane = base == null ? null : base.snapshotLane();
            Position position = base == null ? null : base.snapshotPosition();
            for (int i = 0; i < count; i++) {
                if (entries[i].isSnapshotRow()) {
                    lane = entries[i].lane;
                    position = entries[i].position;
                }
            }
            Version current =
                    versionCount > 0 && versions[versionCount - 1].isCurrent() ? versions[versionCount - 1] : null;
            taken = new Base(
                    last.place(),
                    time,
                    live,
                    marked,
                    live ? row : null,
                    live ? fingerprint : 0,
                    current,
                    lane,
                    position);
            takenCount = count;
            takenVersions = current == null ? versionCount : versionCount - 1;
        }

        void apply() {
            if (taken == null) {
                return;
            }
            base = taken;
            size -= takenCount;
            System.arraycopy(entries, takenCount, entries, 0, size);
            if (takenVersions > 0) {
                archive(takenVersions);
            }
        }
    }
}
