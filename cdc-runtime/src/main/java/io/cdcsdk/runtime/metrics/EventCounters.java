package io.cdcsdk.runtime.metrics;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.Truncate;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import java.util.List;

/** Counts events by operation: with one addition for each operation in a batch. */
final class EventCounters {
    /** What events that change no single row are counted as. */
    private enum Other {
        TRUNCATE,
        SCHEMA_CHANGE,
        SNAPSHOT_STARTED,
        SNAPSHOT_COMPLETED
    }

    private static final Operation[] OPERATIONS = Operation.values();
    private static final int LOOK_BACK = 16;

    private final Counter[] operations;
    private final Counter[] others;

    EventCounters(Meters meters, String name, Tags tags) {
        operations = meters.counters(name, "events", tags, "operation", Operation.values(), Meters::text);
        others = meters.counters(name, "events", tags, "operation", Other.values(), Meters::text);
    }

    void add(EventBatch batch) {
        int others = batch.events().size();
        for (Operation operation : OPERATIONS) {
            int count = batch.count(operation);
            if (count > 0) {
                operations[operation.ordinal()].increment(count);
                others -= count;
            }
        }
        if (others > 0) {
            addOthers(batch.events());
        }
    }

    private void addOthers(List<ChangeEvent> events) {
        for (ChangeEvent event : events) {
            if (!(event instanceof RowChange)) {
                others[other(event).ordinal()].increment();
            }
        }
    }

    private static Other other(ChangeEvent event) {
        if (event instanceof Truncate) {
            return Other.TRUNCATE;
        } else if (event instanceof SchemaChange) {
            return Other.SCHEMA_CHANGE;
        }
        return event instanceof SnapshotStarted ? Other.SNAPSHOT_STARTED : Other.SNAPSHOT_COMPLETED;
    }

    /** The source time of the last events that have one, in microseconds; unknown if none of the last few has. */
    static long newestTime(List<ChangeEvent> events) {
        int last = events.size() - 1;
        for (int i = last; i >= 0 && i > last - LOOK_BACK; i--) {
            Origin origin = events.get(i).origin();
            if (origin.hasSourceTime()) {
                return origin.sourceTime();
            }
        }
        return Origin.UNKNOWN_TIME;
    }
}
