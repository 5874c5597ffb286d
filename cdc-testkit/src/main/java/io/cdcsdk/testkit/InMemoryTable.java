package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Column;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One table of an {@link InMemoryTarget}: rows by key, or by arrival where rows are only appended. Events must have been checked
 * by the sink. Not safe for use by several threads.
 */
final class InMemoryTable {
    /** Whether rows of one key replace each other. */
    enum Mode {
        UPSERT,
        APPEND
    }

    /**
     * A row and the generation in which it was written last. A snapshot that starts begins a new generation; one that
     * completes drops the rows of older ones. So a snapshot given up leaves nothing to undo.
     */
    private record Stored(Row row, long generation) {}

    private final Mode mode;
    private TableSchema schema;
    private Map<Object, Stored> rows = new LinkedHashMap<>();
    private long generation;
    private long arrivals;

    InMemoryTable(TableSchema schema, Mode mode) {
        this.schema = schema;
        this.mode = mode;
    }

    TableSchema schema() {
        return schema;
    }

    List<Row> rows() {
        return rows.values().stream().map(Stored::row).toList();
    }

    void apply(ChangeEvent event) {
        adopt(event.schema());
        if (event instanceof RowChange change) {
            apply(change);
        } else if (event instanceof Truncate) {
            rows.clear();
        } else if (event instanceof SnapshotStarted) {
            generation++;
        } else if (event instanceof SnapshotCompleted) {
            rows.values().removeIf(stored -> stored.generation() < generation);
        }
    }

    private void apply(RowChange change) {
        Row before = change.before();
        Object oldKey = before != null && keyed() ? key(before) : null;
        Row after = change.after();
        if (after == null) {
            rows.remove(Objects.requireNonNull(oldKey));
            return;
        }
        Object newKey = keyed() ? key(after) : (Object) arrivals++;
        // An update of a changed key moves the row, with the columns that the source did not send.
        Stored old = oldKey != null && !oldKey.equals(newKey) ? rows.remove(oldKey) : rows.get(newKey);
        rows.put(newKey, new Stored(old == null ? after : merged(old.row(), after), generation));
    }

    private boolean keyed() {
        return mode == Mode.UPSERT && schema.hasKey();
    }

    private static Object key(Row row) {
        return Images.key(row);
    }

    private static Row merged(Row old, Row after) {
        if (after.isComplete()) {
            return after;
        }
        Row.Builder builder = after.toBuilder();
        for (int i = 0; i < after.schema().size(); i++) {
            if (!after.hasValue(i) && !after.isNull(i)) {
                builder.copy(i, old, i);
            }
        }
        return builder.build();
    }

    private void adopt(TableSchema next) {
        if (next == schema) {
            return;
        }
        if (sameColumns(schema, next)) {
            schema = next;
            return;
        }
        Map<Object, Stored> converted = new LinkedHashMap<>();
        TableSchema old = schema;
        schema = next;
        rows.forEach((key, stored) -> {
            Row row = converted(stored.row(), old, next);
            converted.put(keyed() ? key(row) : key, new Stored(row, stored.generation()));
        });
        rows = converted;
    }

    static boolean sameColumns(TableSchema one, TableSchema other) {
        return one.columns().equals(other.columns()) && one.keyNames().equals(other.keyNames());
    }

    /**
     * Refuses a schema that rows cannot be carried over to.
     *
     * @throws Fatal if a column changes to a type that does not hold all its values
     */
    static void requireConvertible(TableSchema from, TableSchema to) {
        for (Column column : to.columns()) {
            if (from.hasColumn(column.name())) {
                LogicalType type = from.column(from.ordinal(column.name())).type();
                if (!holds(column.type(), type)) {
                    throw new Fatal(to.table() + " column '" + column.name() + "' cannot change from " + type + " to "
                            + column.type() + ": take a new snapshot into a new table");
                }
            }
        }
    }

    private static boolean holds(LogicalType wider, LogicalType type) {
        return wider.equals(type)
                || wider.equals(LogicalType.INT64) && type.equals(LogicalType.INT32)
                || wider.equals(LogicalType.FLOAT64) && type.equals(LogicalType.FLOAT32)
                || wider.kind() == LogicalType.Kind.DECIMAL
                        && type.kind() == LogicalType.Kind.DECIMAL
                        && wider.scale() >= type.scale()
                        && wider.precision() - wider.scale() >= type.precision() - type.scale();
    }

    static Row converted(Row row, TableSchema from, TableSchema to) {
        Row.Builder builder = Row.builder(to);
        for (int i = 0; i < to.size(); i++) {
            String name = to.column(i).name();
            if (from.hasColumn(name)) {
                convert(builder, i, row, from.ordinal(name));
            }
        }
        return builder.build();
    }

    private static void convert(Row.Builder builder, int ordinal, Row row, int from) {
        LogicalType.Kind kind = builder.schema().kind(ordinal);
        if (kind == row.schema().kind(from) || !row.hasValue(from)) {
            copy(builder, ordinal, row, from);
        } else {
            @Nullable Object value = row.value(from);
            builder.set(ordinal, value instanceof Number number ? widened(kind, number) : value);
        }
    }

    private static Object widened(LogicalType.Kind kind, Number number) {
        return kind == LogicalType.Kind.FLOAT64 ? (Object) number.doubleValue() : (Object) number.longValue();
    }

    private static void copy(Row.Builder builder, int ordinal, Row row, int from) {
        switch (row.state(from)) {
            case VALUE -> builder.copy(ordinal, row, from);
            case NULL -> builder.setNull(ordinal);
            case ABSENT -> builder.setAbsent(ordinal);
            case UNAVAILABLE -> builder.setUnavailable(ordinal);
        }
    }
}
