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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A short history of one table in parts, each of which is one commit: a snapshot over several, changes, a new column. */
final class CrashScenario {
    /** The exit code of a process that has ended itself. */
    static final int HALTED = 77;

    private static final TableSchema FIRST = TableSchema.builder(TableId.of("person"))
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .build();
    private static final TableSchema SECOND =
            FIRST.toBuilder().version(2).column("city", LogicalType.STRING).build();
    private static final String TARGET = FIRST.table().toString();

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
                List.of(insert(1, "one"), insert(2, "two")),
                List.of(new SnapshotStarted(FIRST, at(3)), snapshot(4, 7, "seven")),
                List.of(snapshot(5, 5, "five"), snapshot(6, 2, "zwei")),
                List.of(new SnapshotCompleted(FIRST, at(7))),
                List.of(
                        new SchemaChange(FIRST, SECOND, at(8)),
                        RowChange.update(
                                Row.builder(SECOND).set("id", 7L).build(),
                                Row.builder(SECOND)
                                        .set("id", 8L)
                                        .set("city", "Rome")
                                        .build(),
                                at(9))));
    }

    private static List<String> expected(long position) {
        if (position < 2) {
            return List.of();
        } else if (position < 7) {
            return List.of("id,name", "1,one", "2,two");
        }
        return position < 9
                ? List.of("id,name", "2,zwei", "5,five", "7,seven")
                : List.of("id,name,city", "2,zwei,NULL", "5,five,NULL", "8,seven,Rome");
    }

    private static RowChange insert(long id, String name) {
        return RowChange.insert(Row.of(FIRST, id, name), at(id));
    }

    private static RowChange snapshot(long position, long id, String name) {
        return RowChange.snapshot(Row.of(FIRST, id, name), at(position));
    }

    private static Origin at(long position) {
        return Origin.at(Position.of(position));
    }

    /** Opens a sink, writes what its cursor does not cover, part by part, and closes it where nothing is thrown. */
    static void run(Path directory, DiskWatcher watcher) {
        FileSink sink = FileSink.builder().directory(directory).watcher(watcher).build();
        sink.open();
        Position cursor = cursor(sink);
        for (List<ChangeEvent> part : parts()) {
            Position from = cursor;
            List<ChangeEvent> fresh = part.stream()
                    .filter(event -> event.position().isAfter(from))
                    .toList();
            if (!fresh.isEmpty()) {
                Position to = part.get(part.size() - 1).position();
                sink.write(EventBatch.of("lane", fresh, to, 100, EventBatch.Boundary.TRANSACTION_END));
                sink.commit(new Commit(
                        List.of(new Commit.Move(TARGET, "lane", from, to)), EventBatch.Boundary.TRANSACTION_END));
                cursor = to;
            }
        }
        sink.close();
    }

    private static @Nullable Position cursor(FileSink sink) {
        List<Cursor> cursors = sink.claim(Set.of("lane"));
        return cursors.isEmpty() ? null : cursors.get(0).position();
    }

    /** Opens a new sink, compares data and cursor, and runs the rest. */
    static void assertInStepAndFinish(Path directory, String crash) throws IOException {
        FileSink sink = FileSink.builder().directory(directory).build();
        sink.open();
        Position cursor = cursor(sink);
        sink.close();
        assertThat(lines(directory)).as(crash).isEqualTo(expected(cursor == null ? 0 : cursor.offset()));
        run(directory, DiskWatcher.NONE);
        assertThat(lines(directory)).as("the end after %s", crash).isEqualTo(expected(9));
        assertThat(runs(directory)).as("runs after %s", crash).isEmpty();
    }

    private static List<String> lines(Path directory) throws IOException {
        Path file = directory.resolve("person.csv");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private static List<Path> runs(Path directory) throws IOException {
        try (var files = Files.list(new StateFolder(directory).runs())) {
            return new ArrayList<>(files.toList());
        }
    }
}
