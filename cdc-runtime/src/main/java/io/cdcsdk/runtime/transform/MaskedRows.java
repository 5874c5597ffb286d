package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import org.jspecify.annotations.Nullable;

/** Masks the rows of one schema. */
final class MaskedRows implements RowRewrite {
    private final TableSchema schema;
    private final @Nullable ColumnMask[] masks;
    private final Row.Builder builder;

    /**
     * Masks for rows.
     *
     * @param schema the schema of the masked rows
     * @param masks the mask of each column, null for those that go through
     */
    MaskedRows(TableSchema schema, @Nullable ColumnMask[] masks) {
        this.schema = schema;
        this.masks = masks;
        this.builder = Row.builder(schema);
    }

    @Override
    public TableSchema schema() {
        return schema;
    }

    @Override
    public Row rewrite(Row row, ChangeEvent event) {
        // Every column is set, so that nothing is left in the builder of a row that failed.
        for (int i = 0; i < masks.length; i++) {
            ColumnMask mask = masks[i];
            if (mask == null) {
                builder.copy(i, row, i);
                continue;
            }
            switch (row.state(i)) {
                case VALUE -> mask(mask, row, i, event);
                case NULL -> builder.setNull(i);
                case ABSENT -> builder.setAbsent(i);
                case UNAVAILABLE -> builder.setUnavailable(i);
            }
        }
        return builder.build();
    }

    private void mask(ColumnMask mask, Row row, int ordinal, ChangeEvent event) {
        try {
            mask.mask(row, ordinal, builder);
        } catch (UnmaskableValue e) {
            throw BadRecords.of(event, described(row, ordinal) + ' ' + e.getMessage());
        } catch (RuntimeException e) {
            throw BadRecords.afterFailureOf(event, mask.name() + " of " + described(row, ordinal), e);
        }
    }

    private static String described(Row row, int ordinal) {
        return "the column '" + row.schema().column(ordinal).name() + "'";
    }
}
