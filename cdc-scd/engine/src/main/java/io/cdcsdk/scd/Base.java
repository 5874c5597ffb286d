package io.cdcsdk.scd;

import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import org.jspecify.annotations.Nullable;

/**
 * The folded state of a key at the edge of the window.
 *
 * @param last the last event that was folded: nothing may come before it any more
 * @param time its time
 * @param live whether the row existed
 * @param marked whether, if not, a delete marker stands for it
 * @param row the row if it existed, else null
 * @param fingerprint {@link Rules#fingerprint} of the row; 0 if it has not been computed
 * @param version the version that is current at the edge, with its columns as of the edge; null if none is
 * @param snapshotLane the lane of the last snapshot row that was folded, or null
 * @param snapshotPosition its position
 */
record Base(
        Entry last,
        long time,
        boolean live,
        boolean marked,
        @Nullable Row row,
        long fingerprint,
        @Nullable Version version,
        @Nullable String snapshotLane,
        @Nullable Position snapshotPosition) {}
