package io.cdcsdk.sink.file;

import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The schemas that a table went through since the oldest data at hand was written; the last one holds now. Going through each
 * step, and not from the oldest to the newest at once, keeps a column that was dropped and added again from showing its old
 * values. Immutable, apart from the scratch space of the layouts.
 */
final class SchemaHistory {
    private static final Set<LogicalType.Kind> WHOLE_NUMBERS = Set.of(LogicalType.Kind.INT32, LogicalType.Kind.INT64);

    private final LineFormat format;
    private final List<TableSchema> schemas;
    private final Layout current;

    SchemaHistory(LineFormat format, List<TableSchema> schemas) {
        this.format = format;
        this.schemas = List.copyOf(schemas);
        this.current = new Layout(format, schemas.get(schemas.size() - 1));
    }

    List<TableSchema> schemas() {
        return schemas;
    }

    Layout current() {
        return current;
    }

    int currentIndex() {
        return schemas.size() - 1;
    }

    /**
     * The history with another schema at its end, or this one if the schema only repeats the last.
     *
     * @throws Fatal if the key has changed
     */
    SchemaHistory followedBy(TableSchema next) {
        TableSchema last = current.schema();
        if (Layout.same(last, next)) {
            if (last.version() == next.version()) {
                return this;
            }
            List<TableSchema> renewed = new ArrayList<>(schemas);
            renewed.set(currentIndex(), next);
            return new SchemaHistory(format, renewed);
        }
        requireSameKey(last, next);
        List<TableSchema> longer = new ArrayList<>(schemas);
        longer.add(next);
        return new SchemaHistory(format, longer);
    }

    private static void requireSameKey(TableSchema last, TableSchema next) {
        boolean same = last.keyNames().equals(next.keyNames());
        for (int i = 0; same && i < last.keySize(); i++) {
            LogicalType before = last.column(last.keyOrdinal(i)).type();
            LogicalType after = next.column(next.keyOrdinal(i)).type();
            same = before.equals(after)
                    || before.kind() == LogicalType.Kind.DECIMAL && after.kind() == LogicalType.Kind.DECIMAL
                    || WHOLE_NUMBERS.contains(before.kind()) && WHOLE_NUMBERS.contains(after.kind());
        }
        if (!same) {
            throw new Fatal(
                    ErrorCategory.SCHEMA,
                    "the key of " + last.table() + " changed from " + describeKey(last) + " (version "
                            + last.version() + ") to " + describeKey(next) + " (version " + next.version()
                            + "), and its file is sorted by the old one: take a new snapshot of the table");
        }
    }

    private static String describeKey(TableSchema schema) {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < schema.keySize(); i++) {
            columns.add(schema.column(schema.keyOrdinal(i)).name() + " "
                    + schema.column(schema.keyOrdinal(i)).type());
        }
        return columns.toString();
    }

    /** The layout of one of the schemas; a new one at each call, so that it can be read beside others. */
    Layout layout(int index) {
        return new Layout(format, schemas.get(index));
    }

    /** What turns images of one of the schemas into images of the current one. */
    ImageConverter converter(int index) {
        int[] origins = new int[schemas.get(index).size()];
        for (int i = 0; i < origins.length; i++) {
            origins[i] = i;
        }
        for (int step = index; step < currentIndex(); step++) {
            TableSchema before = schemas.get(step);
            TableSchema after = schemas.get(step + 1);
            int[] next = new int[after.size()];
            for (int i = 0; i < next.length; i++) {
                String name = after.column(i).name();
                next[i] = before.hasColumn(name) ? origins[before.ordinal(name)] : -1;
            }
            origins = next;
        }
        return new ImageConverter(layout(index), current, origins);
    }
}
