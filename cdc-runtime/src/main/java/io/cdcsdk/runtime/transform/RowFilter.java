package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import io.cdcsdk.runtime.TablePattern;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Keeps the rows that a predicate accepts; see {@link Filter#rows}. */
final class RowFilter implements Transform {
    private final SchemaCache<Boolean> filtered;
    private final Predicate<Row> predicate;

    RowFilter(TablePattern tables, Predicate<Row> predicate) {
        this.filtered = new SchemaCache<>(schema -> tables.matches(schema.table()));
        this.predicate = predicate;
    }

    @Override
    public @Nullable ChangeEvent apply(ChangeEvent event, TableSchema schema) {
        if (!(event instanceof RowChange change) || !filtered.of(event.schema())) {
            return event;
        }
        Row after = change.after();
        if (after != null && accepts(after, change)) {
            return change;
        }
        return switch (change.operation()) {
            case SNAPSHOT, INSERT -> null;
            case UPDATE -> wasOutside(change) ? null : deleteOf(change);
            case DELETE -> wasOutside(change) ? null : change;
        };
    }

    private boolean wasOutside(RowChange change) {
        Row before = change.before();
        return before != null && before.isComplete() && !accepts(before, change);
    }

    /** The delete of an update's row: its before-image, with the key from the after-image where the source sent none. */
    private static @Nullable RowChange deleteOf(RowChange update) {
        Row after = update.image();
        Row before = update.before();
        TableSchema schema = after.schema();
        if (before == null && !schema.hasKey()) {
            return null;
        }
        Row.Builder deleted = before == null ? Row.builder(schema) : before.toBuilder();
        for (int i = 0; i < schema.keySize(); i++) {
            int ordinal = schema.keyOrdinal(i);
            if (before == null || !before.hasValue(ordinal)) {
                deleted.copy(ordinal, after, ordinal);
            }
        }
        return RowChange.delete(deleted.build(), update.origin());
    }

    private boolean accepts(Row row, RowChange change) {
        try {
            return predicate.test(row);
        } catch (RuntimeException e) {
            throw BadRecords.afterFailureOf(change, "the predicate of the row filter", e);
        }
    }
}
