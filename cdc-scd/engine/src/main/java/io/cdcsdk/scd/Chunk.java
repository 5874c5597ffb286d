package io.cdcsdk.scd;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Some events of one key in their order, and those before them. Immutable, so that the states of a key share what they have in common:
 * a change costs as much as what lies behind its place, however many events there are.
 *
 * @param entries the events; at least one
 * @param older those before
 * @param count how many there are in all
 */
record Chunk(Entry[] entries, @Nullable Chunk older, int count) {
    /** Smaller ones are put together with what comes behind them. */
    private static final int SMALL = 16;

    private static final int LARGE = 64;

    Entry first() {
        Chunk chunk = this;
        while (chunk.older != null) {
            chunk = chunk.older;
        }
        return chunk.entries[0];
    }

    Entry last() {
        return entries[entries.length - 1];
    }

    static int count(@Nullable Chunk chunk) {
        return chunk == null ? 0 : chunk.count;
    }

    /** The events in {@code more} from one index to another, behind others. */
    static @Nullable Chunk append(@Nullable Chunk older, Entry[] more, int from, int to) {
        if (from == to) {
            return older;
        }
        if (older != null && older.entries.length + to - from <= SMALL) {
            Entry[] both = Arrays.copyOf(older.entries, older.entries.length + to - from);
            System.arraycopy(more, from, both, older.entries.length, to - from);
            return new Chunk(both, older.older, older.count + to - from);
        }
        Chunk chunk = older;
        for (int at = from; at < to; at += LARGE) {
            int end = Math.min(to, at + LARGE);
            chunk = new Chunk(Arrays.copyOfRange(more, at, end), chunk, count(chunk) + end - at);
        }
        return chunk;
    }

    /** The last of these events, without some of the first. */
    @Nullable
    Chunk without(int first) {
        if (first == 0) {
            return this;
        }
        Deque<Chunk> kept = new ArrayDeque<>();
        Chunk chunk = this;
        while (chunk != null && chunk.count - chunk.entries.length >= first) {
            kept.push(chunk);
            chunk = chunk.older;
        }
        Chunk rest = null;
        if (chunk != null && chunk.count > first) {
            int gone = chunk.entries.length - (chunk.count - first);
            rest = new Chunk(Arrays.copyOfRange(chunk.entries, gone, chunk.entries.length), null, chunk.count - first);
        }
        for (Chunk each : kept) {
            rest = new Chunk(each.entries, rest, each.count - first);
        }
        return rest;
    }

    /** How many events are older than a time, which the times of events in their order tell. */
    int countBefore(long time) {
        Chunk chunk = this;
        while (chunk.entries[0].time >= time) {
            if (chunk.older == null) {
                return 0;
            }
            chunk = chunk.older;
        }
        int at = chunk.entries.length;
        while (chunk.entries[at - 1].time >= time) {
            at--;
        }
        return chunk.count - chunk.entries.length + at;
    }

    /** Copies the first of these events into an array. */
    void copyFirst(int first, Entry[] into, int at) {
        for (Chunk chunk = this; chunk != null; chunk = chunk.older) {
            int before = chunk.count - chunk.entries.length;
            if (before < first) {
                System.arraycopy(chunk.entries, 0, into, at + before, Math.min(chunk.entries.length, first - before));
            }
        }
    }
}
