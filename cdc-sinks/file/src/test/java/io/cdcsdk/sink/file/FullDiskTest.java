package io.cdcsdk.sink.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.testkit.kill.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk of two megabytes that runs full. Needs the right to mount one: see {@link SmallDisk#mountOrSkip}. */
class FullDiskTest {
    private static final TableSchema SCHEMA = TableSchema.builder(TableId.of("t"))
            .key("id", LogicalType.INT64)
            .column("text", LogicalType.STRING)
            .build();

    @TempDir
    Path parent = Path.of("");

    private @Nullable SmallDisk mounted;
    private Path disk = Path.of("");

    @BeforeEach
    void mount() throws InterruptedException {
        mounted = SmallDisk.mountOrSkip(parent, 2 << 20);
        disk = parent;
    }

    @AfterEach
    void unmount() {
        if (mounted != null) {
            mounted.close();
        }
    }

    private static List<ChangeEvent> rows(long from, long to) {
        List<ChangeEvent> events = new ArrayList<>();
        for (long id = from; id < to; id++) {
            events.add(RowChange.insert(Row.of(SCHEMA, id, "x".repeat(1000)), Origin.at(Position.of(id + 1))));
        }
        return events;
    }

    private static void write(FileSink sink, List<ChangeEvent> events) {
        sink.write(EventBatch.of(
                "lane", events, events.get(events.size() - 1).position(), 100, EventBatch.Boundary.TRANSACTION_END));
    }

    private static void commit(FileSink sink, @Nullable Position from, long to) {
        sink.commit(new Commit(
                List.of(new Commit.Move("t", "lane", from, Position.of(to))), EventBatch.Boundary.TRANSACTION_END));
    }

    @Test
    void aCommitThatDoesNotFitChangesNothingAndCanBeRepeated() throws IOException {
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[1_000_000]);
        Path file = disk.resolve("t.csv");
        try (FileSink sink = FileSink.builder().directory(disk).build()) {
            sink.open();
            sink.claim(Set.of("lane"));
            write(sink, rows(0, 500));
            commit(sink, null, 500);
            String before = Files.readString(file);
            List<Path> files = TableFiles.temporary(disk);

            write(sink, rows(500, 700));
            assertThatThrownBy(() -> commit(sink, Position.of(500), 700))
                    .isInstanceOf(Retryable.class)
                    .hasMessageContaining("the disk is full: about ")
                    .hasMessageContaining("bytes are needed in " + disk);
            assertThat(file).hasContent(before);
            assertThat(TableFiles.temporary(disk)).as("temporary files").isEqualTo(files);

            Files.delete(ballast);
            commit(sink, Position.of(500), 700);
        }
        assertThat(Files.readAllLines(file)).hasSize(701);
        assertThat(TableFiles.temporary(disk)).isEmpty();
    }

    @Test
    void changesThatCannotBeSpilledAreNotTaken() throws IOException {
        try (FileSink sink =
                FileSink.builder().directory(disk).sortMemory(1 << 16).build()) {
            sink.open();
            sink.claim(Set.of("lane"));
            Path ballast = disk.resolve("ballast");
            Files.write(ballast, new byte[1_900_000]);
            write(sink, rows(0, 500));
            assertThatThrownBy(() -> write(sink, rows(500, 600)))
                    .isInstanceOf(Retryable.class)
                    .hasMessageContaining("the disk is full");
            Files.delete(ballast);
            write(sink, rows(500, 600));
            commit(sink, null, 600);
        }
        assertThat(Files.readAllLines(disk.resolve("t.csv"))).hasSize(601);
    }
}
