package io.cdcsdk.testkit;

import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows in a form that can be compared by value and printed: column names to values or states. */
final class Images {
    private Images() {}

    /** The key of a row, comparable by value. All key columns must have values. */
    static List<Object> key(Row row) {
        List<Object> key = new ArrayList<>(row.schema().keySize());
        for (int i = 0; i < row.schema().keySize(); i++) {
            int ordinal = row.schema().keyOrdinal(i);
            Object value = row.value(ordinal);
            if (value == null) {
                throw new IllegalArgumentException("a key column of " + row + " is null");
            }
            key.add(normal(value));
        }
        return key;
    }

    /**
     * A row, by column name.
     *
     * @param told the states that are told apart; the others show as {@link ColumnState#NULL}
     */
    static Map<String, Object> of(Row row, Set<ColumnState> told) {
        Map<String, Object> image = new TreeMap<>();
        for (int i = 0; i < row.schema().size(); i++) {
            ColumnState state = row.state(i);
            Object value = state == ColumnState.VALUE ? row.value(i) : null;
            image.put(
                    row.schema().column(i).name(),
                    value != null ? normal(value) : told.contains(state) ? state : ColumnState.NULL);
        }
        return image;
    }

    static List<Map<String, Object>> of(Collection<Row> rows, Set<ColumnState> told) {
        return rows.stream().map(row -> of(row, told)).toList();
    }

    /** Images of a table's rows by key. */
    static Map<List<Object>, Map<String, Object>> byKey(Collection<Row> rows, Set<ColumnState> told) {
        Map<List<Object>, Map<String, Object>> images = new LinkedHashMap<>();
        rows.forEach(row -> images.put(key(row), of(row, told)));
        return images;
    }

    /** A value that equals another one if both mean the same: bytes by content, decimals by value. */
    private static Object normal(Object value) {
        if (value instanceof byte[] bytes) {
            List<Byte> copy = new ArrayList<>(bytes.length);
            for (byte b : bytes) {
                copy.add(b);
            }
            return copy;
        } else if (value instanceof BigDecimal decimal) {
            return decimal.signum() == 0 ? BigDecimal.ZERO : decimal.stripTrailingZeros();
        } else if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(element == null ? null : normal(element)));
            return copy;
        }
        return value;
    }
}
