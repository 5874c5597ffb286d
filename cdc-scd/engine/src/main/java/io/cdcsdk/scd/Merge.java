package io.cdcsdk.scd;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.TableId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One merge of some batches of one table. Used once, by one thread. */
public final class Merge {
    Merge(Scd2Spec spec, TableId table, @Nullable TableState state) {}

    /**
     * Adds events of one lane. Events that break the contract are rejected, the others kept until {@link #finish}.
     *
     * @throws io.cdcsdk.api.InvalidConfiguration if the spec does not fit the table
     */
    public void add(String lane, List<? extends ChangeEvent> events) {
        throw new UnsupportedOperationException();
    }

    /**
     * Merges everything that was added.
     *
     * @param reader the states of the table's keys, as of the state that the merge was started with
     */
    public ChangeSet finish(KeyReader reader) {
        throw new UnsupportedOperationException();
    }
}
