package io.cdcsdk.examples;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what goes by and changes nothing. The pipeline's reader writes; any thread may read. */
final class ChangeCounter implements Transform {
    private final Map<Operation, AtomicLong> rows = new EnumMap<>(Operation.class);
    private final AtomicInteger snapshots = new AtomicInteger();

    ChangeCounter() {
        for (Operation operation : Operation.values()) {
            rows.put(operation, new AtomicLong());
        }
    }

    @Override
    public ChangeEvent apply(ChangeEvent event, TableSchema schema) {
        if (event instanceof RowChange change) {
            counter(change.operation()).incrementAndGet();
        } else if (event instanceof SnapshotCompleted) {
            snapshots.incrementAndGet();
        }
        return event;
    }

    private AtomicLong counter(Operation operation) {
        return Objects.requireNonNull(rows.get(operation), "every operation has a counter");
    }

    long of(Operation operation) {
        return counter(operation).get();
    }

    long total() {
        return rows.values().stream().mapToLong(AtomicLong::get).sum();
    }

    int completedSnapshots() {
        return snapshots.get();
    }
}
