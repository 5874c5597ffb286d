package io.cdcsdk.scd;

import io.cdcsdk.api.TableSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the engine keeps of one table: the history's schema, the newest time of each lane, truncates and snapshots, and how much
 * the keys' states hold. Immutable.
 */
public final class TableState {
    final Scd2Spec spec;
    /** The schemas of the history, the newest last. Each has the columns of the one before, perhaps wider, and more. */
    final List<TableSchema> layouts;

    final List<String> lanes;
    /** The newest time of each lane. */
    final long[] newest;
    /** The edge of the window: everything before it may have been folded. Never goes back. */
    final long edge;
    /** The greatest time of any event. */
    final long lastTime;
    /** By source order: the last place of any event; else null. */
    final @Nullable Entry last;

    final List<Entry> truncates;
    /** Starts and completions of snapshots. */
    final List<SnapshotMark> marks;

    /** Whether a key was ever changed by an update that did not send the whole row. */
    final boolean inheritance;

    private final List<Sweep> sweeps;
    private final Rules rules;
    private final long revision;
    private final long keys;
    private final long events;

    /**
     * The start or the completion of a snapshot, or a gap in one.
     *
     * @param type which of the two
     * @param place where it stands
     */
    record SnapshotMark(Type type, Entry place) {
        enum Type {
            START,
            COMPLETION,
            /** Where a row of a snapshot was that cannot be counted on. */
            GAP
        }
    }

    TableState(
            Scd2Spec spec,
            Rules rules,
            List<TableSchema> layouts,
            List<String> lanes,
            long[] newest,
            long edge,
            long lastTime,
            @Nullable Entry last,
            List<Entry> truncates,
            List<SnapshotMark> marks,
            boolean inheritance,
            List<Sweep> sweeps,
            long revision,
            long keys,
            long events) {
        this.spec = spec;
        this.rules = rules;
        this.layouts = layouts;
        this.lanes = lanes;
        this.newest = newest;
        this.edge = edge;
        this.lastTime = lastTime;
        this.last = last;
        this.truncates = truncates;
        this.marks = marks;
        this.inheritance = inheritance;
        this.sweeps = sweeps;
        this.revision = revision;
        this.keys = keys;
        this.events = events;
    }

    /** In each lane a completion ends the snapshot that started last before it, unless that has been completed already. */
    static List<Sweep> sweeps(List<Entry> truncates, List<SnapshotMark> marks, Order order) {
        if (truncates.isEmpty() && marks.isEmpty()) {
            return List.of();
        }
        List<Sweep> sweeps = new ArrayList<>();
        truncates.forEach(truncate -> sweeps.add(new Sweep(truncate, null)));
        List<SnapshotMark> sorted = new ArrayList<>(marks);
        sorted.sort(Comparator.comparing((SnapshotMark mark) -> mark.place().lane)
                .thenComparing(mark -> mark.place().position));
        for (int i = 1; i < sorted.size(); i++) {
            SnapshotMark start = sorted.get(i - 1);
            SnapshotMark completion = sorted.get(i);
            if (start.type() == SnapshotMark.Type.START
                    && completion.type() == SnapshotMark.Type.COMPLETION
                    && start.place().lane.equals(completion.place().lane)) {
                sweeps.add(new Sweep(start.place(), completion.place()));
            }
        }
        sweeps.sort((one, other) -> order.compare(one.start(), other.start()));
        return List.copyOf(sweeps);
    }

    /** Whether a snapshot that a mark completes has a gap, and so deletes nothing. */
    static boolean hasGap(List<SnapshotMark> marks, SnapshotMark completion) {
        SnapshotMark previous = previous(marks, completion.place());
        return previous != null && previous.type() == SnapshotMark.Type.GAP;
    }

    /** The time at which a mark acts: a completion at the time of its start, if that is known. */
    static long actsAt(List<SnapshotMark> marks, SnapshotMark mark) {
        SnapshotMark start = mark.type() == SnapshotMark.Type.COMPLETION ? previous(marks, mark.place()) : null;
        return start != null && start.type() == SnapshotMark.Type.START ? start.place().rawTime : mark.place().rawTime;
    }

    static @Nullable SnapshotMark previous(List<SnapshotMark> marks, Entry place) {
        SnapshotMark found = null;
        for (SnapshotMark mark : marks) {
            if (mark.place().lane.equals(place.lane)
                    && place.position.isAfter(mark.place().position)
                    && (found == null || mark.place().position.isAfter(found.place().position))) {
                found = mark;
            }
        }
        return found;
    }

    /** The schema of the history's rows: all columns that the table ever had, in their widest types. */
    public TableSchema schema() {
        return layouts.get(layouts.size() - 1);
    }

    /** The spec that the history is kept by. */
    public Scd2Spec spec() {
        return spec;
    }

    /** How many merges have made this state. */
    public long revision() {
        return revision;
    }

    /** How many keys have a state. */
    public long keys() {
        return keys;
    }

    /** How many events all keys' states hold: the size of the window. */
    public long events() {
        return events;
    }

    int layout() {
        return layouts.size() - 1;
    }

    Rules rules() {
        return rules;
    }

    /** Truncates and completed snapshots in their order. */
    List<Sweep> sweeps() {
        return sweeps;
    }

    boolean hasSweepAfter(Entry place) {
        return Sweep.anyAfter(sweeps, place, rules.order);
    }
}
