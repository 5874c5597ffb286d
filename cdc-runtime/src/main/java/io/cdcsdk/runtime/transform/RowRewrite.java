package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;

/** How the rows of one schema are rewritten. */
interface RowRewrite {
    /** The schema of the rewritten rows. */
    TableSchema schema();

    /**
     * The rewritten row.
     *
     * @param event the event that the row belongs to, for errors
     */
    Row rewrite(Row row, ChangeEvent event);

    /** Leaves the rows of a schema as they are. */
    record Unchanged(TableSchema schema) implements RowRewrite {
        @Override
        public Row rewrite(Row row, ChangeEvent event) {
            return row;
        }
    }
}
