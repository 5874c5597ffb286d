package io.cdcsdk.scd;

import io.cdcsdk.api.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The second half of a merge: folds what was added into the states of the keys. */
final class MergeFold {
    // Folding what nobody touches costs a store a reading and a writing: a few keys with each merge.
    private static final int EXPIRED_SHARE = 16;
    private static final int LEAST_EXPIRED = 256;
    private static final int WARM = 128;
    private static final int WARM_EVENTS = 512;

    private final Staged staged;
    private final KeyReader reader;
    private final LateEvents lateEvents;
    private final Tally tally;
    private final Groups groups;
    private final Entry[] entries;
    private final Order order;
    private final boolean monotone;
    private final List<Sweep> sweeps;
    private final VersionWalk walk;
    private final VersionWalk walkBefore;
    private final KeyFold fold;
    private final List<KeyUpdate> updates;
    private final ArrayDeque<Group> testators = new ArrayDeque<>();
    private final boolean newSnapshots;
    // What this merge may still change, as a row is handed on, must not be folded for good before.
    private long edge;

    private final KeyState[] due = new KeyState[WARM];
    private final LikelyEqual pairs;
    private long warmth;
    private long newKeys;
    private long newEvents;

    /** Takes events that are too late. */
    interface LateEvents {
        /**
         * Rejects an event.
         *
         * @param arrival its number
         * @param bound before which it lies
         */
        void reject(int arrival, long time, long bound);
    }

    MergeFold(Staged staged, KeyReader reader, LateEvents lateEvents, Tally tally) {
        this.staged = staged;
        this.reader = reader;
        this.lateEvents = lateEvents;
        this.tally = tally;
        this.groups = staged.groups();
        this.entries = groups.sorted();
        this.order = staged.rules().order;
        this.monotone = staged.rules().monotone;
        this.sweeps = staged.sweeps();
        this.walk = new VersionWalk(staged.rules());
        this.walkBefore = new VersionWalk(staged.rules());
        this.fold = newFold();
        this.pairs = new LikelyEqual(staged.rules());
        this.updates = new ArrayList<>(groups.size());
        this.newSnapshots = staged.newSnapshots();
        this.edge = staged.before() == null ? Long.MIN_VALUE : staged.before().edge;
    }

    private KeyFold newFold() {
        return new KeyFold(staged.rules(), staged.number(), staged.sweepsBefore(), walk, walkBefore);
    }

    private void load(KeyFold into, @Nullable KeyState state) {
        into.load(state, staged.layout(), staged.rules().schema);
    }

    /** How many keys there are more than before. */
    long newKeys() {
        return newKeys;
    }

    /** How many events more the keys hold than before. */
    long newEvents() {
        return newEvents;
    }

    List<KeyUpdate> run() {
        read();
        if (!staged.inheritance() && staged.newTruncates().isEmpty() && !staged.newMarks()) {
            edge = staged.edge();
        }
        if (staged.keyChanges() && (monotone || staged.belowEdge())) {
            acceptInOrderOfArrival();
        }
        int touched = groups.size();
        for (int from = 0; from < touched; ) {
            int to = block(from, touched);
            warm(from, to);
            for (int i = from; i < to; i++) {
                process(groups.get(i));
            }
            from = to;
        }
        boolean swept = sweepOthers();
        while (!testators.isEmpty()) {
            bequeath(testators.remove());
        }
        if (!swept && edge != Long.MIN_VALUE) {
            reader.forEachExpired(edge, Math.max(LEAST_EXPIRED, touched / EXPIRED_SHARE), this::expire);
        }
        return updates;
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

    /** Where a block of keys ends whose events and states fit into the processor's cache together. */
    private int block(int from, int end) {
        int to = from + 1;
        int most = Math.min(end, from + WARM);
        while (to < most && groups.get(to).to - groups.get(from).from <= WARM_EVENTS) {
            to++;
        }
        return to;
    }

    /**
     * Looks at what the next keys need, so that it is in the processor's cache when their turn comes: it can wait for many of
     * these at a time, but only for one after the other once a key is being folded.
     */
    private void warm(int from, int to) {
        long sum = 0;
        for (int i = groups.get(from).from; i < groups.get(to - 1).to; i++) {
            Entry entry = entries[i];
            sum += entry.rawTime + (entry.image == null ? 0 : 1);
        }
        for (int i = from; i < to; i++) {
            KeyState state = groups.get(i).before;
            sum += state == null ? 0 : state.lastTime + state.layout;
        }
        int dues = 0;
        for (int i = from; i < to; i++) {
            Group group = groups.get(i);
            KeyState state = group.before;
            if (state != null) {
                sum += state.warmth();
                if (state.isDue(edge)) {
                    due[dues++] = state;
                }
            }
        }
        for (int i = 0; i < dues; i++) {
            sum += due[i].warmthOfEvents();
        }
        warmth += sum;
        share(from, to);
    }

    /**
     * Finds events that leave the row of their key as it is, and gives them that row: comparing many rows at a time costs a fraction of
     * comparing them when their turn comes, and whoever compares them later need not look at them.
     */
    private void share(int from, int to) {
        for (int i = from; i < to; i++) {
            Group group = groups.get(i);
            KeyState state = group.before;
            Entry before = state == null || state.layout != staged.layout() ? null : state.last();
            int print = state != null && state.live ? state.fingerprint : 0;
            for (int j = group.from; j < group.to; j++) {
                Entry entry = entries[j];
                if (entry.fingerprint == print && print != 0 && before != null) {
                    pairs.add(entry, before);
                }
                print = entry.fingerprint;
                before = entry;
            }
        }
        pairs.compare();
    }

    /** Both halves of a key change are accepted, or neither: what came before decides, key by key. */
    private void acceptInOrderOfArrival() {
        record Arrival(KeyFold fold, Entry entry) {}
        List<Arrival> all = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            Group group = groups.get(i);
            KeyFold own = newFold();
            load(own, group.before);
            own.open();
            group.fold = own;
            for (int j = group.from; j < group.to; j++) {
                all.add(new Arrival(own, entries[j]));
            }
        }
        all.sort(Comparator.comparingInt(arrival -> arrival.entry().arrival));
        for (int i = 0; i < all.size(); i++) {
            Arrival one = all.get(i);
            Arrival other =
                    i + 1 < all.size() && all.get(i + 1).entry().arrival == one.entry().arrival ? all.get(++i) : null;
            int place = one.fold().find(one.entry());
            int otherPlace = other == null ? 0 : other.fold().find(other.entry());
            boolean tooLate = isTooLate(one.fold(), one.entry(), place)
                    || other != null && isTooLate(other.fold(), other.entry(), otherPlace);
            if (tooLate) {
                rejectLate(one.entry());
                continue;
            }
            insert(one.fold(), one.entry(), place);
            if (other != null) {
                insert(other.fold(), other.entry(), otherPlace);
            }
        }
    }

    private void rejectLate(Entry entry) {
        long bound = entry.suspect || monotone ? staged.arrivals().limit(entry.arrival) : edge;
        lateEvents.reject(entry.arrival, entry.rawTime, bound);
    }

    /** Whether an entry may not go where {@link KeyFold#find} says. */
    private boolean isTooLate(KeyFold target, Entry entry, int index) {
        if (index == Integer.MIN_VALUE) {
            return order.compare(Objects.requireNonNull(target.base()), entry) != 0;
        }
        // By source order, an event that is young enough may belong before one that is not.
        if (index < 0 || !entry.suspect && !monotone) {
            return false;
        }
        long time = target.timeAt(index, entry);
        return staged.arrivals().isTooLate(entry.arrival, time, target.timeOf(index), target.reaches(time));
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
        if (target.hasMoreAt(index)) {
            tally.late++;
        }
        target.insert(index, entry);
        return true;
    }

    private void process(Group group) {
        KeyFold own = group.fold;
        if (own != null) {
            group.fold = null;
            finishSlowly(own, group);
            return;
        }
        load(fold, group.before);
        if (isInOrder(group)) {
            append(group);
            return;
        }
        fold.open();
        boolean changed = isSweptAnew(fold.last()) || isSwept(fold.last());
        for (int i = group.from; i < group.to; i++) {
            Entry entry = entries[i];
            int index = fold.find(entry);
            if (isTooLate(fold, entry, index)) {
                rejectLate(entry);
            } else {
                changed |= insert(fold, entry, index);
            }
        }
        if (changed) {
            finishSlowly(fold, group);
        }
    }

    private boolean isInOrder(Group group) {
        Entry previous = fold.last();
        long time = fold.time();
        if (isSweptAnew(previous) || isSwept(previous == null ? entries[group.from] : previous)) {
            return false;
        }
        for (int i = group.from; i < group.to; i++) {
            Entry entry = entries[i];
            if (previous != null && (entry.rawTime <= time || monotone && order.compare(entry, previous) <= 0)) {
                return false;
            }
            if (entry.suspect) {
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
                        || !staged.newTruncates().isEmpty()
                                && staged.newTruncates().stream()
                                        .anyMatch(truncate -> order.compare(truncate, last) < 0));
    }

    private boolean isSwept(@Nullable Entry last) {
        return last != null && Sweep.anyAfter(sweeps, last, order);
    }

    private void append(Group group) {
        if (fold.isDue(edge)) {
            fold.foldExpired(sweeps, edge);
        }
        boolean bequeaths = false;
        for (int i = group.from; i < group.to; i++) {
            bequeaths |= entries[i].heir() != null;
            fold.append(entries[i], tally);
        }
        store(fold, group);
        if (bequeaths) {
            testators.add(group);
        }
    }

    private void store(KeyFold from, Group group) {
        store(from, group, from.archived());
    }

    private void store(KeyFold from, Group group, List<Version> archived) {
        KeyState before = group.before;
        KeyState until = group.current();
        KeyState after = from.state(before == null ? group.key : before.key, staged.layout());
        KeyUpdate update = new KeyUpdate(before, after, archived);
        if (group.update == null) {
            group.place = updates.size();
            updates.add(update);
        } else {
            updates.set(group.place, update);
        }
        group.update = update;
        newKeys += until == null ? 1 : 0;
        newEvents += after.eventCount() - (until == null ? 0 : until.eventCount());
    }

    /** Folds a key again after something came late, or from the table. */
    private void finishSlowly(KeyFold from, Group group) {
        if (from.isEmpty()) {
            return;
        }
        from.refold(sweeps, tally);
        if (from.isDue(edge)) {
            from.foldExpired(sweeps, edge);
        }
        store(from, group);
        if (from.bequeaths()) {
            testators.add(group);
        }
    }

    /** Lets truncates and snapshots that are new act on keys without events in this merge. */
    private boolean sweepOthers() {
        TableState before = staged.before();
        List<Entry> truncates = staged.newTruncates();
        if (before == null
                || !newSnapshots && truncates.stream().allMatch(truncate -> isAfterEverything(truncate, before))) {
            return false;
        }
        long from =
                truncates.stream().mapToLong(truncate -> truncate.rawTime).min().orElse(Long.MIN_VALUE);
        // A known sweep may have ended what a new one ends earlier.
        boolean every = newSnapshots || monotone || truncates.stream().anyMatch(before::hasSweepAfter);
        reader.forEach(state -> {
            if ((every || state.lastTime >= from) && groups.find(state.key()) == null) {
                sweep(state);
            }
        });
        return true;
    }

    private boolean isAfterEverything(Entry truncate, TableState before) {
        return truncate.rawTime > before.lastTime
                && (before.last == null || order.compare(truncate, before.last) > 0)
                && !before.hasSweepAfter(truncate);
    }

    private void sweep(KeyState state) {
        load(fold, state);
        fold.open();
        Tally difference = new Tally();
        fold.refold(sweeps, difference);
        if (difference.isNothing() && !fold.bequeaths() && !isClosedInError()) {
            return;
        }
        tally.add(difference);
        Group group = groups.add(state.key());
        group.before = state;
        if (fold.isDue(edge)) {
            fold.foldExpired(sweeps, edge);
        }
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
                && staged.newTruncates().stream().anyMatch(truncate -> truncate.rawTime > current.validFrom());
    }

    /** Hands the rows of a key on to the keys that it was changed to. */
    private void bequeath(Group group) {
        KeyFold own = newFold();
        load(own, group.current());
        own.forEachBequest(sweeps, this::inherit);
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
        load(fold, current);
        fold.open();
        if (!fold.inherit(place, row)) {
            return;
        }
        fold.refold(sweeps, tally);
        store(fold, group, group.update == null ? List.of() : group.update.archived());
        if (fold.bequeaths()) {
            testators.add(group);
        }
    }

    private void expire(KeyState state) {
        if (groups.find(state.key()) != null || state.oldestEventTime() >= edge) {
            return;
        }
        load(fold, state);
        fold.foldExpired(sweeps, edge);
        Group group = groups.add(state.key());
        group.before = state;
        store(fold, group);
    }
}
