package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.PositionLost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lanes that {@link ScriptedSource}s read: lists of events that may grow while they are read. It outlives its sources: a new
 * source on the same origin is a restart. Safe for any thread.
 */
public final class ScriptedOrigin {
    private static final class Lane {
        final List<ChangeEvent> events = new ArrayList<>();
        final Map<Position, String> spoilt = new HashMap<>();
        int forgotten;

        @Nullable
        Position lostUpTo;
    }

    private final Map<String, Lane> lanes = new LinkedHashMap<>();

    /**
     * Adds events at the end of a lane, which begins to exist with the first call. One call holds whole transactions.
     *
     * @throws IllegalArgumentException if the positions do not rise
     */
    public synchronized ScriptedOrigin append(String lane, List<? extends ChangeEvent> events) {
        Lane known = lanes.computeIfAbsent(lane, none -> new Lane());
        Position last = known.events.isEmpty()
                ? known.lostUpTo
                : known.events.get(known.events.size() - 1).position();
        for (ChangeEvent event : events) {
            if (!event.position().isAfter(last)) {
                throw new IllegalArgumentException(
                        event + " is not behind " + last + ": the positions of a lane must rise");
            }
            last = event.position();
        }
        known.events.addAll(events);
        notifyAll();
        return this;
    }

    /**
     * Makes an event that was appended a record that cannot be decoded; it keeps its position, and its transaction.
     *
     * @param content what stands there instead
     */
    public synchronized ScriptedOrigin spoil(String lane, Position position, String content) {
        known(lane).spoilt.put(position, content);
        return this;
    }

    /** Makes an event that was {@linkplain #spoil spoilt} what it was before. */
    public synchronized ScriptedOrigin mend(String lane, Position position) {
        known(lane).spoilt.remove(position);
        return this;
    }

    /** What stands at a position that cannot be decoded; null if what does can be. */
    synchronized @Nullable String spoilt(String lane, Position position) {
        return known(lane).spoilt.get(position);
    }

    private Lane known(String lane) {
        return Objects.requireNonNull(lanes.get(lane), () -> "there is no lane '" + lane + "'");
    }

    /** Forgets all events of a lane: who resumes before its present end gets a {@link PositionLost}. */
    public synchronized ScriptedOrigin forget(String lane) {
        Lane known = known(lane);
        if (!known.events.isEmpty()) {
            known.lostUpTo = known.events.get(known.events.size() - 1).position();
            known.forgotten += known.events.size();
            known.events.clear();
        }
        return this;
    }

    synchronized Set<String> lanes() {
        return Set.copyOf(lanes.keySet());
    }

    /** Where a reader that resumes after a position goes on, as a number of events from the lane's very first. */
    synchronized int indexAfter(String lane, @Nullable Position position) {
        Lane known = Objects.requireNonNull(lanes.get(lane));
        if (known.lostUpTo != null && position != null && known.lostUpTo.isAfter(position)) {
            throw new PositionLost("lane '" + lane + "' no longer has what follows " + position + ", it begins behind "
                    + known.lostUpTo + ": delete the cursor and take a new snapshot");
        }
        int low = 0;
        int high = known.events.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (known.events.get(middle).position().isAfter(position)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return known.forgotten + low;
    }

    /** Up to so many events of a lane from an index on, and one more if there is one: it tells how the batch ends. */
    synchronized List<ChangeEvent> slice(String lane, int from, int most) {
        Lane known = Objects.requireNonNull(lanes.get(lane));
        int first = from - known.forgotten;
        if (first < 0) {
            throw new PositionLost("lane '" + lane + "' was forgotten up to " + known.lostUpTo
                    + " before it had been read: delete the cursor and take a new snapshot");
        }
        return List.copyOf(known.events.subList(
                Math.min(first, known.events.size()), Math.min(first + most + 1, known.events.size())));
    }

    /** Waits until something has been appended, or the time is up, or for no reason. */
    @SuppressWarnings("WaitNotInLoop") // the caller looks for events in a loop
    synchronized void await(int knownEvents, Duration most) throws InterruptedException {
        if (size() == knownEvents && most.toMillis() > 0) {
            wait(most.toMillis());
        }
    }

    /** The number of events that were ever appended. */
    synchronized int size() {
        return lanes.values().stream()
                .mapToInt(lane -> lane.forgotten + lane.events.size())
                .sum();
    }
}
