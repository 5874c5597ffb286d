package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transaction;
import io.cdcsdk.api.Truncate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes down the events of one lane and numbers them: each gets the next position and a source time one millisecond after the
 * one before. Not safe for use by several threads.
 *
 * <pre>{@code
 * List<ChangeEvent> events = EventScript.create().insert(ada).update(ada, adaMoved).delete(adaMoved).take();
 * }</pre>
 */
public final class EventScript {
    /** The source time of the event at position 0: 2026-01-01T00:00Z, in microseconds. */
    private static final long FIRST_TIME = 1_767_225_600_000_000L;

    private static final long MICROS_BETWEEN_EVENTS = 1000;

    private final List<ChangeEvent> events = new ArrayList<>();
    private long next;
    private @Nullable Transaction transaction;

    private EventScript(long next) {
        this.next = next;
    }

    /** A script whose first event has position 1. */
    public static EventScript create() {
        return new EventScript(1);
    }

    /** A script whose first event has the position after the given one. */
    public static EventScript after(long offset) {
        return new EventScript(offset + 1);
    }

    /** Adds an insert. */
    public EventScript insert(Row after) {
        return add(RowChange.insert(after, nextOrigin()));
    }

    /** Adds an update; {@code before} may be null if the key stays. */
    public EventScript update(@Nullable Row before, Row after) {
        return add(RowChange.update(before, after, nextOrigin()));
    }

    /** Adds a delete; {@code before} holds at least the key. */
    public EventScript delete(Row before) {
        return add(RowChange.delete(before, nextOrigin()));
    }

    /** Adds a truncate. */
    public EventScript truncate(TableSchema schema) {
        return add(new Truncate(schema, nextOrigin()));
    }

    /** Adds a change of a schema. */
    public EventScript schemaChange(@Nullable TableSchema before, TableSchema schema) {
        return add(new SchemaChange(before, schema, nextOrigin()));
    }

    /** Adds the start of a snapshot. */
    public EventScript snapshotStarted(TableSchema schema) {
        return add(new SnapshotStarted(schema, nextOrigin()));
    }

    /** Adds one row of a snapshot. */
    public EventScript snapshotRow(Row row) {
        return add(RowChange.snapshot(row, nextOrigin()));
    }

    /** Adds the completion of a snapshot. */
    public EventScript snapshotCompleted(TableSchema schema) {
        return add(new SnapshotCompleted(schema, nextOrigin()));
    }

    /** Adds a whole snapshot. */
    public EventScript snapshot(TableSchema schema, Row... rows) {
        snapshotStarted(schema);
        Arrays.stream(rows).forEach(this::snapshotRow);
        return snapshotCompleted(schema);
    }

    /** Makes the events from here on part of a transaction, until another one begins. */
    public EventScript transaction(String id) {
        transaction = Transaction.of(id);
        return this;
    }

    /** Adds an event of another script with the next position of this one, and in its transaction if there is one. */
    public EventScript renumbered(ChangeEvent event) {
        Origin origin = nextOrigin();
        Origin old = event.origin();
        Transaction own = transaction != null ? transaction : old.transaction();
        return add(at(event, new Origin(origin.position(), origin.sourceTime(), own, old.order())));
    }

    /** Returns the events since the last call; the numbering goes on. */
    public List<ChangeEvent> take() {
        List<ChangeEvent> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    private EventScript add(ChangeEvent event) {
        events.add(event);
        return this;
    }

    private Origin nextOrigin() {
        long offset = next++;
        return new Origin(Position.of(offset), FIRST_TIME + offset * MICROS_BETWEEN_EVENTS, transaction, null);
    }

    /** The same event at another origin. */
    static ChangeEvent at(ChangeEvent event, Origin origin) {
        if (event instanceof RowChange change) {
            return RowChange.of(change.operation(), change.before(), change.after(), origin);
        } else if (event instanceof Truncate truncate) {
            return new Truncate(truncate.schema(), origin);
        } else if (event instanceof SchemaChange change) {
            return new SchemaChange(change.before(), change.schema(), origin);
        } else if (event instanceof SnapshotStarted started) {
            return new SnapshotStarted(started.schema(), origin);
        }
        return new SnapshotCompleted(event.schema(), origin);
    }

    /** Whether the event is a row change of the operation. */
    static boolean is(ChangeEvent event, Operation operation) {
        return event instanceof RowChange change && change.operation() == operation;
    }
}
