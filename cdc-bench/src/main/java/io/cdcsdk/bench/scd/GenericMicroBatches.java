package io.cdcsdk.bench.scd;

import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import java.util.ArrayList;
import java.util.List;

/** {@link RowVersions} of the changes that the engine gets, each put in its place as it comes. */
final class GenericMicroBatches implements MicroBatches {
    private final Row.Builder rows = Row.builder(PersonRows.SCHEMA);
    private final RowVersions history = new RowVersions();
    private List<RowChange> staged = List.of();

    @Override
    public void stage(Batch batch) {
        List<RowChange> changes = new ArrayList<>();
        batch.deliver((operation, position, time, id, revision) ->
                changes.add(PersonRows.change(rows, operation, position, time, id, revision)));
        staged = changes;
    }

    @Override
    public void apply() {
        for (RowChange change : staged) {
            history.place(change);
        }
    }

    @Override
    public long versions() {
        return history.count();
    }

    @Override
    public List<PersonVersion> history() {
        return history.persons();
    }
}
