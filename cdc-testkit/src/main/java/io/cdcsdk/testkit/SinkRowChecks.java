package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Types, column states and changes by key: what concerns single rows. */
abstract class SinkRowChecks extends SinkFencingChecks {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23})
    void everyTypeSurvives(long seed) {
        TableSchema schema = SchemaGenerator.everyType(TableId.of("shop", "types_" + seed));
        RowGenerator generator = new RowGenerator(seed);
        Map<List<Object>, Row> rows = new LinkedHashMap<>();
        EventScript script = EventScript.create();
        for (int i = 0; i < 100; i++) {
            Row row = generator.row(
                    schema, i % 4 == 0 ? EnumSet.allOf(ColumnState.class) : EnumSet.of(ColumnState.VALUE));
            if (rows.putIfAbsent(Images.key(row), row) == null) {
                script.insert(row);
            }
        }
        deliver("lane", script.take());

        Map<List<Object>, Map<String, Object>> found = Images.byKey(read(schema), storedStates());
        assertThat(found).hasSize(rows.size());
        rows.forEach((key, row) -> assertThat(found.get(key))
                .as("the row with key %s", key)
                .containsExactlyInAnyOrderEntriesOf(Images.of(row, storedStates())));
    }

    @ParameterizedTest
    @EnumSource(ColumnState.class)
    void everyStateOfAnInsertedColumnSurvives(ColumnState state) {
        TableSchema schema = table("state_" + state.name().toLowerCase(Locale.ROOT));
        Row.Builder builder = row(schema, 1, "name").toBuilder();
        switch (state) {
            case VALUE -> builder.set("name", "");
            case NULL -> builder.setNull(1);
            case ABSENT -> builder.setAbsent(1);
            case UNAVAILABLE -> builder.setUnavailable(1);
        }
        Row row = builder.build();
        deliver("lane", EventScript.create().insert(row).take());

        assertRows(schema, row);
    }

    @ParameterizedTest
    @EnumSource(
            value = ColumnState.class,
            names = {"ABSENT", "UNAVAILABLE"})
    void aColumnThatWasNotSentKeepsItsValue(ColumnState state) {
        assumeCapable(SinkCapability.UPSERT);
        TableSchema schema = table("partial_" + state.name().toLowerCase(Locale.ROOT));
        Row.Builder partial = row(schema, 1, "changed").toBuilder();
        Row.Builder alsoNull = row(schema, 2, "changed").toBuilder();
        if (state == ColumnState.ABSENT) {
            partial.setAbsent(2);
            alsoNull.setAbsent(2);
        } else {
            partial.setUnavailable(2);
            alsoNull.setUnavailable(2);
        }
        Row before = row(schema, 1, "one");
        Row nullBefore = row(schema, 2, "two").toBuilder().setNull(2).build();
        EventScript script = EventScript.create();
        deliver("lane", script.insert(before).insert(nullBefore).take());
        deliver(
                "lane",
                script.update(null, partial.build())
                        .update(null, alsoNull.setNull(1).build())
                        .take());

        assertRows(
                schema,
                row(schema, 1, "changed").toBuilder().copy(2, before, 2).build(),
                Row.builder(schema)
                        .set("id", 2L)
                        .set("name", null)
                        .set("amount", null)
                        .build());
    }

    @Test
    void partialChangesOfOneCommitAddUp() {
        assumeCapable(SinkCapability.UPSERT);
        TableSchema schema = table("adds_up");
        Row inserted = row(schema, 1, "inserted");
        EventScript script = EventScript.create();
        script.insert(inserted);
        script.update(null, row(schema, 1, "renamed").toBuilder().setAbsent(2).build());
        script.update(
                null,
                row(schema, 7, "amount").toBuilder()
                        .set("id", 1L)
                        .setUnavailable(1)
                        .build());
        deliver("lane", script.take());

        assertRows(
                schema,
                row(schema, 7, "amount").toBuilder()
                        .set("id", 1L)
                        .set("name", "renamed")
                        .build());
    }

    @Test
    void aDeletedRowIsGoneAndMayComeBack() {
        assumeCapable(SinkCapability.UPSERT);
        TableSchema schema = table("deleted");
        EventScript script = EventScript.create();
        deliver(
                "lane",
                script.insert(row(schema, 1, "one"))
                        .insert(row(schema, 2, "two"))
                        .insert(row(schema, 3, "three"))
                        .take());
        deliver(
                "lane",
                script.delete(onlyKey(schema, 1))
                        .delete(row(schema, 2, "two"))
                        .delete(onlyKey(schema, 99))
                        .take());
        assertRows("after the deletes,", schema, List.of(row(schema, 3, "three")));

        Row back = row(schema, 2, "back").toBuilder().setNull(2).build();
        deliver("lane", script.insert(back).take());
        assertRows("after it came back,", schema, List.of(row(schema, 3, "three"), back));
    }

    @Test
    void aChangedKeyMovesTheRow() {
        assumeCapable(SinkCapability.UPSERT);
        TableSchema schema = table("moved");
        EventScript script = EventScript.create();
        deliver(
                "lane",
                script.insert(row(schema, 1, "one"))
                        .insert(row(schema, 2, "two"))
                        .take());
        deliver(
                "lane",
                script.update(row(schema, 1, "one"), row(schema, 10, "ten")).take());
        assertRows("after the key changed,", schema, List.of(row(schema, 10, "ten"), row(schema, 2, "two")));

        // Only the keys are sent: the columns move along.
        deliver("lane", script.update(onlyKey(schema, 10), onlyKey(schema, 11)).take());
        Row moved = row(schema, 10, "ten").toBuilder().set("id", 11L).build();
        assertRows("after the key changed alone,", schema, List.of(moved, row(schema, 2, "two")));

        // A chain in one commit, that ends where it began.
        script.update(onlyKey(schema, 2), onlyKey(schema, 3)).update(onlyKey(schema, 11), onlyKey(schema, 2));
        deliver("lane", script.update(onlyKey(schema, 3), onlyKey(schema, 11)).take());
        assertRows(
                "after two rows have changed places,",
                schema,
                List.of(
                        row(schema, 10, "ten").toBuilder().set("id", 2L).build(),
                        row(schema, 2, "two").toBuilder().set("id", 11L).build()));
    }

    @Test
    void aRowWithoutItsKeyIsRefusedWithItsBatch() {
        assumeCapable(SinkCapability.UPSERT);
        TableSchema schema = table("key_missing");
        Row keyless = row(schema, 3, "three").toBuilder().setAbsent(0).build();
        SinkSession session = open();
        session.claim("lane");
        for (EventScript bad : List.of(
                EventScript.create().insert(row(schema, 1, "one")).insert(keyless),
                EventScript.create().insert(row(schema, 1, "one")).update(null, keyless),
                EventScript.create().insert(row(schema, 1, "one")).delete(keyless))) {
            List<ChangeEvent> events = bad.take();
            assertThatThrownBy(() -> session.write("lane", events))
                    .as("%s", events)
                    .isInstanceOf(BadRecord.class);
        }
        session.write("lane", EventScript.after(2).insert(row(schema, 2, "two")).take());
        session.commit();
        assertRows(schema, row(schema, 2, "two"));
    }

    @Test
    void rowsOfATableWithoutAKeyAreAppended() {
        assumeCapable(SinkCapability.KEYLESS_TABLES);
        TableSchema schema = table("keyless").toBuilder().key(List.of()).build();
        EventScript script = EventScript.create();
        deliver(
                "lane",
                script.insert(row(schema, 1, "same"))
                        .insert(row(schema, 1, "same"))
                        .take());
        deliver(
                "lane",
                script.insert(row(schema, 1, "same"))
                        .insert(row(schema, 2, "other"))
                        .take());

        assertRows(
                schema,
                row(schema, 1, "same"),
                row(schema, 1, "same"),
                row(schema, 1, "same"),
                row(schema, 2, "other"));
    }
}
