package io.cdcsdk.scd;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last events of one key as an array, as far back as need be, and the floor that those before are. */
final class Window {
    private final Order order;

    @Nullable
    Base base;
    /** The last event that is not in the array; null if all are. */
    @Nullable
    Entry floor;

    Entry[] entries = new Entry[16];
    int size;

    Window(Order order) {
        this.order = order;
    }

    /** Begins with no events in the array. */
    void begin(@Nullable Base atEdge, @Nullable Entry tip) {
        base = atEdge;
        floor = tip;
        size = 0;
    }

    /** What stands before the array: the floor, the state at the edge, or null. */
    @Nullable
    Entry place() {
        return floor != null ? floor : base == null ? null : base.last();
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
        return take(null);
    }

    /** Takes events into the array, back to those of an earlier time than the last one before some place; says how many more these are. */
    int reach(Entry least) {
        Entry down = floor;
        while (down != null && order.compare(down, least) >= 0) {
            down = down.previous;
        }
        if (down != null) {
            long time = down.time;
            while (down != null && down.time >= time) {
                down = down.previous;
            }
        }
        return take(down);
    }

    /** Takes events into the array as long as they are later than some event. */
    int reachDownTo(@Nullable Entry event) {
        return take(event);
    }

    private int take(@Nullable Entry down) {
        int more = 0;
        for (Entry entry = floor; entry != null && entry != down; entry = entry.previous) {
            more++;
        }
        reserve(size + more);
        System.arraycopy(entries, 0, entries, more, size);
        size += more;
        Entry entry = floor;
        for (int i = more - 1; entry != null && i >= 0; i--) {
            entries[i] = entry;
            entry = entry.previous;
        }
        floor = down;
        return more;
    }

    private void reserve(int count) {
        if (entries.length < count) {
            entries = Arrays.copyOf(entries, Math.max(count, entries.length * 2));
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
        if (low == 0 && floor == null && base != null && order.compare(base.last(), entry) >= 0) {
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

    void removeFirst(int count) {
        size -= count;
        System.arraycopy(entries, count, entries, 0, size);
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
                && (sweep.holds(base.snapshotLane(), base.snapshotPosition())
                        || order.compare(base.last(), sweep.start()) > 0)) {
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
