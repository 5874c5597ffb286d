package io.cdcsdk.api;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Some consecutive events of ONE lane in source order, and the position to resume after them.
 *
 * <p>{@link #resumeAfter()} is at or behind the last event's position; it may lie further when the source skipped something
 * (a file's end, heartbeats), and a batch without events may still carry it. Immutable: the list must not be changed by
 * anybody once the batch has been built; it is not copied.
 */
public final class EventBatch {
    /** How the end of a batch lies to the source's transactions. */
    public enum Boundary {
        /** No transaction is open after this batch, or the source knows none: a commit may fall here. */
        TRANSACTION_END,
        /** The last transaction goes on in the next batch of the lane. */
        INSIDE_TRANSACTION
    }

    private static final EventBatch IDLE = new EventBatch("", List.of(), null, 0, Boundary.TRANSACTION_END);
    private static final EventBatch END = new EventBatch("", List.of(), null, 0, Boundary.TRANSACTION_END);

    private final String lane;
    private final List<ChangeEvent> events;
    private final @Nullable Position resumeAfter;
    private final long bytes;
    private final Boundary boundary;
    private @Nullable OperationCounts counts;

    private EventBatch(
            String lane, List<ChangeEvent> events, @Nullable Position resumeAfter, long bytes, Boundary boundary) {
        this.lane = Objects.requireNonNull(lane, "lane");
        this.events = Objects.requireNonNull(events, "events");
        this.resumeAfter = resumeAfter;
        this.bytes = bytes;
        this.boundary = Objects.requireNonNull(boundary, "boundary");
    }

    /**
     * A batch.
     *
     * @param lane the lane of all its events
     * @param events the events in source order; not copied
     * @param resumeAfter the position from which nothing of this batch comes again
     * @param bytes about how much heap the events hold; the runtime bounds its queues by it
     * @param boundary how its end lies to the source's transactions
     */
    public static EventBatch of(
            String lane, List<ChangeEvent> events, Position resumeAfter, long bytes, Boundary boundary) {
        return new EventBatch(lane, events, Objects.requireNonNull(resumeAfter, "resumeAfter"), bytes, boundary);
    }

    /** What {@link Source#poll} returns when nothing came in time. */
    public static EventBatch idle() {
        return IDLE;
    }

    /** What {@link Source#poll} returns when nothing will ever come again: a finite source has been read to its end. */
    public static EventBatch endOfSource() {
        return END;
    }

    /** Whether this is {@link #idle()}. */
    public boolean isIdle() {
        return this == IDLE;
    }

    /** Whether this is {@link #endOfSource()}. */
    public boolean isEndOfSource() {
        return this == END;
    }

    /** The lane of all events. */
    public String lane() {
        return lane;
    }

    /** The events in source order. */
    public List<ChangeEvent> events() {
        return events;
    }

    /**
     * The position from which nothing of this batch comes again.
     *
     * @throws IllegalStateException if this is {@link #idle()} or {@link #endOfSource()}
     */
    public Position resumeAfter() {
        if (resumeAfter == null) {
            throw new IllegalStateException("an idle batch, or the end of a source, has no position");
        }
        return resumeAfter;
    }

    /** How many of the events change a row in this way. Counted once, at the first call. */
    public int count(Operation operation) {
        OperationCounts known = counts;
        if (known == null) {
            known = new OperationCounts(events);
            counts = known;
        }
        return known.of(operation);
    }

    /** About how much heap the events hold. */
    public long bytes() {
        return bytes;
    }

    /** How the end of the batch lies to the source's transactions. */
    public Boundary boundary() {
        return boundary;
    }

    /** This batch with other events, which are not copied; their positions must lie within this batch. */
    public EventBatch withEvents(List<ChangeEvent> others) {
        return new EventBatch(lane, others, resumeAfter, bytes, boundary);
    }

    @Override
    public String toString() {
        if (isIdle()) {
            return "idle";
        }
        return isEndOfSource() ? "end of source" : events.size() + " events of lane " + lane + " up to " + resumeAfter;
    }
}
