package io.cdcsdk.scd;

import io.cdcsdk.api.TableId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a merge changes in the history of one table. A store applies all of it in one atomic step.
 *
 * @param before the table's state that was merged into, or null where there was none
 * @param state the table's state from now on
 * @param updates the keys that change, each once
 * @param closedAt times, to be applied in this order, at which every version closes that is current, no marker, and began earlier,
 *     unless its key is among the updates: the range operation of a truncate. Stores that show {@link KeyState#versions} need not do anything
 * @param rejected events that were not applied
 * @param statistics what the merge did
 */
public record ChangeSet(
        @Nullable TableState before,
        TableState state,
        List<KeyUpdate> updates,
        List<Long> closedAt,
        List<Rejected> rejected,
        MergeStatistics statistics) {
    /** The table. */
    public TableId table() {
        return state.schema().table();
    }

    /** The revision of the table's state that was merged into; 0 where there was none. */
    public long basedOn() {
        return before == null ? 0 : before.revision();
    }
}
