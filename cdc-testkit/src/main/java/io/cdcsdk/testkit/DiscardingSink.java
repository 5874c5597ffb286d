package io.cdcsdk.testkit;

import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A sink that counts events and forgets them, for benchmarks: it declares every capability, and its cursors live as long as
 * it does. The counts may be read by any thread.
 */
public final class DiscardingSink implements Sink {
    private record TargetLane(String target, String lane) {}

    private final Map<TargetLane, Position> cursors = new HashMap<>();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();

    /** The number of events that were written, committed or not. */
    public long events() {
        return events.get();
    }

    /** The number of commits that succeeded. */
    public long commits() {
        return commits.get();
    }

    @Override
    public Set<SinkCapability> capabilities() {
        return EnumSet.allOf(SinkCapability.class);
    }

    @Override
    public void open() {}

    @Override
    public List<Cursor> claim(Set<String> lanes) {
        List<Cursor> found = new ArrayList<>();
        cursors.forEach((place, position) -> {
            if (lanes.contains(place.lane())) {
                found.add(new Cursor(place.target(), place.lane(), position));
            }
        });
        return found;
    }

    @Override
    public void write(EventBatch batch) {
        // One thread writes: a plain addition, published without a fence.
        events.lazySet(events.getPlain() + batch.events().size());
    }

    @Override
    public void commit(Commit commit) {
        for (Commit.Move move : commit.moves()) {
            Position current = cursors.get(new TargetLane(move.target(), move.lane()));
            if (!Objects.equals(current, move.from())) {
                throw new LaneLost(
                        move.lane(),
                        "lane '" + move.lane() + "' of target " + move.target() + " stands at " + current + ", not at "
                                + move.from());
            }
        }
        commit.moves().forEach(move -> cursors.put(new TargetLane(move.target(), move.lane()), move.to()));
        commits.incrementAndGet();
    }

    @Override
    public void close() {}
}
