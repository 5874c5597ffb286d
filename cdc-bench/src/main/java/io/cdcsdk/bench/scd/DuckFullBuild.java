package io.cdcsdk.bench.scd;

import java.util.List;

/** One query with window functions over a table of changes that DuckDB has already. */
final class DuckFullBuild implements FullBuild {
    private final DuckDatabase database = new DuckDatabase();

    @Override
    public void load(ChangeStream stream, int changes) {
        database.load(target -> stream.last(changes, target));
    }

    @Override
    public void build() {
        database.build();
    }

    @Override
    public void forgetInput() {
        database.forgetInput();
    }

    @Override
    public void forgetHistory() {
        database.forgetHistory();
    }

    @Override
    public long versions() {
        return database.versions();
    }

    @Override
    public List<PersonVersion> history() {
        return database.history();
    }

    @Override
    public void close() {
        database.close();
    }
}
