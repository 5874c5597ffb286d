package io.cdcsdk.bench.scd;

import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** {@link RowVersions} of the changes that the engine gets, sorted by time before anything else is done. */
final class GenericFullBuild implements FullBuild {
    private RowChange[] input = {};
    private RowVersions history = new RowVersions();

    @Override
    public void load(ChangeStream stream, int changes) {
        Row.Builder rows = Row.builder(PersonRows.SCHEMA);
        List<RowChange> loaded = new ArrayList<>(changes);
        stream.last(
                changes,
                (operation, position, time, id, revision) ->
                        loaded.add(PersonRows.change(rows, operation, position, time, id, revision)));
        input = loaded.toArray(new RowChange[0]);
    }

    @Override
    public void build() {
        history = new RowVersions();
        RowChange[] sorted = input.clone();
        Arrays.sort(sorted, Comparator.comparingLong(change -> change.origin().sourceTime()));
        for (RowChange change : sorted) {
            history.append(change);
        }
    }

    @Override
    public void forgetInput() {
        input = new RowChange[0];
    }

    @Override
    public void forgetHistory() {
        history = new RowVersions();
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
