package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where {@link InMemorySink}s write: tables, cursors and claims. It outlives its sinks: a new sink on the same target is a
 * restart, two at a time are rivals. Safe for any thread; a reader waits while a sink is inside a commit.
 */
public final class InMemoryTarget {
    final ReentrantLock lock = new ReentrantLock();
    private final Map<TableId, InMemoryTable> tables = new HashMap<>();
    private final Map<String, Map<String, Position>> cursors = new TreeMap<>();
    private final Map<String, Object> owners = new HashMap<>();
    private final @Nullable List<ChangeEvent> applied;

    /** A target that keeps rows and cursors. */
    public InMemoryTarget() {
        this(null);
    }

    private InMemoryTarget(@Nullable List<ChangeEvent> applied) {
        this.applied = applied;
    }

    /** A target that keeps every event, too. */
    public static InMemoryTarget thatKeepsEvents() {
        return new InMemoryTarget(new ArrayList<>());
    }

    /**
     * All events in the order in which they were applied.
     *
     * @throws IllegalStateException if this target does not keep them
     */
    public List<ChangeEvent> events() {
        return locked(() -> {
            if (applied == null) {
                throw new IllegalStateException("the target keeps no events: make it with thatKeepsEvents()");
            }
            return List.copyOf(applied);
        });
    }

    /** The rows of a table in its own schema; none where there is no such table. */
    public List<Row> rows(TableId table) {
        return locked(() -> tables.containsKey(table)
                ? Objects.requireNonNull(tables.get(table)).rows()
                : List.of());
    }

    /** The rows of a table as rows of the given schema, in which columns that the table does not have are absent. */
    public List<Row> rows(TableSchema schema) {
        return rows(schema.table()).stream()
                .map(row -> row.schema() == schema ? row : InMemoryTable.converted(row, row.schema(), schema))
                .toList();
    }

    /** The schema of a table, or nothing where there is no such table. */
    public Optional<TableSchema> schema(TableId table) {
        return locked(() -> Optional.ofNullable(tables.get(table)).map(InMemoryTable::schema));
    }

    /** All cursors, by target and lane. */
    public List<Cursor> cursors() {
        return locked(() -> cursors(lane -> true));
    }

    private List<Cursor> cursors(Predicate<String> lanes) {
        List<Cursor> found = new ArrayList<>();
        cursors.forEach((target, byLane) -> byLane.forEach((lane, position) -> {
            if (lanes.test(lane)) {
                found.add(new Cursor(target, lane, position));
            }
        }));
        return List.copyOf(found);
    }

    private <T extends @Nullable Object> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    List<Cursor> claim(Object owner, Set<String> lanes) {
        return locked(() -> {
            lanes.forEach(lane -> owners.put(lane, owner));
            return cursors(lanes::contains);
        });
    }

    /** Refuses a move that does not start where the cursor stands. The caller holds the lock. */
    void requireFrom(Commit.Move move) {
        @Nullable
        Position current = cursors.getOrDefault(move.target(), Map.of()).get(move.lane());
        if (!Objects.equals(current, move.from())) {
            throw new LaneLost(
                    move.lane(),
                    "lane '" + move.lane() + "' of target " + move.target() + " stands at " + current + ", not at "
                            + move.from() + ": another writer has moved it; open a new sink and read the cursors");
        }
    }

    /** Refuses a lane that somebody else has claimed. */
    void requireOwner(Object owner, String lane) {
        if (locked(() -> owners.get(lane)) != owner) {
            throw new LaneLost(
                    lane,
                    "lane '" + lane
                            + "' is not claimed by this sink, or no more by it; only the latest claimer may commit it");
        }
    }

    /** Applies what one sink has written for one target. The caller holds the lock and has checked everything. */
    void apply(List<ChangeEvent> events, InMemoryTable.Mode mode) {
        for (ChangeEvent event : events) {
            tables.computeIfAbsent(event.table(), none -> new InMemoryTable(event.schema(), mode))
                    .apply(event);
        }
        if (applied != null) {
            applied.addAll(events);
        }
    }

    /** Moves a cursor. The caller holds the lock. */
    void move(Commit.Move move) {
        cursors.computeIfAbsent(move.target(), none -> new TreeMap<>()).put(move.lane(), move.to());
    }
}
