package io.cdcsdk.examples;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import org.jspecify.annotations.Nullable;

/**
 * Gives a full load a time where its files tell none. A history cannot do without: it must know from when on a row was there. A
 * snapshot of load files without a single row, which comes first and replaces nothing, is dropped.
 *
 * @param micros the time, in microseconds since 1970-01-01T00:00Z, or null to refuse such a load
 */
record LoadTime(@Nullable Long micros) implements Transform {
    @Override
    public @Nullable ChangeEvent apply(ChangeEvent event, TableSchema schema) {
        boolean row = event instanceof RowChange change && change.operation() == Operation.SNAPSHOT;
        boolean bound = event instanceof SnapshotStarted || event instanceof SnapshotCompleted;
        if (!row && !bound || event.origin().hasSourceTime()) {
            return event;
        }
        if (micros == null) {
            if (bound) {
                return null;
            }
            throw new Fatal(
                    file(event) + ": this full load has no timestamp column, or no value there in its first row. "
                            + "State from when on its rows count: --load-time '2026-01-31 23:59:59'");
        }
        Origin known = event.origin();
        Origin origin = new Origin(known.position(), micros, known.transaction(), known.order());
        if (event instanceof RowChange change) {
            return RowChange.of(change.operation(), change.before(), change.after(), origin);
        }
        return event instanceof SnapshotStarted
                ? new SnapshotStarted(event.schema(), origin)
                : new SnapshotCompleted(event.schema(), origin);
    }

    private static String file(ChangeEvent event) {
        String place = event.position().path();
        return place.substring(place.lastIndexOf('/') + 1);
    }
}
