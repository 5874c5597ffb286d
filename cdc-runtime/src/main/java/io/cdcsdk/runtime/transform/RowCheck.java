package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.Row;

/** Checks the rows of one schema, for one thread. */
@FunctionalInterface
interface RowCheck {
    boolean holds(Row row);
}
