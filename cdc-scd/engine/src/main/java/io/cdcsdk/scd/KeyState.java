package io.cdcsdk.scd;

import io.cdcsdk.api.Row;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the engine keeps of one key: the state at the edge of the window, the events inside the window, and the versions that
 * overlap it. Immutable. Opaque to stores, which keep it as an object or as the bytes of {@link StateCodec}.
 */
public final class KeyState {
    static final Entry[] NO_ENTRIES = {};
    static final Version[] NO_VERSIONS = {};

    final RowKey key;
    /** The place in {@link TableState#layouts} of the schema that all rows here have. */
    final int layout;

    final @Nullable Base base;
    final Entry[] entries;
    final Version[] versions;

    /** Whether another key may take over a row of this one. */
    final boolean bequeaths;

    // The state behind the last event, here so that what comes in order looks no further.
    final long oldestTime;
    final long lastTime;
    final boolean live;
    final boolean marked;
    final @Nullable Row row;
    /** {@link Rules#fingerprint} of the row; 0 if it has not been computed. */
    final long fingerprint;

    KeyState(RowKey key, int layout, @Nullable Base base, Entry[] entries, Version[] versions) {
        this(
                key,
                layout,
                base,
                entries,
                versions,
                entries.length == 0 ? Long.MAX_VALUE : entries[0].time,
                Arrays.stream(entries).anyMatch(entry -> entry.heir != null));
    }

    KeyState(
            RowKey key,
            int layout,
            @Nullable Base base,
            Entry[] entries,
            Version[] versions,
            long oldestTime,
            boolean bequeaths) {
        this.bequeaths = bequeaths;
        this.key = key;
        this.layout = layout;
        this.base = base;
        this.entries = entries;
        this.versions = versions;
        this.oldestTime = oldestTime;
        if (entries.length > 0) {
            Entry last = entries[entries.length - 1];
            this.lastTime = last.time;
            this.live = last.live;
            this.marked = last.marked;
            this.row = last.state;
            this.fingerprint = last.fingerprint;
        } else {
            this.lastTime = base == null ? Long.MIN_VALUE : base.time();
            this.live = base != null && base.live();
            this.marked = base != null && base.marked();
            this.row = base == null ? null : base.row();
            this.fingerprint = base == null ? 0 : base.fingerprint();
        }
    }

    /** The key. */
    public RowKey key() {
        return key;
    }

    /** The time of the oldest event that is kept, in microseconds, or {@link Long#MAX_VALUE} if none is. */
    public long oldestEventTime() {
        return oldestTime;
    }

    /** How many events are kept. */
    public int eventCount() {
        return entries.length;
    }

    /** The last event that was merged, or null. */
    @Nullable
    Entry last() {
        if (entries.length > 0) {
            return entries[entries.length - 1];
        }
        return base == null ? null : base.last();
    }

    /**
     * The versions that are kept, sorted by their beginning, as rows of the table's schema; what truncates closed since the state was
     * written is closed. All versions of the key are the {@linkplain KeyUpdate#archived archived} ones and these.
     *
     * @param table the table's state, at least as new as this one
     */
    public List<Version> versions(TableState table) {
        Entry last = last();
        if ((last == null || !table.hasSweepAfter(last)) && layout == table.layout()) {
            return Collections.unmodifiableList(Arrays.asList(versions));
        }
        KeyFold fold = new KeyFold(table.rules(), KeyFold.NO_MERGE);
        fold.load(this, table);
        return fold.settle(table);
    }

    /** This state, with the versions closed that truncates closed since it was written: what stores of rows hold. */
    KeyState settled(TableState table) {
        if (table.sweeps().isEmpty()) {
            return this;
        }
        Entry last = last();
        if (last == null || !table.hasSweepAfter(last)) {
            return this;
        }
        KeyFold fold = new KeyFold(table.rules(), KeyFold.NO_MERGE);
        fold.load(this, table);
        fold.refold(table.sweeps(), Long.MIN_VALUE);
        return fold.state(key, table.layout());
    }
}
