package io.cdcsdk.bench;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Updates of a million keys over and over, each a new object as a decoder would make it. */
final class FreshEvents implements Source {
    private static final long KEYS = 1_000_003;
    private static final int BYTES_PER_EVENT = 250;

    private final TableSchema schema = TableSchema.builder(TableId.of("shop", "person"))
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .column("score", LogicalType.FLOAT64)
            .build();
    private final long events;
    private final int batchSize;
    private long offset;

    FreshEvents(long events, int batchSize) {
        this.events = events;
        this.batchSize = batchSize;
    }

    @Override
    public Set<SourceCapability> capabilities() {
        return Set.of(SourceCapability.FINITE);
    }

    @Override
    public void open(Lanes lanes) {
        Positions unused = lanes.claim(Set.of("lane"));
    }

    @Override
    public EventBatch poll(Duration maxWait) {
        if (offset == events) {
            return EventBatch.endOfSource();
        }
        List<ChangeEvent> batch = new ArrayList<>(batchSize);
        while (batch.size() < batchSize && offset < events) {
            offset++;
            Row row = Row.of(schema, offset % KEYS, "name " + offset, offset / 7.0);
            batch.add(RowChange.update(null, row, Origin.at(Position.of(offset), offset)));
        }
        return EventBatch.of(
                "lane",
                batch,
                Position.of(offset),
                (long) batch.size() * BYTES_PER_EVENT,
                EventBatch.Boundary.TRANSACTION_END);
    }

    @Override
    public void acknowledge(Positions durable) {}

    @Override
    public void close() {}
}
