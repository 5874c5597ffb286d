package io.cdcsdk.api;

/** The four states of one column of one row. No adapter may fold one into another. */
public enum ColumnState {
    /** The column has a value. */
    VALUE,
    /** The column is null in the source. */
    NULL,
    /**
     * The source did not send the column: a minimal row image, a column without supplemental logging, the non-key columns
     * of a delete by key. It says nothing about the value.
     */
    ABSENT,
    /** The source has a value but did not send it, because it did not change: TOAST and LOB columns. */
    UNAVAILABLE
}
