package io.cdcsdk.bench.scd;

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

    private List<RowChange> input = List.of();
    private @Nullable EngineHistory history;

    @Override
    public void load(ChangeStream stream, int changes) {
        Row.Builder rows = Row.builder(PersonRows.SCHEMA);
        List<RowChange> loaded = new ArrayList<>(changes);
        stream.last(
                changes,
                (operation, position, time, id, revision) ->
                        loaded.add(PersonRows.change(rows, operation, position, time, id, revision)));
        input = loaded;
    }

    @Override
    public void build() {
        EngineHistory built = new EngineHistory(new InMemoryHistory().newSession(), LATENESS);
        for (int from = 0; from < input.size(); from += BATCH) {
            built.apply(input.subList(from, Math.min(input.size(), from + BATCH)));
        }
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
