package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Lanes;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Serves the same events again and again, for benchmarks: each round is a lane of its own, so that positions may repeat, and
 * nothing is allocated but one batch object for each batch. It expects no earlier cursors.
 */
public final class RepeatingSource implements Source {
    private record Slice(List<ChangeEvent> events, long bytes) {}

    private final List<Slice> slices;
    private final int rounds;
    private @Nullable Lanes lanes;
    private String lane = "";
    private int round;
    private int next;

    private RepeatingSource(List<Slice> slices, int rounds) {
        this.slices = slices;
        this.rounds = rounds;
    }

    /**
     * A source of {@code rounds} times the same events.
     *
     * @param events events of one lane; some hundred thousand, because every round has to be claimed
     * @param batchSize the number of events in a batch
     * @param bytesPerEvent what the batches tell about their size
     * @param rounds how often the events are served
     */
    public static RepeatingSource of(List<ChangeEvent> events, int batchSize, int bytesPerEvent, int rounds) {
        List<Slice> slices = new ArrayList<>();
        for (int from = 0; from < events.size(); from += batchSize) {
            List<ChangeEvent> slice = List.copyOf(events.subList(from, Math.min(from + batchSize, events.size())));
            slices.add(new Slice(slice, (long) slice.size() * bytesPerEvent));
        }
        return new RepeatingSource(slices, rounds);
    }

    @Override
    public Set<SourceCapability> capabilities() {
        return Set.of(
                SourceCapability.FINITE,
                SourceCapability.SNAPSHOT,
                SourceCapability.TRUNCATE,
                SourceCapability.SCHEMA_CHANGE,
                SourceCapability.KEYLESS_TABLES);
    }

    @Override
    public void open(Lanes where) {
        lanes = where;
    }

    @Override
    public EventBatch poll(Duration maxWait) {
        if (next == slices.size()) {
            next = 0;
            round++;
        }
        if (round >= rounds || slices.isEmpty()) {
            return EventBatch.endOfSource();
        }
        if (next == 0) {
            lane = "round-" + round;
            Objects.requireNonNull(lanes, "the source is not open").claim(Set.of(lane));
        }
        Slice slice = slices.get(next++);
        List<ChangeEvent> events = slice.events();
        return EventBatch.of(
                lane,
                events,
                events.get(events.size() - 1).position(),
                slice.bytes(),
                EventBatch.Boundary.TRANSACTION_END);
    }

    @Override
    public void acknowledge(Positions durable) {}

    @Override
    public void close() {}
}
