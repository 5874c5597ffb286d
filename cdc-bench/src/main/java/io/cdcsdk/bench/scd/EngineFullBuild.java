package io.cdcsdk.bench.scd;

import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.scd.InMemoryHistory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The engine on a store in memory, in batches as a pipeline's commits. */
final class EngineFullBuild implements FullBuild {
    private static final int BATCH = 65_536;
    private static final Duration LATENESS = Duration.ofHours(1);

    private List<EngineHistory.Staged> input = List.of();
    private @Nullable EngineHistory history;

    @Override
    public void load(ChangeStream stream, int changes) {
        Row.Builder rows = Row.builder(PersonRows.SCHEMA);
        List<RowChange> loaded = new ArrayList<>(changes);
        stream.last(
                changes,
                (operation, position, time, id, revision) ->
                        loaded.add(PersonRows.change(rows, operation, position, time, id, revision)));
        List<EngineHistory.Staged> batches = new ArrayList<>();
        Position end = null;
        for (int from = 0; from < loaded.size(); from += BATCH) {
            EngineHistory.Staged batch =
                    EngineHistory.Staged.of(loaded.subList(from, Math.min(loaded.size(), from + BATCH)), end);
            batches.add(batch);
            end = batch.end();
        }
        input = batches;
    }

    @Override
    public void build() {
        EngineHistory built = new EngineHistory(new InMemoryHistory().newSession(), LATENESS);
        input.forEach(built::apply);
        history = built;
    }

    @Override
    public void forgetInput() {
        input = List.of();
    }

    @Override
    public void forgetHistory() {
        history = null;
    }

    @Override
    public long versions() {
        return built().versions();
    }

    @Override
    public List<PersonVersion> history() {
        return built().history();
    }

    private EngineHistory built() {
        if (history == null) {
            throw new IllegalStateException("nothing is built");
        }
        return history;
    }
}
