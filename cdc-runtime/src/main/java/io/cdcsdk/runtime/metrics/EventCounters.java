package io.cdcsdk.runtime.metrics;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.Truncate;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import java.util.List;

/** Counts events by operation: in one pass over a batch, in one register, and with one addition for each operation. */
final class EventCounters {
    /** What events that change no single row are counted as. */
    private enum Other {
        TRUNCATE,
        SCHEMA_CHANGE,
        SNAPSHOT_STARTED,
        SNAPSHOT_COMPLETED
    }

    /** Sixteen bits for each of the four operations. */
    private static final int BITS = 4;

    private static final int MOST = 0xFFFF;
    private static final int LOOK_BACK = 16;

    private final Counter[] operations;
    private final Counter[] others;

    EventCounters(Meters meters, String name, Tags tags) {
        operations = meters.counters(name, "events", tags, "operation", Operation.values(), Meters::text);
        others = meters.counters(name, "events", tags, "operation", Other.values(), Meters::text);
    }

    void add(List<ChangeEvent> events) {
        int size = events.size();
        for (int from = 0; from < size; from += MOST) {
            add(events, from, Math.min(size, from + MOST));
        }
    }

    private void add(List<ChangeEvent> events, int from, int to) {
        long counts = 0;
        for (int i = from; i < to; i++) {
            ChangeEvent event = events.get(i);
            if (event instanceof RowChange change) {
                counts += 1L << (change.operation().ordinal() << BITS);
            } else {
                others[other(event).ordinal()].increment();
            }
        }
        for (int i = 0; i < operations.length; i++) {
            long count = counts >>> (i << BITS) & MOST;
            if (count > 0) {
                operations[i].increment(count);
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
