package io.cdcsdk.scd;

import io.cdcsdk.api.TableSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the engine keeps of one key: the state at the edge of the window, and the events inside the window with the state behind each.
 * Immutable. Opaque to stores, which keep it as an object or as the bytes of {@link StateCodec}.
 */
public final class KeyState {
    private static final int WORTH_FOLDING = 4;

    final RowKey key;
    /** The place in {@link TableState#layouts} of the schema that all rows here have. */
    final int layout;

    final @Nullable Base base;
    final @Nullable Chunk events;
    final long oldestTime;
    /** The events are worth folding for good once the window's edge lies behind this time: no fewer than come after it. */
    final long foldAfter;
    /** Whether another key may take over a row of this one. */
    final boolean bequeaths;

    // The state behind the last event, here so that what comes in order looks no further.
    final long lastTime;
    final int fingerprint;
    final boolean live;
    final boolean marked;

    KeyState(
            RowKey key,
            int layout,
            @Nullable Base base,
            @Nullable Chunk events,
            long oldestTime,
            long foldAfter,
            boolean bequeaths) {
        this.key = key;
        this.layout = layout;
        this.base = base;
        this.events = events;
        this.oldestTime = oldestTime;
        this.foldAfter = foldAfter;
        this.bequeaths = bequeaths;
        Entry last = last();
        this.lastTime = last == null ? Long.MIN_VALUE : last.time;
        this.fingerprint = last == null ? 0 : last.fingerprint;
        this.live = last != null && last.live;
        this.marked = last != null && last.marked;
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
        return Chunk.count(events);
    }

    /** The last event that was merged, or null. */
    @Nullable
    Entry last() {
        return events != null ? events.last() : base;
    }

    /** Whether so much lies before an edge that it pays to fold it for good: a few events take no more room than their versions. */
    static boolean isDue(@Nullable Chunk events, long foldAfter, long edge) {
        return foldAfter < edge && Chunk.count(events) >= WORTH_FOLDING;
    }

    /** See {@link #isDue(Chunk, long, long)}. */
    boolean isDue(long edge) {
        return isDue(events, foldAfter, edge);
    }

    /** Looks at the last events, so that they are in the processor's cache. */
    long warmth() {
        return events == null ? 0 : events.count() + events.entries().length;
    }

    /** Looks at what will be folded for good. */
    long warmthOfEvents() {
        long sum = base == null ? 0 : base.time;
        if (events != null) {
            for (Entry entry : events.entries()) {
                sum += entry.time;
            }
        }
        return sum;
    }

    /** The events in their order. */
    Entry[] entries() {
        Entry[] entries = new Entry[eventCount()];
        if (events != null) {
            events.copyFirst(entries.length, entries, 0);
        }
        return entries;
    }

    /** This state with its rows in a newer schema of the history. */
    KeyState upgraded(int newLayout, TableSchema schema) {
        if (newLayout == layout) {
            return this;
        }
        Entry[] upgraded = entries();
        for (int i = 0; i < upgraded.length; i++) {
            upgraded[i] = upgraded[i].upgraded(schema);
        }
        return new KeyState(
                key,
                newLayout,
                base == null ? null : base.upgraded(schema),
                Chunk.append(null, upgraded, 0, upgraded.length),
                oldestTime,
                foldAfter,
                bequeaths);
    }

    /**
     * The versions that overlap the window, sorted by their beginning, as rows of the table's schema. All versions of the key are the
     * {@linkplain KeyUpdate#archived archived} ones and these.
     *
     * @param table the table's state, at least as new as this one
     */
    public List<Version> versions(TableState table) {
        return versions(table.rules(), table.layout(), table.sweeps());
    }

    List<Version> versions(Rules rules, int inLayout, List<Sweep> sweeps) {
        if (events == null && base != null && inLayout == layout && !Sweep.anyAfter(sweeps, base, rules.order)) {
            Version version = base.version();
            return version == null ? List.of() : List.of(version);
        }
        VersionWalk walk = new VersionWalk(rules);
        walk.read(upgraded(inLayout, rules.schema), null, 0, sweeps);
        return walk.versions(0, walk.count());
    }
}
