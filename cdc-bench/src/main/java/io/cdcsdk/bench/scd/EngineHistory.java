package io.cdcsdk.bench.scd;

import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.scd.ChangeSet;
import io.cdcsdk.scd.HistoryCommit;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.Merge;
import io.cdcsdk.scd.Scd2Engine;
import io.cdcsdk.scd.Scd2Spec;
import io.cdcsdk.scd.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The engine on a store: every batch is merged, and committed with its cursor, as the sink of a pipeline does. */
final class EngineHistory implements MicroBatches {
    private static final String TARGET = "bench";
    private static final String LANE = "bench";

    private final Scd2Engine engine;
    private final HistoryStore store;
    private final Row.Builder rows = Row.builder(PersonRows.SCHEMA);
    private Staged staged = new Staged(List.of(), null);
    private @Nullable Position cursor;

    /**
     * What one commit takes.
     *
     * @param end where the cursor stands then, or null for nothing; a source tells it
     */
    record Staged(List<RowChange> changes, @Nullable Position end) {
        /** Changes, with the end that follows from those before. */
        static Staged of(List<RowChange> changes, @Nullable Position before) {
            Position end = before;
            for (RowChange change : changes) {
                Position position = change.origin().position();
                end = position.isAfter(end) ? position : end;
            }
            return new Staged(changes, end);
        }
    }

    /** Opens the store, which must be empty, and claims its lane. */
    EngineHistory(HistoryStore store, Duration lateness) {
        this.store = store;
        this.engine = new Scd2Engine(Scd2Spec.builder()
                .sequence(Sequence.commitTime())
                .lateness(lateness)
                .build());
        store.open();
        store.claim(Set.of(LANE));
    }

    @Override
    public void stage(Batch batch) {
        List<RowChange> changes = new ArrayList<>();
        batch.deliver((operation, position, time, id, revision) ->
                changes.add(PersonRows.change(rows, operation, position, time, id, revision)));
        staged = Staged.of(changes, cursor);
    }

    @Override
    public void apply() {
        apply(staged);
    }

    /** Merges changes in the order in which they came, and commits. */
    void apply(Staged input) {
        Merge merge = engine.merge(PersonRows.TABLE, store.tableState(PersonRows.TABLE));
        merge.add(LANE, input.changes());
        ChangeSet changeSet = merge.finish(store.keys(PersonRows.TABLE));
        if (!changeSet.rejected().isEmpty()) {
            throw new IllegalStateException("rejected: " + changeSet.rejected().get(0));
        }
        Position to = Objects.requireNonNull(input.end(), "nothing is staged");
        HistoryCommit commit =
                new HistoryCommit(List.of(changeSet), List.of(new Commit.Move(TARGET, LANE, cursor, to)), Set.of(LANE));
        if (!store.commit(commit)) {
            throw new IllegalStateException("somebody else has changed the history");
        }
        cursor = to;
    }

    @Override
    public long versions() {
        long[] count = {0};
        store.forEachVersion(PersonRows.TABLE, (key, version) -> count[0]++);
        return count[0];
    }

    @Override
    public List<PersonVersion> history() {
        List<PersonVersion> history = new ArrayList<>();
        store.forEachVersion(
                PersonRows.TABLE,
                (key, version) -> history.add(
                        new PersonVersion(PersonRows.person(version.row()), version.validFrom(), version.validTo())));
        history.sort(PersonVersion.ORDER);
        return history;
    }

    @Override
    public void close() {
        store.close();
    }
}
