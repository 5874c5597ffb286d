package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.format.ValueText;

/**
 * Values become tokens.
 *
 * @param tokenizer makes them
 */
record Tokenization(Tokenizer tokenizer) implements ColumnMask {
    @Override
    public String name() {
        return "tokenize";
    }

    @Override
    public boolean keepsApart() {
        return true;
    }

    @Override
    public Column masked(Column column) {
        return new Column(column.name(), LogicalType.STRING, column.nullability());
    }

    @Override
    public void mask(Row row, int ordinal, Row.Builder masked) {
        masked.setString(ordinal, tokenizer.tokenize(ValueText.comparable(row, ordinal)));
    }
}
