package io.cdcsdk.sink.file;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.EventBatch;
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
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes a snapshot of many rows in random order with commits in between, then some changes; to be run with a small heap. */
final class LargeTable {
    static final TableSchema SCHEMA = TableSchema.builder(TableId.of("person"))
            .key("PersonID", LogicalType.INT64)
            .column("FullName", LogicalType.STRING)
            .column("City", LogicalType.STRING)
            .build();
    private static final int BATCH = 5_000;
    private static final int COMMIT = 500_000;

    private final FileSink sink;
    private final List<ChangeEvent> batch = new ArrayList<>();
    private @Nullable Position cursor;
    private long offset;

    private LargeTable(FileSink sink) {
        this.sink = sink;
    }

    /** Arguments: the directory, the number of rows, the number of changes. */
    public static void main(String[] arguments) {
        FileSink sink = FileSink.builder().directory(Path.of(arguments[0])).build();
        sink.open();
        sink.claim(Set.of("lane"));
        new LargeTable(sink).run(Long.parseLong(arguments[1]), Long.parseLong(arguments[2]));
        sink.close();
    }

    private void run(long rows, long changes) {
        long started = System.nanoTime();
        add(new SnapshotStarted(SCHEMA, next()));
        // A prime that divides no number of rows in use visits every key once.
        long step = 7_368_787L;
        for (long i = 0; i < rows; i++) {
            add(RowChange.snapshot(row(i * step % rows, "Rome"), next()));
            if (offset % COMMIT == 0) {
                commit();
            }
        }
        commit();
        report("staged", rows, started);
        started = System.nanoTime();
        add(new SnapshotCompleted(SCHEMA, next()));
        commit();
        report("completed", rows, started);
        Random random = new Random(1);
        for (long i = 0; i < changes; i++) {
            long key = Math.floorMod(random.nextLong(), rows);
            add(RowChange.update(null, row(key, "Paris"), next()));
        }
        started = System.nanoTime();
        commit();
        report("merged", rows, started);
    }

    private static void report(String what, long rows, long started) {
        double seconds = (System.nanoTime() - started) / 1e9;
        System.out.printf("%s %d rows in %.1f s, %.2f million rows/s%n", what, rows, seconds, rows / seconds / 1e6);
    }

    private static Row row(long key, String city) {
        return Row.of(SCHEMA, key, "Person number " + key, city);
    }

    private Origin next() {
        return Origin.at(Position.of(++offset));
    }

    private void add(ChangeEvent event) {
        batch.add(event);
        if (batch.size() == BATCH) {
            flush();
        }
    }

    private void flush() {
        if (!batch.isEmpty()) {
            sink.write(EventBatch.of(
                    "lane", List.copyOf(batch), Position.of(offset), 100, EventBatch.Boundary.TRANSACTION_END));
            batch.clear();
        }
    }

    private void commit() {
        flush();
        Position to = Position.of(offset);
        sink.commit(new Commit(
                List.of(new Commit.Move(SCHEMA.table().toString(), "lane", cursor, to)),
                EventBatch.Boundary.TRANSACTION_END));
        cursor = to;
    }
}
