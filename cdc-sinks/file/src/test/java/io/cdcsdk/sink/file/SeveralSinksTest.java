package io.cdcsdk.sink.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sinks that share a directory, as neighbours or as rivals. */
class SeveralSinksTest {
    private static final TableSchema PERSON = schema("person");
    private static final TableSchema CITY = schema("city");

    @TempDir
    Path directory = Path.of("");

    private final List<FileSink> sinks = new ArrayList<>();

    @AfterEach
    void close() {
        sinks.forEach(FileSink::close);
    }

    private static TableSchema schema(String table) {
        return TableSchema.builder(TableId.of(table))
                .key("id", LogicalType.INT64)
                .column("text", LogicalType.STRING)
                .build();
    }

    private FileSink open(String lane, FileSink.Builder builder) {
        FileSink sink = builder.directory(directory).build();
        sinks.add(sink);
        sink.open();
        sink.claim(Set.of(lane));
        return sink;
    }

    private static Origin at(long position) {
        return Origin.at(Position.of(position));
    }

    private static RowChange insert(TableSchema schema, long id) {
        return RowChange.insert(Row.of(schema, id, "text"), at(id));
    }

    private static void write(FileSink sink, String lane, ChangeEvent... events) {
        sink.write(EventBatch.of(
                lane, List.of(events), events[events.length - 1].position(), 100, EventBatch.Boundary.TRANSACTION_END));
    }

    private static Commit.Move move(String target, String lane, long from, long to) {
        @Nullable Position start = from == 0 ? null : Position.of(from);
        return new Commit.Move(target, lane, start, Position.of(to));
    }

    private static void commit(FileSink sink, Commit.Move... moves) {
        sink.commit(new Commit(List.of(moves), EventBatch.Boundary.TRANSACTION_END));
    }

    @Test
    void aSinkWhoseSnapshotItsSuccessorCompletedHasLostItsLane() {
        int commits = 15;
        FileSink former = open("lane", FileSink.builder().sortMemory(1 << 16));
        write(former, "lane", new SnapshotStarted(PERSON, at(1)));
        for (int position = 2; position <= commits + 1; position++) {
            write(former, "lane", RowChange.snapshot(Row.of(PERSON, (long) position, "text"), at(position)));
            commit(former, move("person", "lane", position == 2 ? 0 : position - 1, position));
        }
        FileSink successor = open("lane", FileSink.builder());
        write(successor, "lane", new SnapshotCompleted(PERSON, at(100)));
        commit(successor, move("person", "lane", commits + 1, 100));
        write(former, "lane", RowChange.snapshot(Row.of(PERSON, 50L, "x".repeat(1 << 17)), at(50)));
        assertThatThrownBy(() -> write(former, "lane", insert(PERSON, 51)))
                .isInstanceOf(LaneLost.class)
                .hasMessageContaining("has been claimed by another sink");
        assertThat(directory.resolve("person.csv")).exists();
    }

    @Test
    void neighboursHaveOptionsOfTheirOwn() throws IOException {
        FileSink.Builder json =
                FileSink.builder().format(FileSink.Format.JSON_LINES).fileName("x-{table}.jsonl");
        FileSink first = open("first", json);
        write(first, "first", insert(PERSON, 1));
        commit(first, move("person", "first", 0, 1));
        FileSink second = open("second", FileSink.builder().fileName("person.csv"));
        write(second, "second", insert(CITY, 1));
        commit(second, move("city", "second", 0, 1), move("person", "second", 0, 1));
        write(first, "first", insert(PERSON, 2));
        commit(first, move("person", "first", 1, 2));
        assertThat(directory.resolve("x-person.jsonl"))
                .content()
                .isEqualTo("{\"id\":1,\"text\":\"text\"}\n{\"id\":2,\"text\":\"text\"}\n");
        assertThat(Files.readAllLines(directory.resolve("person.csv"))).containsExactly("id,text", "1,text");
        write(second, "second", insert(CITY, 2));
        assertThatThrownBy(() -> write(second, "second", insert(PERSON, 3)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("table person in " + directory + " was written as json");
    }

    @Test
    void aTableThatOnlyACursorWasKeptOfTakesTheOptionsOfItsFirstEvent() throws IOException {
        FileSink first = open("first", FileSink.builder());
        commit(first, move("person", "first", 0, 1));
        FileSink second = open("second", FileSink.builder().format(FileSink.Format.JSON_LINES));
        write(second, "second", insert(PERSON, 1));
        commit(second, move("person", "second", 0, 1));
        FileSink successor = open("second", FileSink.builder().format(FileSink.Format.JSON_LINES));
        write(successor, "second", insert(PERSON, 2));
        commit(successor, move("person", "second", 1, 2));
        assertThat(Files.readAllLines(directory.resolve("person.jsonl"))).hasSize(2);
    }

    @Test
    void aFileOfATableThatANeighbourAddedIsNotOverwritten() throws IOException {
        FileSink first = open("first", FileSink.builder().fileName("all.csv"));
        FileSink second = open("second", FileSink.builder().fileName("All.csv"));
        write(second, "second", insert(CITY, 1));
        commit(second, move("city", "second", 0, 1));
        write(first, "first", insert(PERSON, 2));
        assertThatThrownBy(() -> commit(first, move("person", "first", 0, 2)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("tables city and person would both be written to 'All.csv'");
        assertThat(Files.readAllLines(directory.resolve("All.csv"))).containsExactly("id,text", "1,text");
        write(second, "second", insert(CITY, 2));
        commit(second, move("city", "second", 1, 2));
    }

    @Test
    void aFileOfAnotherProgramIsNotOverwritten() throws IOException {
        FileSink sink = open("lane", FileSink.builder().fileName("all.csv"));
        Files.writeString(directory.resolve("all.csv"), "mine\n");
        write(sink, "lane", insert(PERSON, 1));
        assertThatThrownBy(() -> commit(sink, move("person", "lane", 0, 1)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("'all.csv'")
                .hasMessageContaining("a file of that name is there that this sink did not write: move it away");
        assertThat(directory.resolve("all.csv")).hasContent("mine");
        Files.delete(directory.resolve("all.csv"));
        commit(sink, move("person", "lane", 0, 1));
        assertThat(Files.readAllLines(directory.resolve("all.csv"))).containsExactly("id,text", "1,text");
    }

    @Test
    void aWatermarkThatANeighbourMovesDoesNotHoldUpTables() throws IOException {
        FileSink neighbour = open("busy", FileSink.builder());
        List<Path> written = new ArrayList<>();
        FileSink sink = open("lane", FileSink.builder().watcher((point, path) -> {
            if (point == DiskPoint.AFTER_WRITE && path.toString().endsWith(".data")) {
                written.add(path);
                int turn = written.size();
                commit(neighbour, move(Cursor.WHOLE_LANE, "busy", turn - 1, turn));
            }
        }));
        write(sink, "lane", insert(PERSON, 1));
        commit(sink, move("person", "lane", 0, 1), move(Cursor.WHOLE_LANE, "lane", 0, 1));
        assertThat(written).hasSize(1);
        commit(neighbour, move(Cursor.WHOLE_LANE, "busy", 1, 2));
        FileSink successor = open("busy", FileSink.builder());
        assertThat(successor.claim(Set.of("lane", "busy")))
                .containsExactlyInAnyOrder(
                        new Cursor("person", "lane", Position.of(1)),
                        new Cursor(Cursor.WHOLE_LANE, "lane", Position.of(1)),
                        new Cursor(Cursor.WHOLE_LANE, "busy", Position.of(2)));
    }
}
