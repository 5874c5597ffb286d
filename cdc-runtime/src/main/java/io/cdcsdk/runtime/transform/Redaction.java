package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;

/** Strings become a fixed text, everything else null. */
final class Redaction implements ColumnMask {
    static final String TEXT = "***";

    @Override
    public String name() {
        return "redact";
    }

    @Override
    public boolean keepsApart() {
        return false;
    }

    private static boolean isString(LogicalType type) {
        return type.kind() == LogicalType.Kind.STRING;
    }

    @Override
    public Column masked(Column column) {
        return isString(column.type()) ? column : Column.of(column.name(), column.type());
    }

    @Override
    public void mask(Row row, int ordinal, Row.Builder masked) {
        if (isString(masked.schema().column(ordinal).type())) {
            masked.setString(ordinal, TEXT);
        } else {
            masked.setNull(ordinal);
        }
    }
}
