package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What happened to one table, and what it must hold afterwards. The expected rows are not worked out from the events: the
 * generator keeps the table as the database would, and describes its changes by events. Immutable.
 */
public final class Workload {
    private final TableSchema schema;
    private final List<ChangeEvent> events;
    private final NavigableMap<Integer, List<Row>> tables;

    Workload(TableSchema schema, List<ChangeEvent> events, NavigableMap<Integer, List<Row>> tables) {
        this.schema = schema;
        this.events = events;
        this.tables = new TreeMap<>(tables);
    }

    /** The schema of all rows. */
    public TableSchema schema() {
        return schema;
    }

    /** The events of one lane in order, with positions 1, 2, 3 and so on. */
    public List<ChangeEvent> events() {
        return events;
    }

    /** The rows of the table after all events, complete, in any order. */
    public List<Row> expected() {
        return expectedAfter(events.size());
    }

    /**
     * The rows of the table after the first so many events.
     *
     * @throws IllegalArgumentException if that lies inside a snapshot, where a target need not look like any table
     */
    public List<Row> expectedAfter(int count) {
        if (!isSettledAfter(count)) {
            throw new IllegalArgumentException("a snapshot is under way after " + count + " events");
        }
        return Objects.requireNonNull(tables.get(count));
    }

    /** Whether no snapshot is under way after the first so many events. */
    public boolean isSettledAfter(int count) {
        return tables.containsKey(count);
    }
}
