package io.cdcsdk.scd;

import io.cdcsdk.api.Commit;
import java.util.List;
import java.util.Set;

/**
 * What one commit changes in a store.
 *
 * @param changes at most one change set for each table
 * @param moves the cursors to move; see {@link Commit}
 * @param lanes the lanes that must still be owned: those of the moves, and those of which events were merged
 */
public record HistoryCommit(List<ChangeSet> changes, List<Commit.Move> moves, Set<String> lanes) {
    public HistoryCommit {
        changes = List.copyOf(changes);
        moves = List.copyOf(moves);
        lanes = Set.copyOf(lanes);
    }
}
