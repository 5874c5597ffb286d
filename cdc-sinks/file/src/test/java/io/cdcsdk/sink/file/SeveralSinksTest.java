package io.cdcsdk.sink.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.EventBatch;
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
}
