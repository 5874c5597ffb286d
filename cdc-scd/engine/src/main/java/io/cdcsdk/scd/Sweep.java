package io.cdcsdk.scd;

import io.cdcsdk.api.Position;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that deletes keys of a whole table at one place of the order: a truncate, or a completed snapshot.
 *
 * @param start the truncate, or the start of the snapshot
 * @param completion the completion of the snapshot; null for a truncate
 */
record Sweep(Entry start, @Nullable Entry completion) {
    boolean isTruncate() {
        return completion == null;
    }

    /** Whether a row of a snapshot belongs to this one. */
    boolean holds(@Nullable String lane, @Nullable Position position) {
        return lane != null
                && position != null
                && lane.equals(start.lane)
                && position.isAfter(start.position)
                && Objects.requireNonNull(completion).position.isAfter(position);
    }

    /** Whether a place lies between start and completion. */
    boolean spans(Entry entry, Order order) {
        return order.compare(entry, start) > 0 && order.compare(entry, Objects.requireNonNull(completion)) < 0;
    }

    /** Whether the last of some sorted sweeps lies behind a place; null is before everything. */
    static boolean anyAfter(List<Sweep> sweeps, @Nullable Entry place, Order order) {
        return !sweeps.isEmpty()
                && (place == null || order.compare(sweeps.get(sweeps.size() - 1).start(), place) > 0);
    }
}
