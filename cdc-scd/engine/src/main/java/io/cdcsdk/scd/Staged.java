package io.cdcsdk.scd;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the first half of a merge hands to the second.
 *
 * @param number of the merge
 * @param before the table's state until now, or null
 * @param rules of the schema from now on
 * @param layout its place among the layouts
 * @param groups the keys with what was added to each
 * @param arrivals the events
 * @param sweeps all that act from now on
 * @param newTruncates those that were added
 * @param newMarks whether starts, completions or gaps of snapshots were added
 * @param keyChanges whether keys were changed
 * @param inheritance whether rows of keys that were changed have to be handed on
 * @param belowEdge whether events lay behind the window's edge when they came
 * @param edge the window's edge from now on
 */
record Staged(
        int number,
        @Nullable TableState before,
        Rules rules,
        int layout,
        Groups groups,
        Arrivals arrivals,
        List<Sweep> sweeps,
        List<Entry> newTruncates,
        boolean newMarks,
        boolean keyChanges,
        boolean inheritance,
        boolean belowEdge,
        long edge) {
    /** The sweeps that acted until now. */
    List<Sweep> sweepsBefore() {
        return before == null ? List.of() : before.sweeps();
    }

    /** Whether snapshots delete more from now on, or less. */
    boolean newSnapshots() {
        return newMarks && !sweeps.equals(sweepsBefore());
    }
}
