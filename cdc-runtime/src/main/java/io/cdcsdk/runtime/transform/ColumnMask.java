package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.Row;
import org.jspecify.annotations.Nullable;

/** Masks the values of a column. Columns that are null, absent or unavailable stay so. */
interface ColumnMask {
    /** The name of the method of {@link Mask} that asks for it. */
    String name();

    /** Whether no two values become one: what a key column demands. */
    boolean keepsApart();

    /** Why this mask cannot be applied to a column, or null if it can. */
    default @Nullable String objection(Column column) {
        return null;
    }

    /** The column that holds the masked values. */
    default Column masked(Column column) {
        return column;
    }

    /**
     * Sets the masked value.
     *
     * @param row holds a value in the column
     * @throws UnmaskableValue if the value cannot be masked
     */
    void mask(Row row, int ordinal, Row.Builder masked);
}
