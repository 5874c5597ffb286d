package io.cdcsdk.examples;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts what goes by and changes nothing. The pipeline's reader writes; any thread may read. */
final class ChangeCounter implements Transform {
    private final AtomicLongArray rows = new AtomicLongArray(Operation.values().length);
    private final AtomicInteger snapshots = new AtomicInteger();

    @Override
    public ChangeEvent apply(ChangeEvent event, TableSchema schema) {
        if (event instanceof RowChange change) {
            int operation = change.operation().ordinal();
            // One thread writes: no need for the costlier atomic increment.
            rows.setRelease(operation, rows.getPlain(operation) + 1);
        } else if (event instanceof SnapshotCompleted) {
            snapshots.incrementAndGet();
        }
        return event;
    }

    long of(Operation operation) {
        return rows.getAcquire(operation.ordinal());
    }

    long total() {
        long total = 0;
        for (Operation operation : Operation.values()) {
            total += of(operation);
        }
        return total;
    }

    int completedSnapshots() {
        return snapshots.get();
    }
}
