package io.cdcsdk.scd;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last events of one key as an array, as far back as need be, and the chunks that those before are in. */
final class Window {
    private final Order order;

    @Nullable
    Base base;
    /** The events that are not in the array; null if all are. */
    @Nullable
    Chunk floor;

    Entry[] entries = {};
    int size;

    Window(Order order) {
        this.order = order;
    }

    /** Begins with no events in the array. */
    void begin(@Nullable Base atEdge, @Nullable Chunk events) {
        base = atEdge;
        floor = events;
        size = 0;
    }

    /** Begins with the first of some events, as if there were no others. */
    void beginFirst(@Nullable Base atEdge, @Nullable Chunk events, int first) {
        begin(atEdge, null);
        if (events != null) {
            reserve(first);
            events.copyFirst(first, entries, 0);
            size = first;
        }
    }

    /** What stands before the array: an event, the state at the edge, or null. */
    @Nullable
    Entry place() {
        return floor != null ? floor.last() : base;
    }

    /** The event before an index, or what stands there instead. */
    @Nullable
    Entry before(int index) {
        return index > 0 ? entries[index - 1] : place();
    }

    /** The last event, or what stands there instead. */
    @Nullable
    Entry last() {
        return before(size);
    }

    /** Takes every event into the array; says how many more these are. */
    int reachAll() {
        return reachDownTo(null);
    }

    /** Takes events into the array until only some chunks are left; says how many more these are. */
    int reachDownTo(@Nullable Chunk rest) {
        int more = Chunk.count(floor) - Chunk.count(rest);
        reserve(size + more);
        System.arraycopy(entries, 0, entries, more, size);
        size += more;
        int at = more;
        while (floor != null && floor != rest) {
            at -= floor.entries().length;
            System.arraycopy(floor.entries(), 0, entries, at, floor.entries().length);
            floor = floor.older();
        }
        return more;
    }

    /** Takes events into the array, back to all that have the time of the last one before some place; says how many more these are. */
    int reach(Entry least) {
        Chunk rest = floor;
        Entry before = size > 0 && order.compare(entries[0], least) < 0 ? entries[0] : null;
        while (rest != null && (before == null || rest.last().time >= before.time)) {
            if (before == null) {
                before = lastBefore(rest.entries(), least);
            }
            rest = rest.older();
        }
        return rest == floor ? 0 : reachDownTo(rest);
    }

    private @Nullable Entry lastBefore(Entry[] sorted, Entry least) {
        int index = sorted.length - 1;
        while (index >= 0 && order.compare(sorted[index], least) >= 0) {
            index--;
        }
        return index < 0 ? null : sorted[index];
    }

    private void reserve(int count) {
        if (entries.length < count) {
            entries = Arrays.copyOf(entries, Math.max(Math.max(16, count), entries.length * 2));
        }
    }

    /**
     * The place at which an entry belongs, or {@code -1 - index} if it is at the index already; {@link Integer#MIN_VALUE} if it
     * belongs before what has been folded for good. The array must reach that far.
     */
    int find(Entry entry) {
        if (size > 0 && order.compare(entries[size - 1], entry) < 0) {
            return size;
        }
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int result = order.compare(entries[middle], entry);
            if (result == 0) {
                return -1 - middle;
            } else if (result < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0 && floor == null && base != null && order.compare(base, entry) >= 0) {
            return Integer.MIN_VALUE;
        }
        return low;
    }

    void insert(int index, Entry entry) {
        reserve(size + 1);
        System.arraycopy(entries, index, entries, index + 1, size - index);
        entries[index] = entry;
        size++;
    }

    /** All events, of which the array holds the last as they are now. */
    @Nullable
    Chunk events() {
        return Chunk.append(floor, entries, 0, size);
    }

    /** Whether sweeps lie behind what stands before the array, or behind its first event if nothing does. */
    boolean isSwept(List<Sweep> sweeps) {
        if (sweeps.isEmpty()) {
            return false;
        }
        Entry first = place();
        return Sweep.anyAfter(sweeps, first != null || size == 0 ? first : entries[0], order);
    }

    /** Whether a sweep deletes this key if it is live there. All events must be in the array. */
    boolean isDeletedBy(Sweep sweep) {
        if (sweep.isTruncate()) {
            return true;
        }
        if (base != null
                && (sweep.holds(base.snapshotLane, base.snapshotPosition) || order.compare(base, sweep.start()) > 0)) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            Entry entry = entries[i];
            if (entry.isSnapshotRow() && sweep.holds(entry.lane, entry.position) || sweep.spans(entry, order)) {
                return false;
            }
        }
        return true;
    }
}
