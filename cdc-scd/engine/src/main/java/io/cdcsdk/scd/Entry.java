package io.cdcsdk.scd;

import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.SourceOrder;
import org.jspecify.annotations.Nullable;

/**
 * One event of one key, its place in the order, and what folding it gave. What folding gave may be set only by the merge
 * that made the entry: others make a copy.
 */
final class Entry {
    /** What an entry does to the state of its key. */
    enum Kind {
        /** Sets the row; a version that it opens has operation {@code c}. Inserts, snapshot rows, the insert half of a key change. */
        INSERT,
        /** Sets the row; a version that it opens has operation {@code u}. */
        UPDATE,
        /** Deletes the row. */
        DELETE,
        /** Deletes the row and leaves no marker. Of the table, not of a key. */
        TRUNCATE,
        /** Where a snapshot starts, or completes. Of the table, not of a key. */
        SNAPSHOT
    }

    static final int NOT_ARRIVED = -1;
    private static final Kind[] KINDS = Kind.values();

    final Kind kind;
    /** What comes first in the order: 0 by source order, else the time that the sequence tells. */
    final long sequence;
    /** The time before it is made monotone. */
    final long rawTime;

    final String lane;
    final Position position;
    final @Nullable SourceOrder order;

    /** The row as it was sent; null for what sets no row. */
    final @Nullable Row image;
    /** The row before, if the image is partial. */
    final @Nullable Row before;
    /** Of the delete half of a key change whose image is partial: the key that takes the row over. */
    final @Nullable RowKey heir;

    final Flavour flavour;
    /** Whether the image leaves columns open. */
    final boolean partial;

    // What folding gave.
    long time;
    /** {@link Rules#fingerprint} of the state; 0 if it has not been computed. */
    long fingerprint;

    boolean live;
    boolean marked;

    @Nullable
    Row state;
    /** Of an insert half with a partial image: the old key's row just before, if it was live. */
    @Nullable
    Row inherited;

    // Of the merge that is under way: its number, when the event came, and the key's next event.
    int merge;
    int arrival = NOT_ARRIVED;

    @Nullable
    Entry next;

    /** Where a row that is set comes from. */
    enum Flavour {
        PLAIN,
        /** A row of a snapshot. */
        SNAPSHOT_ROW,
        /** The insert half of a key change. */
        TAKEN_OVER
    }

    Entry(
            Kind kind,
            Flavour flavour,
            long sequence,
            long rawTime,
            String lane,
            Position position,
            @Nullable SourceOrder order,
            @Nullable Row image,
            @Nullable Row before,
            @Nullable RowKey heir) {
        this.kind = kind;
        this.flavour = flavour;
        this.sequence = sequence;
        this.rawTime = rawTime;
        this.lane = lane;
        this.position = position;
        this.order = order;
        this.image = image;
        this.before = before;
        this.heir = heir;
        this.partial = image != null && !image.isComplete();
        this.time = rawTime;
    }

    static Kind kind(int ordinal) {
        return KINDS[ordinal];
    }

    /** The same event with other rows, or free to be folded anew. */
    Entry copy(@Nullable Row otherImage, @Nullable Row otherBefore) {
        Entry copy = new Entry(kind, flavour, sequence, rawTime, lane, position, order, otherImage, otherBefore, heir);
        copy.time = time;
        copy.live = live;
        copy.marked = marked;
        copy.state = state;
        copy.fingerprint = fingerprint;
        copy.inherited = inherited;
        return copy;
    }

    boolean isSnapshotRow() {
        return flavour == Flavour.SNAPSHOT_ROW;
    }

    /** The place alone, which keeps no rows from being collected. */
    Entry place() {
        if (before == null && inherited == null && heir == null && image == state) {
            return this;
        }
        return bare();
    }

    /** The place alone. */
    Entry bare() {
        return new Entry(kind, flavour, sequence, rawTime, lane, position, order, null, null, null);
    }

    /** Compares places in the order; equal for the same event only. */
    int compare(Entry other, TieRule ties) {
        if (sequence != other.sequence) {
            return Long.compare(sequence, other.sequence);
        }
        if (ties == TieRule.SOURCE_ORDER) {
            int bySource = compareSourceOrder(other);
            if (bySource != 0) {
                return bySource;
            }
        }
        int byLane = lane == other.lane ? 0 : lane.compareTo(other.lane);
        return byLane != 0 ? byLane : position.compareTo(other.position);
    }

    private int compareSourceOrder(Entry other) {
        if (position.epoch() != other.position.epoch()) {
            return Long.compare(position.epoch(), other.position.epoch());
        }
        if (order != null && other.order != null) {
            return order.compareTo(other.order);
        }
        if (order == null && other.order == null) {
            return position.compareTo(other.position);
        }
        return order == null ? -1 : 1;
    }
}
