package io.cdcsdk.bench.scd;

import java.util.List;

/** Keeps a history and applies one batch of changes after the other. */
interface MicroBatches extends AutoCloseable {
    /** A step of the input: hands the next changes of a stream to a target. */
    @FunctionalInterface
    interface Batch {
        /** Delivers all changes of the batch. */
        void deliver(ChangeTarget target);
    }

    /** Makes a batch the next input, in place of an earlier one; not measured. */
    void stage(Batch batch);

    /** Applies the input to the history. */
    void apply();

    /** How many versions the history has. */
    long versions();

    /** The history, sorted by {@link PersonVersion#ORDER}. */
    List<PersonVersion> history();

    @Override
    default void close() {}
}
