package io.cdcsdk.sink.file;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Lanes;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transaction;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.runtime.deadletter.FileDeadLetterStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Moves one large transaction through a pipeline with dead letters and all bounds as they are; to be run with a small heap. */
final class LargeTransaction {
    static final TableSchema SCHEMA = TableSchema.builder(TableId.of("person"))
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .column("city", LogicalType.STRING)
            .build();

    private LargeTransaction() {}

    /** Arguments: the directory, the number of events. */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[0]);
        try (Pipeline pipeline = Pipeline.builder("large")
                .source(new OneTransaction(Long.parseLong(arguments[1])))
                .sink(
                        "files",
                        FileSink.builder()
                                .directory(directory.resolve("target"))
                                .build())
                .deadLetters(FileDeadLetterStore.builder()
                        .directory(directory.resolve("letters"))
                        .build())
                .build()) {
            pipeline.run();
        }
    }

    /** A row of a key. */
    static Row row(long key) {
        return Row.of(SCHEMA, key, "Person number " + key, "Rome");
    }

    private static final class OneTransaction implements Source {
        private static final int BATCH = 1_000;
        /** A row's object and arrays, its two texts, the event, its origin and position. */
        private static final long BYTES_OF_AN_EVENT = 360;

        private final Transaction transaction = Transaction.of("one");
        private final long events;
        private long offset;

        OneTransaction(long events) {
            this.events = events;
        }

        @Override
        public Set<SourceCapability> capabilities() {
            return Set.of(SourceCapability.FINITE);
        }

        @Override
        public void open(Lanes lanes) {
            lanes.claim(Set.of("lane"));
        }

        @Override
        public EventBatch poll(Duration maxWait) {
            if (offset == events) {
                return EventBatch.endOfSource();
            }
            List<ChangeEvent> batch = new ArrayList<>(BATCH);
            while (batch.size() < BATCH && offset < events) {
                offset++;
                batch.add(RowChange.insert(
                        row(offset), new Origin(Position.of(offset), Origin.UNKNOWN_TIME, transaction, null)));
            }
            return EventBatch.of(
                    "lane",
                    batch,
                    Position.of(offset),
                    batch.size() * BYTES_OF_AN_EVENT,
                    offset == events ? EventBatch.Boundary.TRANSACTION_END : EventBatch.Boundary.INSIDE_TRANSACTION);
        }

        @Override
        public void acknowledge(Positions durable) {}

        @Override
        public void close() {}
    }
}
