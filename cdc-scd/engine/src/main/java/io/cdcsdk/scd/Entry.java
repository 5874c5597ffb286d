package io.cdcsdk.scd;

import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.SourceOrder;
import io.cdcsdk.api.TableSchema;
import org.jspecify.annotations.Nullable;

/**
 * One event of one key, its place in the order, and what folding it gave. That may be set only by the merge that made the entry:
 * others make a copy.
 */
class Entry {
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
    final Flavour flavour;
    /** The time before it is made monotone. */
    final long rawTime;

    final String lane;
    final Position position;
    final @Nullable SourceOrder order;

    /** The row as it was sent, or an equal one; null for what sets no row. */
    @Nullable
    Row image;
    /** Whether the image leaves columns open. */
    final boolean partial;

    // What folding gave.
    long time;
    /** {@link Rules#fingerprint} of the state; 0 if it has not been computed. */
    int fingerprint;

    boolean live;
    boolean marked;

    @Nullable
    Row state;

    // Of the merge that made the entry: its number, when the event came, and whether it may be too late.
    int merge;
    int arrival = NOT_ARRIVED;
    boolean suspect;

    /** Where a row that is set comes from. */
    enum Flavour {
        PLAIN,
        /** A row of a snapshot. */
        SNAPSHOT_ROW,
        /** One half of a key change. */
        TAKEN_OVER
    }

    Entry(
            Kind kind,
            Flavour flavour,
            long rawTime,
            String lane,
            Position position,
            @Nullable SourceOrder order,
            @Nullable Row image) {
        this.kind = kind;
        this.flavour = flavour;
        this.rawTime = rawTime;
        this.lane = lane;
        this.position = position;
        this.order = order;
        this.image = image;
        this.partial = image != null && !image.isComplete();
        this.time = rawTime;
    }

    static Kind kind(int ordinal) {
        return KINDS[ordinal];
    }

    /** The row before, if the image is partial. */
    @Nullable
    Row before() {
        return null;
    }

    /** Of the delete half of a key change whose image is partial: the key that takes the row over. */
    @Nullable
    RowKey heir() {
        return null;
    }

    /** Of an insert half with a partial image: the old key's row just before, if it was live. */
    @Nullable
    Row inherited() {
        return null;
    }

    /** The same event, free to be folded anew. */
    Entry copy() {
        return withFoldOf(this, new Entry(kind, flavour, rawTime, lane, position, order, image));
    }

    /** The same event with its rows in another schema. */
    Entry upgraded(TableSchema schema) {
        Entry copy = withFoldOf(
                this, new Entry(kind, flavour, rawTime, lane, position, order, Layouts.upgraded(image, schema)));
        copy.upgradeState(this, schema);
        return copy;
    }

    static <T extends Entry> T withFoldOf(Entry from, T copy) {
        copy.time = from.time;
        copy.live = from.live;
        copy.marked = from.marked;
        copy.state = from.state;
        copy.fingerprint = from.fingerprint;
        return copy;
    }

    void upgradeState(Entry from, TableSchema schema) {
        state = from.state == from.image ? image : Layouts.upgraded(from.state, schema);
        fingerprint = 0;
        merge = from.merge;
        arrival = from.arrival;
        suspect = from.suspect;
    }

    boolean isSnapshotRow() {
        return flavour == Flavour.SNAPSHOT_ROW;
    }

    /** The place alone. */
    Entry bare() {
        return new Entry(kind, flavour, rawTime, lane, position, order, null);
    }
}
