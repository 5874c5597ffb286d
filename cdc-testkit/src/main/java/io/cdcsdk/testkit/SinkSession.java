package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Sink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Drives one sink as the runtime does: claims lanes, drops what the cursors say is there, and commits from cursor to cursor. Not
 * safe for use by several threads.
 */
final class SinkSession implements AutoCloseable {
    private record TargetLane(String target, String lane) {}

    private final Sink sink;
    private final Map<TargetLane, Position> cursors = new HashMap<>();
    private final Map<TargetLane, Position> written = new LinkedHashMap<>();
    private boolean closed;

    SinkSession(Sink sink) {
        this.sink = sink;
    }

    Sink sink() {
        return sink;
    }

    List<Cursor> claim(String... lanes) {
        List<Cursor> claimed = sink.claim(Set.of(lanes));
        for (Cursor cursor : claimed) {
            cursors.put(new TargetLane(cursor.target(), cursor.lane()), cursor.position());
        }
        return claimed;
    }

    /** The cursor as the last claim or commit left it. */
    @Nullable
    Position cursor(String target, String lane) {
        return cursors.get(new TargetLane(target, lane));
    }

    /** Writes the events that the cursors do not cover. */
    SinkSession write(String lane, List<? extends ChangeEvent> events) {
        List<ChangeEvent> fresh = new ArrayList<>();
        Map<TargetLane, Position> ends = new LinkedHashMap<>();
        for (ChangeEvent event : events) {
            TargetLane place = new TargetLane(sink.target(event.table()), lane);
            if (event.position().isAfter(cursors.get(place))) {
                fresh.add(event);
                ends.put(place, event.position());
            }
        }
        if (!fresh.isEmpty()) {
            sink.write(batch(lane, fresh));
            written.putAll(ends);
        }
        return this;
    }

    static EventBatch batch(String lane, List<ChangeEvent> events) {
        return EventBatch.of(
                lane,
                List.copyOf(events),
                events.get(events.size() - 1).position(),
                256L * events.size(),
                EventBatch.Boundary.TRANSACTION_END);
    }

    /** The commit of everything written since the last one: first the tables, then the watermarks of their lanes. */
    Commit pending() {
        List<Commit.Move> moves = new ArrayList<>();
        Map<String, Position> watermarks = new LinkedHashMap<>();
        written.forEach((place, to) -> {
            moves.add(new Commit.Move(place.target(), place.lane(), cursors.get(place), to));
            watermarks.merge(place.lane(), to, (one, other) -> one.isAfter(other) ? one : other);
        });
        watermarks.forEach((lane, to) -> {
            Position from = cursor(Cursor.WHOLE_LANE, lane);
            if (to.isAfter(from)) {
                moves.add(new Commit.Move(Cursor.WHOLE_LANE, lane, from, to));
            }
        });
        return new Commit(moves, EventBatch.Boundary.TRANSACTION_END);
    }

    /** Commits everything written since the last commit; after a throw the session still holds it as pending. */
    void commit() {
        commit(pending());
    }

    void commit(Commit commit) {
        sink.commit(commit);
        for (Commit.Move move : commit.moves()) {
            cursors.put(new TargetLane(move.target(), move.lane()), Objects.requireNonNull(move.to()));
        }
        written.clear();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            sink.close();
        }
    }
}
