package io.cdcsdk.sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A short history of two tables in parts, each of which is one commit that moves the lane's watermark last: a snapshot over
 * several, changes of both, a truncate between rows, a new column.
 */
final class CrashScenario {
    /** The exit code of a process that has ended itself. */
    static final int HALTED = 77;

    private static final TableSchema FIRST = TableSchema.builder(TableId.of("person"))
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .build();
    private static final TableSchema SECOND =
            FIRST.toBuilder().version(2).column("city", LogicalType.STRING).build();
    private static final TableSchema CITY = TableSchema.builder(TableId.of("city"))
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .build();
    private static final String PERSON = FIRST.table().toString();
    private static final String LANE = "lane";
    private static final long END = 17;

    private CrashScenario() {}

    /** Runs the scenario and ends the process at a step. */
    public static void main(String[] arguments) {
        int last = Integer.parseInt(arguments[1]);
        int[] seen = {0};
        run(Path.of(arguments[0]), (point, path) -> {
            if (seen[0]++ == last) {
                Runtime.getRuntime().halt(HALTED);
            }
        });
    }

    private static List<List<ChangeEvent>> parts() {
        return List.of(
                List.of(insert(FIRST, 1, "one"), insert(FIRST, 2, "two"), insert(CITY, 3, "Rome")),
                List.of(new SnapshotStarted(FIRST, at(4)), snapshot(5, 7, "seven"), insert(CITY, 6, "Oslo")),
                List.of(snapshot(7, 5, "five"), snapshot(8, 2, "zwei")),
                List.of(new SnapshotCompleted(FIRST, at(9))),
                List.of(
                        insert(CITY, 10, "Bern"),
                        insert(FIRST, 11, "eleven"),
                        new Truncate(CITY, at(12)),
                        insert(CITY, 13, "Riga"),
                        insert(FIRST, 14, "fourteen")),
                List.of(
                        new SchemaChange(FIRST, SECOND, at(15)),
                        RowChange.update(
                                Row.builder(SECOND).set("id", 7L).build(),
                                Row.builder(SECOND)
                                        .set("id", 8L)
                                        .set("city", "Rome")
                                        .build(),
                                at(16)),
                        insert(CITY, END, "Bonn")));
    }

    private static List<String> persons(long position) {
        if (position < 2) {
            return List.of();
        } else if (position < 9) {
            return List.of("id,name", "1,one", "2,two");
        } else if (position < 14) {
            return List.of("id,name", "2,zwei", "5,five", "7,seven");
        }
        return position < 16
                ? List.of("id,name", "2,zwei", "5,five", "7,seven", "11,eleven", "14,fourteen")
                : List.of(
                        "id,name,city",
                        "2,zwei,NULL",
                        "5,five,NULL",
                        "8,seven,Rome",
                        "11,eleven,NULL",
                        "14,fourteen,NULL");
    }

    private static List<String> cities(long position) {
        if (position < 3) {
            return List.of();
        } else if (position < 6) {
            return List.of("id,name", "3,Rome");
        } else if (position < 13) {
            return List.of("id,name", "3,Rome", "6,Oslo");
        }
        return position < END ? List.of("id,name", "13,Riga") : List.of("id,name", "13,Riga", "17,Bonn");
    }

    private static RowChange insert(TableSchema schema, long id, String name) {
        return RowChange.insert(Row.of(schema, id, name), at(id));
    }

    private static RowChange snapshot(long position, long id, String name) {
        return RowChange.snapshot(Row.of(FIRST, id, name), at(position));
    }

    private static Origin at(long position) {
        return Origin.at(Position.of(position));
    }

    /** Opens a sink, writes what its cursors do not cover, part by part, and closes it where nothing is thrown. */
    static void run(Path directory, DiskWatcher watcher) {
        FileSink sink = FileSink.builder().directory(directory).watcher(watcher).build();
        sink.open();
        Map<String, Position> cursors = cursors(sink);
        for (List<ChangeEvent> part : parts()) {
            deliver(sink, part, cursors);
        }
        sink.close();
    }

    private static void deliver(FileSink sink, List<ChangeEvent> part, Map<String, Position> cursors) {
        Position end = part.get(part.size() - 1).position();
        List<ChangeEvent> fresh = new ArrayList<>();
        Map<String, Position> ends = new LinkedHashMap<>();
        for (ChangeEvent event : part) {
            String target = sink.target(event.table());
            if (isBehind(cursors.get(target), event.position())) {
                fresh.add(event);
                ends.put(target, event.position());
            }
        }
        if (isBehind(cursors.get(Cursor.WHOLE_LANE), end)) {
            ends.put(Cursor.WHOLE_LANE, end);
        }
        if (!fresh.isEmpty()) {
            sink.write(EventBatch.of(LANE, fresh, end, 100, EventBatch.Boundary.TRANSACTION_END));
        }
        if (!ends.isEmpty()) {
            List<Commit.Move> moves = new ArrayList<>();
            ends.forEach((target, to) -> moves.add(new Commit.Move(target, LANE, cursors.get(target), to)));
            sink.commit(new Commit(moves, EventBatch.Boundary.TRANSACTION_END));
            cursors.putAll(ends);
        }
    }

    private static boolean isBehind(@Nullable Position cursor, Position position) {
        return cursor == null || position.isAfter(cursor);
    }

    private static Map<String, Position> cursors(FileSink sink) {
        Map<String, Position> cursors = new HashMap<>();
        sink.claim(Set.of(LANE)).forEach(cursor -> cursors.put(cursor.target(), cursor.position()));
        return cursors;
    }

    /** Opens a new sink, compares data, cursors and watermark, and runs the rest. */
    static void assertInStepAndFinish(Path directory, String crash) throws IOException {
        FileSink sink = FileSink.builder().directory(directory).build();
        sink.open();
        Map<String, Position> cursors = cursors(sink);
        sink.close();
        long person = offset(cursors, PERSON);
        long city = offset(cursors, CITY.table().toString());
        assertThat(lines(directory, "person.csv")).as(crash).isEqualTo(persons(person));
        assertThat(lines(directory, "city.csv")).as(crash).isEqualTo(cities(city));
        assertWatermarkIsAheadOfNone(crash, offset(cursors, Cursor.WHOLE_LANE), person, city);
        run(directory, DiskWatcher.NONE);
        assertThat(lines(directory, "person.csv")).as("the end after %s", crash).isEqualTo(persons(END));
        assertThat(lines(directory, "city.csv")).as("the end after %s", crash).isEqualTo(cities(END));
        assertThat(runs(directory)).as("runs after %s", crash).isEmpty();
    }

    /** No table lacks an event of its own up to the watermark. */
    private static void assertWatermarkIsAheadOfNone(String crash, long watermark, long person, long city) {
        for (List<ChangeEvent> part : parts()) {
            for (ChangeEvent event : part) {
                long cursor = event.table().equals(CITY.table()) ? city : person;
                if (event.position().offset() <= watermark) {
                    assertThat(cursor)
                            .as("the cursor of %s, with the watermark at %s, after %s", event.table(), watermark, crash)
                            .isGreaterThanOrEqualTo(event.position().offset());
                }
            }
        }
    }

    private static long offset(Map<String, Position> cursors, String target) {
        Position position = cursors.get(target);
        return position == null ? 0 : position.offset();
    }

    private static List<String> lines(Path directory, String name) throws IOException {
        Path file = directory.resolve(name);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static List<Path> runs(Path directory) throws IOException {
        try (var files = Files.list(new StateFolder(directory).runs())) {
            return new ArrayList<>(files.toList());
        }
    }
}
