package io.cdcsdk.sink.file;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a table must hold, by maps of values: the plainest reading of the contract. The key is the int64 column {@code id}. */
final class TableOracle {
    private TreeMap<Long, Map<String, @Nullable Object>> visible = new TreeMap<>();
    private TableSchema visibleSchema;
    private @Nullable TreeMap<Long, Map<String, @Nullable Object>> staged;
    private TableSchema stagedSchema;

    TableOracle(TableSchema schema) {
        visibleSchema = schema;
        stagedSchema = schema;
    }

    TableSchema schema() {
        return staged == null ? visibleSchema : stagedSchema;
    }

    /** The rows that a reader must see, in order. */
    List<List<@Nullable Object>> rows() {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Map<String, @Nullable Object> row : visible.values()) {
            List<@Nullable Object> values = new ArrayList<>();
            visibleSchema.columnNames().forEach(name -> values.add(row.get(name)));
            rows.add(values);
        }
        return rows;
    }

    TableSchema visibleSchema() {
        return visibleSchema;
    }

    List<Long> keys() {
        return List.copyOf((staged == null ? visible : staged).keySet());
    }

    void apply(ChangeEvent event) {
        if (event instanceof SnapshotStarted) {
            staged = new TreeMap<>();
            stagedSchema = event.schema();
            return;
        }
        TreeMap<Long, Map<String, @Nullable Object>> rows = staged == null ? visible : staged;
        follow(rows, event.schema());
        if (event instanceof SnapshotCompleted && staged != null) {
            visible = staged;
            visibleSchema = stagedSchema;
            staged = null;
        } else if (event instanceof Truncate) {
            rows.clear();
        } else if (event instanceof RowChange change) {
            apply(rows, change);
        }
    }

    private void follow(Map<Long, Map<String, @Nullable Object>> rows, TableSchema schema) {
        for (Map<String, @Nullable Object> row : rows.values()) {
            row.keySet().retainAll(schema.columnNames());
            if (row.get("count") instanceof Integer count
                    && schema.hasColumn("count")
                    && schema.column(schema.ordinal("count")).type().equals(LogicalType.INT64)) {
                row.put("count", (long) count);
            }
        }
        if (staged == null) {
            visibleSchema = schema;
        } else {
            stagedSchema = schema;
        }
    }

    private static void apply(Map<Long, Map<String, @Nullable Object>> rows, RowChange change) {
        Row before = change.before();
        Row after = change.after();
        if (after == null) {
            rows.remove((Long) change.image().value("id"));
            return;
        }
        Long key = (Long) after.value("id");
        Long oldKey = change.operation() == Operation.UPDATE && before != null ? (Long) before.value("id") : key;
        Map<String, @Nullable Object> old = rows.remove(oldKey);
        Map<String, @Nullable Object> row = old == null ? new LinkedHashMap<>() : old;
        for (int i = 0; i < after.schema().size(); i++) {
            if (after.hasValue(i) || after.isNull(i)) {
                row.put(after.schema().column(i).name(), after.value(i));
            }
        }
        rows.put(key, row);
    }
}
