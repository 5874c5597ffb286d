package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Lanes;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import io.cdcsdk.api.Undecodable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Drives one source as the runtime does, remembers what it delivers, and checks of every batch what must hold of each: form,
 * rising positions, claims before events, nothing that is not declared. Not safe for use by several threads.
 */
final class SourceSession implements AutoCloseable {
    /** One event with the lane and the batch it came in. */
    record Received(String lane, ChangeEvent event, EventBatch batch) {}

    private static final Duration SHORT_WAIT = Duration.ofMillis(50);

    private final Source source;
    private final Set<SourceCapability> capabilities;
    private final Positions resume;
    private final Thread thread = Thread.currentThread();
    private final Map<String, Position> reached = new HashMap<>();
    private final List<String> claimed = new ArrayList<>();
    private final Map<TableSchema, TableSchema> schemas = new HashMap<>();
    private final List<Received> received = new ArrayList<>();
    private boolean calling;
    private boolean ended;
    private boolean closed;

    SourceSession(Source source, Positions resume) {
        this.source = source;
        this.capabilities = source.capabilities();
        this.resume = resume;
    }

    SourceSession open() {
        return open(this::claim);
    }

    SourceSession open(Lanes lanes) {
        calling = true;
        try {
            source.open(lanes);
        } finally {
            calling = false;
        }
        return this;
    }

    private Positions claim(Set<String> lanes) {
        assertThat(calling && Thread.currentThread() == thread)
                .as("lanes %s are claimed by the thread that calls open and poll, within these calls", lanes)
                .isTrue();
        assertThat(lanes).as("claimed lanes").isNotEmpty().doesNotContain("");
        assertThat(claimed).as("lanes claimed before %s", lanes).doesNotContainAnyElementsOf(lanes);
        claimed.addAll(lanes);
        Map<String, Position> known = new TreeMap<>(resume.asMap());
        known.keySet().retainAll(lanes);
        reached.putAll(known);
        return Positions.of(known);
    }

    Source source() {
        return source;
    }

    /** Every event so far. */
    List<Received> received() {
        return received;
    }

    List<ChangeEvent> events() {
        return received.stream().map(Received::event).toList();
    }

    /** The events of each lane. */
    Map<String, List<ChangeEvent>> byLane() {
        Map<String, List<ChangeEvent>> byLane = new TreeMap<>();
        received.forEach(one ->
                byLane.computeIfAbsent(one.lane(), none -> new ArrayList<>()).add(one.event()));
        return byLane;
    }

    /** Where each lane would be resumed now. */
    Positions reached() {
        return Positions.of(reached);
    }

    boolean hasEnded() {
        return ended;
    }

    /** Reads until so many events have come in all, and whatever else is there by then. */
    SourceSession read(int events, Duration patience) {
        readAtLeast(events, patience);
        EventBatch batch = poll(SHORT_WAIT);
        while (!batch.isIdle() && !batch.isEndOfSource()) {
            batch = poll(SHORT_WAIT);
        }
        return this;
    }

    /** Reads until at least so many events have come in all. */
    SourceSession readAtLeast(int events, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (received.size() < events) {
            EventBatch batch = poll(SHORT_WAIT);
            if (batch.isEndOfSource() || batch.isIdle() && System.nanoTime() > deadline) {
                return fail(
                        "expected %s events, but after %s the source says: %s; received: %s",
                        events, received.size(), batch, events());
            }
        }
        return this;
    }

    /** Reads until the source comes to a record that it cannot decode. */
    BadRecord readToUndecodable(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                EventBatch batch = poll(SHORT_WAIT);
                if (batch.isEndOfSource() || batch.isIdle() && System.nanoTime() > deadline) {
                    return fail("expected a record that cannot be decoded, but the source says: %s", batch);
                }
            } catch (BadRecord e) {
                return e;
            }
        }
    }

    /** Skips the record at which the last poll failed. */
    Undecodable skip() {
        Undecodable skipped = source.skip();
        if (skipped == null) {
            return fail("expected that the source goes on behind a record that it cannot decode, but it does not");
        }
        assertThat(claimed).as("the lanes that were claimed before %s", skipped).contains(skipped.lane());
        advance(skipped.lane(), skipped.position(), skipped);
        if (skipped.boundary() == EventBatch.Boundary.INSIDE_TRANSACTION) {
            assertDeclared(SourceCapability.TRANSACTIONS, skipped);
        }
        return skipped;
    }

    EventBatch poll(Duration maxWait) {
        try {
            return pollInterruptibly(maxWait);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody has interrupted this thread", e);
        }
    }

    EventBatch pollInterruptibly(Duration maxWait) throws InterruptedException {
        calling = true;
        try {
            EventBatch batch = source.poll(maxWait);
            accept(batch);
            return batch;
        } finally {
            calling = false;
        }
    }

    private void accept(EventBatch batch) {
        if (batch.isEndOfSource()) {
            assertDeclared(SourceCapability.FINITE, batch);
            ended = true;
            return;
        }
        assertThat(ended).as("%s after the end of the source", batch).isFalse();
        if (batch.isIdle()) {
            return;
        }
        String lane = batch.lane();
        assertThat(lane).as("the lane of %s", batch).isNotEmpty();
        assertThat(claimed).as("the lanes that were claimed before %s", batch).contains(lane);
        for (ChangeEvent event : batch.events()) {
            advance(lane, event.position(), event);
            check(event);
            received.add(new Received(lane, event, batch));
        }
        @Nullable Position last = reached.get(lane);
        if (last != null) {
            assertThat(batch.resumeAfter())
                    .as("where to resume after %s, in which %s is reached", batch, last)
                    .isGreaterThanOrEqualTo(last);
        }
        reached.put(lane, batch.resumeAfter());
        assertThat(batch.bytes()).as("the bytes of %s", batch).isNotNegative();
        if (batch.boundary() == EventBatch.Boundary.INSIDE_TRANSACTION) {
            assertDeclared(SourceCapability.TRANSACTIONS, batch);
        }
    }

    private void advance(String lane, Position position, Object what) {
        assertThat(position.isAfter(reached.get(lane)))
                .as("%s lies behind %s in lane %s", what, reached.get(lane), lane)
                .isTrue();
        reached.put(lane, position);
    }

    private void check(ChangeEvent event) {
        TableSchema shared = schemas.computeIfAbsent(event.schema(), schema -> schema);
        assertThat(event.schema() == shared)
                .as("all events of %s share one instance of the schema", shared)
                .isTrue();
        if (event instanceof RowChange change && change.operation() == Operation.SNAPSHOT
                || event instanceof SnapshotStarted
                || event instanceof SnapshotCompleted) {
            assertDeclared(SourceCapability.SNAPSHOT, event);
        } else if (event instanceof Truncate) {
            assertDeclared(SourceCapability.TRUNCATE, event);
        } else if (event instanceof SchemaChange) {
            assertDeclared(SourceCapability.SCHEMA_CHANGE, event);
        }
        if (!event.schema().hasKey()) {
            assertDeclared(SourceCapability.KEYLESS_TABLES, event);
        }
        if (event.origin().transaction() != null) {
            assertDeclared(SourceCapability.TRANSACTIONS, event);
        }
    }

    private void assertDeclared(SourceCapability capability, Object what) {
        assertThat(capabilities)
                .as("the capabilities of a source that sends %s", what)
                .contains(capability);
    }

    /** Closes the source without an acknowledgement; what was received stays. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            source.close();
        }
    }

    /** The last position of a lane among the first so many events. */
    Positions after(int events) {
        Map<String, Position> positions = new HashMap<>();
        for (Received one : received.subList(0, events)) {
            positions.put(one.lane(), one.event().position());
        }
        return Positions.of(positions);
    }

    /** The events that follow in a lane, or all of them for no position. */
    List<ChangeEvent> following(String lane, @Nullable Position position) {
        return Objects.requireNonNull(byLane().getOrDefault(lane, List.of())).stream()
                .filter(event -> event.position().isAfter(position))
                .toList();
    }
}
