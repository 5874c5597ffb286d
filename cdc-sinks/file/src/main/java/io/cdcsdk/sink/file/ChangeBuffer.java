package io.cdcsdk.sink.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Entries in memory, in the order of arrival until they are sorted. Not safe for several threads. */
final class ChangeBuffer {
    /** A point to go back to. */
    record Mark(int count, int chunks, int used) {}

    private static final int CHUNK = 1 << 20;
    private static final int FIRST_CHUNK = 1 << 12;
    private static final int HEADER = 17;
    /** Of the heap, for each entry: its place and the beginning of its key, twice while they are sorted. */
    private static final int OVERHEAD = 32;

    private final int schemaIndex;
    private final List<byte[]> chunks = new ArrayList<>();
    private int used;
    private long chunkBytes;
    private long[] places = new long[64];
    private long[] prefixes = new long[64];
    private int count;
    private boolean sorted = true;

    ChangeBuffer(int schemaIndex) {
        this.schemaIndex = schemaIndex;
    }

    int schemaIndex() {
        return schemaIndex;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The heap that the entries take. */
    long bytes() {
        return chunkBytes + (long) OVERHEAD * count;
    }

    Mark mark() {
        return new Mark(count, chunks.size(), used);
    }

    /** Forgets what came after a mark. Only before the entries have been sorted again. */
    void rollback(Mark mark) {
        while (chunks.size() > mark.chunks) {
            chunkBytes -= chunks.remove(chunks.size() - 1).length;
        }
        count = mark.count;
        used = mark.used;
    }

    void add(Bytes entry) {
        int length = entry.length();
        if (chunks.isEmpty() || chunks.get(chunks.size() - 1).length - used < length) {
            byte[] chunk = new byte[(int) Math.max(length, Math.min(Math.max(chunkBytes, FIRST_CHUNK), CHUNK))];
            chunks.add(chunk);
            chunkBytes += chunk.length;
            used = 0;
        }
        byte[] chunk = chunks.get(chunks.size() - 1);
        System.arraycopy(entry.array(), 0, chunk, used, length);
        if (count == places.length) {
            places = Arrays.copyOf(places, 2 * count);
            prefixes = Arrays.copyOf(prefixes, 2 * count);
        }
        places[count] = (long) (chunks.size() - 1) << 32 | used;
        prefixes[count] = prefix(chunk, used);
        used += length;
        count++;
        sorted = sorted && (count == 1 || compare(count - 2, count - 1) <= 0);
    }

    /** The first eight bytes of the key, filled with zeros: where two differ, the keys differ in the same direction. */
    private static long prefix(byte[] chunk, int start) {
        int length = BigEndian.readInt(chunk, start + 4);
        if (length >= 8) {
            return BigEndian.readLong(chunk, start + HEADER);
        }
        long prefix = 0;
        for (int i = 0; i < 8; i++) {
            prefix = prefix << 8 | (i < length ? chunk[start + HEADER + i] & 0xFF : 0);
        }
        return prefix;
    }

    private int compare(int left, int right) {
        return compare(prefixes[left], places[left], prefixes[right], places[right]);
    }

    private int compare(long leftPrefix, long leftPlace, long rightPrefix, long rightPlace) {
        int byPrefix = Long.compareUnsigned(leftPrefix, rightPrefix);
        if (byPrefix != 0) {
            return byPrefix;
        }
        byte[] left = chunks.get((int) (leftPlace >> 32));
        byte[] right = chunks.get((int) (rightPlace >> 32));
        int leftFrom = (int) leftPlace;
        int rightFrom = (int) rightPlace;
        int byKey = Arrays.compareUnsigned(
                left,
                leftFrom + HEADER,
                leftFrom + HEADER + BigEndian.readInt(left, leftFrom + 4),
                right,
                rightFrom + HEADER,
                rightFrom + HEADER + BigEndian.readInt(right, rightFrom + 4));
        return byKey != 0
                ? byKey
                : Long.compare(BigEndian.readLong(left, leftFrom + 8), BigEndian.readLong(right, rightFrom + 8));
    }

    /** Sorts the entries by key and sequence number, and goes through them. */
    EntryCursor cursor() {
        if (!sorted) {
            sort();
            sorted = true;
        }
        return new EntryCursor(schemaIndex) {
            private int next;

            @Override
            boolean next() {
                if (next == count) {
                    return false;
                }
                buffer = chunks.get((int) (places[next] >> 32));
                start = (int) places[next++];
                return true;
            }
        };
    }

    /** Merges ever longer runs from one pair of arrays into another; stable. */
    private void sort() {
        long[] fromPlaces = places;
        long[] fromPrefixes = prefixes;
        long[] toPlaces = new long[places.length];
        long[] toPrefixes = new long[places.length];
        for (int width = 1; width < count && width > 0; width *= 2) {
            for (int low = 0; low < count; low += 2 * width) {
                int middle = Math.min(low + width, count);
                int high = (int) Math.min((long) low + 2L * width, count);
                int left = low;
                int right = middle;
                for (int i = low; i < high; i++) {
                    boolean fromLeft = right == high
                            || left < middle
                                    && compare(
                                                    fromPrefixes[left],
                                                    fromPlaces[left],
                                                    fromPrefixes[right],
                                                    fromPlaces[right])
                                            <= 0;
                    int source = fromLeft ? left++ : right++;
                    toPlaces[i] = fromPlaces[source];
                    toPrefixes[i] = fromPrefixes[source];
                }
            }
            long[] places = fromPlaces;
            fromPlaces = toPlaces;
            toPlaces = places;
            long[] prefixes = fromPrefixes;
            fromPrefixes = toPrefixes;
            toPrefixes = prefixes;
        }
        places = fromPlaces;
        prefixes = fromPrefixes;
    }
}
