package io.cdcsdk.scd;

import io.cdcsdk.api.Row;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The keys that a merge touches: an open-addressed table, in order of appearance. */
final class Groups {
    private static final int MOST_EXPECTED = 1 << 16;

    private Group[] ordered = new Group[64];
    private int size;
    private int[] slots = new int[128]; // 1 + index, or 0
    private int[] hashes = new int[64];
    private long[] tags = new long[64];
    private int[] counts = new int[64]; // of events

    // The events that were added, in order of arrival, and the number of each one's group.
    private Entry[] entries = new Entry[1024];
    private int[] groupOf = new int[1024];
    private int count;

    int size() {
        return size;
    }

    /** Adds an event to the group of a number. */
    void add(int group, Entry entry) {
        if (count == entries.length) {
            entries = Arrays.copyOf(entries, count * 2);
            groupOf = Arrays.copyOf(groupOf, count * 2);
        }
        entries[count] = entry;
        groupOf[count++] = group;
        counts[group]++;
    }

    /** Replaces every event that was added. */
    void replaceAll(UnaryOperator<Entry> with) {
        for (int i = 0; i < count; i++) {
            entries[i] = with.apply(entries[i]);
        }
    }

    /** The events that were added, group by group, those of a group in order of arrival. To be called once, when all are there. */
    Entry[] sorted() {
        int end = 0;
        for (int i = 0; i < size; i++) {
            Group group = ordered[i];
            group.from = end;
            group.to = end;
            end += counts[i];
        }
        Entry[] sorted = new Entry[count];
        for (int i = 0; i < count; i++) {
            sorted[ordered[groupOf[i]].to++] = entries[i];
        }
        return sorted;
    }

    Group get(int index) {
        return ordered[index];
    }

    /** The number of the group of the key of a row; a new one if the key has not been touched. */
    int of(Row row, int[] keyOrdinals) {
        if (RowKey.isBits(row.schema(), keyOrdinals)) {
            return ofBits(RowKey.bits(row, keyOrdinals), row, keyOrdinals);
        }
        int hash = RowKey.hash(row, keyOrdinals);
        long tag = RowKey.tag(row, keyOrdinals, hash);
        int mask = slots.length - 1;
        for (int slot = hash & mask; ; slot = (slot + 1) & mask) {
            int entry = slots[slot];
            if (entry == 0) {
                return add(new Group(RowKey.of(row, keyOrdinals)), slot, hash);
            }
            if (tags[entry - 1] == tag && ordered[entry - 1].key.matches(row, keyOrdinals, hash)) {
                return entry - 1;
            }
        }
    }

    /** The tags of such keys tell them apart. */
    private int ofBits(long bits, Row row, int[] keyOrdinals) {
        int hash = RowKey.hashOfBits(bits);
        int mask = slots.length - 1;
        for (int slot = hash & mask; ; slot = (slot + 1) & mask) {
            int entry = slots[slot];
            if (entry == 0) {
                return add(new Group(RowKey.of(row, keyOrdinals)), slot, hash);
            }
            if (tags[entry - 1] == bits) {
                return entry - 1;
            }
        }
    }

    /** Makes room for some more events. */
    void expect(int events) {
        int expected = Math.min(events, MOST_EXPECTED);
        if (count + events > entries.length) {
            int room = Math.max(count + events, count * 2);
            entries = Arrays.copyOf(entries, room);
            groupOf = Arrays.copyOf(groupOf, room);
        }
        if (size == 0 && expected > slots.length) {
            slots = new int[Integer.highestOneBit(expected)];
        }
    }

    /** The group of a key, or null. */
    @Nullable
    Group find(RowKey key) {
        int mask = slots.length - 1;
        for (int slot = key.hashCode() & mask; ; slot = (slot + 1) & mask) {
            int entry = slots[slot];
            if (entry == 0) {
                return null;
            }
            if (ordered[entry - 1].key.equals(key)) {
                return ordered[entry - 1];
            }
        }
    }

    /** A group for a key that has none. */
    Group add(RowKey key) {
        int mask = slots.length - 1;
        int slot = key.hashCode() & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        int number = add(new Group(key), slot, key.hashCode());
        return ordered[number];
    }

    private int add(Group group, int slot, int hash) {
        if (size == ordered.length) {
            ordered = Arrays.copyOf(ordered, size * 2);
            hashes = Arrays.copyOf(hashes, size * 2);
            tags = Arrays.copyOf(tags, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
        }
        ordered[size] = group;
        hashes[size] = hash;
        tags[size] = group.key.tag();
        slots[slot] = ++size;
        if (size * 2 > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int i = 0; i < size; i++) {
            int slot = hashes[i] & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = i + 1;
        }
    }
}
