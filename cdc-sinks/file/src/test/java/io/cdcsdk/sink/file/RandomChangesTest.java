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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random events, commits, batches and restarts against maps; with so little memory that nearly everything is spilled. */
class RandomChangesTest {
    private static final TableSchema FIRST = TableSchema.builder(TableId.of("shop", "person"))
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .column("count", LogicalType.INT32)
            .build();
    private static final TableSchema LATER = TableSchema.builder(TableId.of("shop", "person"))
            .version(2)
            .column("count", LogicalType.INT64)
            .column("city", LogicalType.STRING)
            .key("id", LogicalType.INT64)
            .build();
    private static final List<String> TEXTS = List.of(
            "", "NULL", "null", "a,b", "say \"hi\"", "two\nlines", "\r", " ", "\\", "ünïcødé \uD83D\uDE00", "{[,]}");

    @TempDir
    Path directory = Path.of("");

    private Random random = new Random();
    private TableOracle oracle = new TableOracle(FIRST);
    private int version = 1;
    private long offset;

    @ParameterizedTest(name = "seed {0}, {1}")
    @CsvSource({"1, CSV", "2, CSV", "3, CSV", "4, CSV", "1, JSON_LINES", "2, JSON_LINES"})
    void theFileHoldsWhatTheMapsHold(long seed, FileSink.Format format) throws IOException {
        random = new Random(seed);
        oracle = new TableOracle(FIRST);
        Position cursor = null;
        FileSink sink = open(format);
        for (int step = 0; step < 30; step++) {
            List<ChangeEvent> events = events();
            events.forEach(oracle::apply);
            int split = random.nextInt(events.size() + 1);
            write(sink, events.subList(0, split));
            if (random.nextInt(6) == 0) {
                sink.close();
                sink = open(format);
                assertThat(sink.claim(Set.of("lane")))
                        .isEqualTo(
                                cursor == null
                                        ? List.of()
                                        : List.of(new Cursor(FIRST.table().toString(), "lane", cursor)));
                write(sink, events.subList(0, split));
            }
            write(sink, events.subList(split, events.size()));
            Position to = events.get(events.size() - 1).position();
            sink.commit(new Commit(
                    List.of(new Commit.Move(FIRST.table().toString(), "lane", cursor, to)),
                    EventBatch.Boundary.TRANSACTION_END));
            cursor = to;
            assertThat(visible(format)).as("after step %s", step).isEqualTo(oracle.rows());
        }
        sink.close();
        assertThat(TableFiles.temporary(directory)).isEmpty();
    }

    private FileSink open(FileSink.Format format) {
        LineFormat lines = format == FileSink.Format.CSV
                ? new CsvFormat(',', FileSink.Header.COLUMN_NAMES, "NULL")
                : new JsonLinesFormat();
        FileSink sink = new FileSink(
                new Settings(directory, lines, new FileNames(null, lines.extension()), 4000, DiskWatcher.NONE));
        sink.open();
        sink.claim(Set.of("lane"));
        return sink;
    }

    private static void write(FileSink sink, List<ChangeEvent> events) {
        for (int from = 0; from < events.size(); from += 7) {
            List<ChangeEvent> part = events.subList(from, Math.min(events.size(), from + 7));
            sink.write(EventBatch.of(
                    "lane", part, part.get(part.size() - 1).position(), 100, EventBatch.Boundary.TRANSACTION_END));
        }
    }

    private List<List<@Nullable Object>> visible(FileSink.Format format) throws IOException {
        String name = "shop.person." + (format == FileSink.Format.CSV ? "csv" : "jsonl");
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Row row : TableFiles.read(directory.resolve(name), oracle.visibleSchema())) {
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < row.schema().size(); i++) {
                values.add(row.value(i));
            }
            rows.add(values);
        }
        return rows;
    }

    /** The events of one commit. The oracle that decides about keys lags behind, so that events also hit missing rows. */
    private List<ChangeEvent> events() {
        List<ChangeEvent> events = new ArrayList<>();
        TableSchema schema = oracle.schema();
        int count = 1 + random.nextInt(random.nextInt(10) == 0 ? 400 : 40);
        for (int i = 0; i < count; i++) {
            int dice = random.nextInt(400);
            if (dice < 4) {
                TableSchema next = schema(++version);
                events.add(new SchemaChange(schema, next, origin()));
                schema = next;
            } else if (dice < 6) {
                events.add(new Truncate(schema, origin()));
            } else if (dice < 10) {
                events.add(new SnapshotStarted(schema, origin()));
            } else if (dice < 15) {
                events.add(new SnapshotCompleted(schema, origin()));
            } else {
                events.add(change(schema));
            }
        }
        return events;
    }

    private TableSchema schema(int number) {
        return (random.nextBoolean() ? LATER : withoutCity())
                .toBuilder().version(number).build();
    }

    private static TableSchema withoutCity() {
        return TableSchema.builder(FIRST.table())
                .key("id", LogicalType.INT64)
                .column("name", LogicalType.STRING)
                .column("count", LogicalType.INT64)
                .build();
    }

    private RowChange change(TableSchema schema) {
        long key = random.nextInt(40) - 5L;
        return switch (random.nextInt(6)) {
            case 0 -> RowChange.insert(row(schema, key), origin());
            case 1 -> RowChange.snapshot(row(schema, key), origin());
            case 2 -> RowChange.delete(Row.builder(schema).set("id", key).build(), origin());
            case 3, 4 -> RowChange.update(null, row(schema, key), origin());
            default ->
                RowChange.update(
                        Row.builder(schema)
                                .set("id", (long) random.nextInt(40) - 5)
                                .build(),
                        row(schema, key),
                        origin());
        };
    }

    private Row row(TableSchema schema, long key) {
        Row.Builder row = Row.builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            switch (random.nextInt(4)) {
                case 0 -> row.setNull(i);
                case 1 -> row.setAbsent(i);
                default -> row.set(i, value(schema.column(i).type()));
            }
        }
        return row.set("id", key).build();
    }

    private Object value(LogicalType type) {
        return switch (type.kind()) {
            case STRING -> TEXTS.get(random.nextInt(TEXTS.size())) + (random.nextBoolean() ? random.nextInt(9) : "");
            case INT32 -> random.nextInt();
            default -> random.nextLong();
        };
    }

    private Origin origin() {
        return Origin.at(Position.of(++offset));
    }
}
