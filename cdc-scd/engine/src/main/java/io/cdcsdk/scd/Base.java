package io.cdcsdk.scd;

import io.cdcsdk.api.Position;
import io.cdcsdk.api.TableSchema;
import org.jspecify.annotations.Nullable;

/**
 * The folded state of a key at the edge of the window.
 *
 * @param last the place behind which nothing may be put any more: the last event that was folded, or a sweep. It holds the state at
 *     the edge
 * @param version the version that is current at the edge, with its columns as of the edge; null if none is
 * @param snapshotLane the lane of the last snapshot row that was folded, or null
 * @param snapshotPosition its position
 */
record Base(
        Entry last,
        @Nullable Version version,
        @Nullable String snapshotLane,
        @Nullable Position snapshotPosition) {
    Base upgraded(TableSchema schema) {
        return new Base(
                last.upgraded(schema),
                version == null ? null : Layouts.upgraded(version, schema),
                snapshotLane,
                snapshotPosition);
    }
}
