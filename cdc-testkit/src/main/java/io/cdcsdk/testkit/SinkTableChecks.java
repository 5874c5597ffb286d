package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Truncates, snapshots and changes of schemas: what concerns a table as a whole. */
abstract class SinkTableChecks extends SinkRowChecks {
    @Test
    void aTruncateEmptiesItsTableAlone() {
        assumeCapable(SinkCapability.TRUNCATE);
        TableSchema schema = table("truncated");
        TableSchema other = table("not_truncated");
        EventScript script = EventScript.create();
        deliver(
                "lane",
                script.insert(row(schema, 1, "one"))
                        .insert(row(other, 1, "other"))
                        .take());
        deliver(
                "lane",
                script.insert(row(schema, 2, "two"))
                        .truncate(schema)
                        .insert(row(schema, 3, "three"))
                        .take());
        assertRows(schema, row(schema, 3, "three"));
        assertRows(other, row(other, 1, "other"));

        deliver("lane", script.truncate(schema).take());
        assertRows(schema);
    }

    @Test
    void aSnapshotReplacesWhatWasThere() {
        assumeCapable(SinkCapability.SNAPSHOT);
        TableSchema schema = table("replaced");
        EventScript script = EventScript.create();
        deliver(
                "lane",
                script.insert(row(schema, 1, "old"))
                        .insert(row(schema, 2, "old"))
                        .take());
        deliver(
                "lane",
                script.snapshot(schema, row(schema, 2, "new"), row(schema, 3, "new"))
                        .take());
        assertRows("after the snapshot,", schema, List.of(row(schema, 2, "new"), row(schema, 3, "new")));

        deliver("lane", script.insert(row(schema, 4, "live")).take());
        deliver("lane", script.snapshot(schema).take());
        assertRows("after a snapshot of an empty table,", schema, List.of());
    }

    /** Commits and restarts after every event of a snapshot. */
    @Test
    void aSnapshotMayTakeManyCommits() {
        assumeCapable(SinkCapability.SNAPSHOT);
        TableSchema schema = table("long_snapshot");
        EventScript script = EventScript.create();
        deliver(
                "lane",
                script.insert(row(schema, 1, "old"))
                        .insert(row(schema, 2, "old"))
                        .take());
        script.snapshot(schema, row(schema, 2, "new"), row(schema, 3, "new"));
        for (ChangeEvent event : script.insert(row(schema, 4, "live")).take()) {
            deliver("lane", List.of(event));
        }
        assertRows(schema, row(schema, 2, "new"), row(schema, 3, "new"), row(schema, 4, "live"));
    }

    @Test
    void aSnapshotThatNeverCompletesDeletesNothing() {
        assumeCapable(SinkCapability.SNAPSHOT);
        assumeCapable(SinkCapability.UPSERT);
        TableSchema schema = table("incomplete");
        EventScript script = EventScript.create();
        deliver(
                "lane",
                script.insert(row(schema, 1, "old"))
                        .insert(row(schema, 2, "old"))
                        .take());
        deliver(
                "lane",
                script.snapshotStarted(schema)
                        .snapshotRow(row(schema, 2, "new"))
                        .take());

        open().claim("lane");
        assertThat(Images.byKey(read(schema), storedStates()).keySet())
                .as("the keys while a snapshot is under way")
                .contains(List.of(1L), List.of(2L));
    }

    @Test
    void aSnapshotThatStartsOverGivesUpTheOneBefore() {
        assumeCapable(SinkCapability.SNAPSHOT);
        TableSchema schema = table("restarted");
        EventScript script = EventScript.create();
        deliver("lane", script.insert(row(schema, 1, "old")).take());
        deliver(
                "lane",
                script.snapshotStarted(schema)
                        .snapshotRow(row(schema, 2, "given up"))
                        .take());
        deliver("lane", script.snapshot(schema, row(schema, 3, "new")).take());

        assertRows(schema, row(schema, 3, "new"));
    }

    @Test
    void anAddedColumnIsFollowed() {
        assumeCapable(SinkCapability.SCHEMA_CHANGE);
        TableSchema before = table("widened");
        TableSchema after =
                before.toBuilder().version(2).column("city", LogicalType.STRING).build();
        EventScript script = EventScript.create();
        deliver("lane", script.insert(row(before, 1, "one")).take());
        Row full = Row.of(after, 2L, "two", null, "Paris");
        // The change and the first row of the new schema come with different sinks.
        deliver("lane", script.schemaChange(before, after).take());
        deliver("lane", script.insert(full).take());

        Row old = row(before, 1, "one");
        Row widened = Row.builder(after)
                .copy(0, old, 0)
                .copy(1, old, 1)
                .copy(2, old, 2)
                .build();
        assertThat(valuesOf(read(after))).containsExactlyInAnyOrderElementsOf(valuesOf(List.of(widened, full)));
        if (capabilities().contains(SinkCapability.UPSERT)) {
            Row moved = Row.builder(after).set("id", 1L).set("city", "Rome").build();
            deliver("lane", script.update(null, moved).take());
            assertRows(after, widened.toBuilder().set("city", "Rome").build(), full);
        }
    }

    @Test
    void aDroppedColumnIsFollowed() {
        assumeCapable(SinkCapability.SCHEMA_CHANGE);
        TableSchema before = table("narrowed");
        TableSchema after = TableSchema.builder(before.table())
                .version(2)
                .key("id", LogicalType.INT64)
                .column("amount", LogicalType.decimal(12, 2))
                .build();
        EventScript script = EventScript.create();
        Row one = row(before, 1, "one");
        Row two = row(before, 2, "two");
        script.insert(one)
                .schemaChange(before, after)
                .insert(Row.builder(after).copy(0, two, 0).copy(1, two, 2).build());
        deliver("lane", script.take());

        assertRows(
                after,
                Row.builder(after).copy(0, one, 0).copy(1, one, 2).build(),
                Row.builder(after).copy(0, two, 0).copy(1, two, 2).build());
    }

    /** Rows in which everything without a value is the same: what an old row has in a new column is up to the target. */
    private static List<Map<String, Object>> valuesOf(List<Row> rows) {
        return Images.of(rows, Set.of(ColumnState.VALUE));
    }
}
