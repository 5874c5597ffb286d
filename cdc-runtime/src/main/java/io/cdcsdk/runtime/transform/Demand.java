package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.TableSchema;

/** What a rule of {@link Validate} demands of a row. Where it is of a column without a value, it holds, unless it is of null. */
@FunctionalInterface
interface Demand {
    /** Stands for the ordinal where a demand is of the whole row. */
    int WHOLE_ROW = -1;

    /**
     * The check of the rows of one schema. It may keep what it needs from row to row: it belongs to one thread.
     *
     * @throws IllegalArgumentException if the column is of a type that cannot be checked; the message says why, as a sentence
     */
    RowCheck check(TableSchema schema, int ordinal);
}
