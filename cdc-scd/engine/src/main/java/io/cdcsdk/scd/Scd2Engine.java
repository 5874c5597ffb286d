package io.cdcsdk.scd;

import io.cdcsdk.api.TableId;
import org.jspecify.annotations.Nullable;

/**
 * Merges batches of changes into the history of a table (SCD Type 2). A pure function with no store inside: it reads the states
 * of the keys that a batch touches, and returns what has to change. Within the allowed lateness the result is that of the set of
 * all events, whatever order and batches they arrive in, and however often.
 *
 * <pre>{@code
 * Merge merge = engine.merge(table, store.tableState(table));
 * merge.add("lane", events);
 * ChangeSet changes = merge.finish(store.keys(table));
 * store.commit(new HistoryCommit(List.of(changes), moves, lanes));
 * }</pre>
 *
 * <p>Immutable and safe for any thread.
 */
public final class Scd2Engine {
    private final Scd2Spec spec;

    /** An engine that follows a spec. */
    public Scd2Engine(Scd2Spec spec) {
        this.spec = spec;
    }

    /** The spec. */
    public Scd2Spec spec() {
        return spec;
    }

    /**
     * Starts a merge of some batches of one table.
     *
     * @param state the table's state, or null where it has no history yet
     * @throws io.cdcsdk.api.Fatal if the history was kept by another spec
     */
    public Merge merge(TableId table, @Nullable TableState state) {
        return new Merge(spec, table, state);
    }
}
