package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.scd.ChangeSet;
import io.cdcsdk.scd.HistoryCommit;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.Merge;
import io.cdcsdk.scd.Scd2Engine;
import io.cdcsdk.scd.Scd2Spec;
import io.cdcsdk.scd.TableState;
import io.cdcsdk.testkit.EventScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Batches of changes of two small tables, and what stores make of them. The same seed gives the same batches. */
final class Script {
    static final String LANE = "lane";
    static final TableSchema PERSON = schema("person");
    static final TableSchema CITY = schema("city");
    private static final List<TableSchema> SCHEMAS = List.of(PERSON, CITY);

    // So short that most events leave the window, and versions become final.
    private static final Scd2Engine ENGINE =
            new Scd2Engine(Scd2Spec.builder().lateness(Duration.ofMillis(100)).build());

    private final List<List<ChangeEvent>> batches = new ArrayList<>();

    private static TableSchema schema(String table) {
        return TableSchema.builder(TableId.of(table))
                .key("id", LogicalType.INT64)
                .column("text", LogicalType.STRING)
                .build();
    }

    Script(long seed, int count, int size, int keys, int textLength) {
        Random random = new Random(seed);
        EventScript script = EventScript.create();
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < size; j++) {
                TableSchema schema = SCHEMAS.get(random.nextInt(SCHEMAS.size()));
                Row row = Row.of(
                        schema,
                        (long) random.nextInt(keys),
                        random.nextInt(1000) + "-".repeat(random.nextInt(textLength)));
                switch (random.nextInt(10)) {
                    case 0 -> script.delete(row);
                    case 1, 2 -> script.insert(row);
                    default -> script.update(null, row);
                }
            }
            batches.add(script.take());
            script = EventScript.after(last(batches.get(i)).offset());
        }
    }

    private static Position last(List<ChangeEvent> batch) {
        return batch.get(batch.size() - 1).position();
    }

    int size() {
        return batches.size();
    }

    /** How many batches a cursor covers. */
    int covered(@Nullable Position cursor) {
        return cursor == null
                ? 0
                : 1 + batches.stream().map(Script::last).toList().indexOf(cursor);
    }

    /** The position of a lane, as a new claim finds it. */
    static @Nullable Position claim(HistoryStore store) {
        return store.claim(Set.of(LANE)).stream()
                .filter(cursor -> cursor.target().equals(Cursor.WHOLE_LANE))
                .map(Cursor::position)
                .findAny()
                .orElse(null);
    }

    /** What a batch changes. */
    HistoryCommit merge(HistoryStore store, int batch) {
        List<ChangeSet> changes = new ArrayList<>();
        for (TableSchema schema : SCHEMAS) {
            List<ChangeEvent> events = batches.get(batch).stream()
                    .filter(event -> event.table().equals(schema.table()))
                    .toList();
            if (!events.isEmpty()) {
                Merge merge = ENGINE.merge(schema.table(), store.tableState(schema.table()));
                merge.add(LANE, events);
                changes.add(merge.finish(store.keys(schema.table())));
            }
        }
        Position from = batch == 0 ? null : last(batches.get(batch - 1));
        Commit.Move move = new Commit.Move(Cursor.WHOLE_LANE, LANE, from, last(batches.get(batch)));
        return new HistoryCommit(changes, List.of(move), Set.of(LANE));
    }

    /** Merges and commits batches. */
    void run(HistoryStore store, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!store.commit(merge(store, i))) {
                throw new AssertionError("somebody else has changed a table before batch " + i);
            }
        }
    }

    /** The histories, as text. */
    static List<String> versions(HistoryStore store) {
        List<String> lines = new ArrayList<>();
        for (TableId table : store.tables()) {
            store.forEachVersion(
                    table,
                    (key, version) -> lines.add(table + " " + key + " "
                            + version.row().value(0) + "," + version.row().value(1) + " " + version));
        }
        return lines;
    }

    /** Everything that the store holds, as text. Which events have left the window depends on the order of its search. */
    static List<String> contents(HistoryStore store) {
        List<String> lines = versions(store);
        for (TableId table : store.tables()) {
            TableState state = Objects.requireNonNull(store.tableState(table));
            lines.add(table + " revision " + state.revision() + " keys " + state.keys() + " events " + state.events());
            store.keys(table)
                    .forEach(each -> lines.add(
                            table + " " + each.key() + " " + each.oldestEventTime() + " " + each.eventCount()));
        }
        return lines;
    }
}
