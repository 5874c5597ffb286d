package io.cdcsdk.source.dms;

import org.jspecify.annotations.Nullable;

/**
 * What the columns of the files mean.
 *
 * @param changeSequenceColumn the configured column, or null if none was: then only a header or a declaration shows whether the
 *     files have one under the default name
 */
record ColumnRules(
        DmsOption.OperationColumn operationColumn,
        @Nullable String timestampColumn,
        @Nullable String changeSequenceColumn,
        String beforeImagePrefix,
        DmsOption.UnknownColumns unknownColumns,
        DmsOption.MissingColumns missingColumns) {
    static final String OPERATION = "Op";
    private static final String DEFAULT_CHANGE_SEQUENCE = "AR_H_CHANGE_SEQ";

    String changeSequenceName() {
        return changeSequenceColumn == null ? DEFAULT_CHANGE_SEQUENCE : changeSequenceColumn;
    }
}
