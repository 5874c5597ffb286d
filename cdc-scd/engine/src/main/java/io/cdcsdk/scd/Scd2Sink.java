package io.cdcsdk.scd;

import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableId;
import java.util.List;
import java.util.Set;

/** A sink that keeps the history of every table in a {@link HistoryStore}. */
public final class Scd2Sink implements Sink {
    private Scd2Sink() {}

    /** Starts a sink on a store, which the sink opens and closes. */
    public static Builder builder(HistoryStore store) {
        return new Builder();
    }

    /** What all merges of committed events did. Any thread. */
    public MergeStatistics statistics() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<SinkCapability> capabilities() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void open() {}

    @Override
    public List<Cursor> claim(Set<String> lanes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void write(EventBatch batch) {}

    @Override
    public void commit(Commit commit) {}

    @Override
    public void close() {}

    /** Options of a sink. Not safe for use by several threads. */
    public static final class Builder {
        /** Sets the spec of all tables that have none of their own; {@link Scd2Spec#standard()} by default. */
        public Builder spec(Scd2Spec value) {
            return this;
        }

        /** Sets the spec of one table. */
        public Builder spec(TableId table, Scd2Spec value) {
            return this;
        }

        /**
         * Sets where events go that are too late or break the contract. By default there is no such place: a broken event stops
         * the pipeline at its write, one that is too late at the commit.
         */
        public Builder rejectedEvents(RejectedEvents value) {
            return this;
        }

        /** Builds the sink. */
        public Scd2Sink build() {
            return new Scd2Sink();
        }
    }
}
