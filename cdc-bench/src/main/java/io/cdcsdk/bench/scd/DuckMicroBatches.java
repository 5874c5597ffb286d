package io.cdcsdk.bench.scd;

import java.util.List;

/** A stage that DuckDB has already, merged into its history in one transaction. Not exact for late changes, as the naive peer. */
final class DuckMicroBatches implements MicroBatches {
    private final DuckDatabase database = new DuckDatabase();

    @Override
    public void stage(Batch batch) {
        database.load(batch);
    }

    @Override
    public void apply() {
        database.merge();
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
