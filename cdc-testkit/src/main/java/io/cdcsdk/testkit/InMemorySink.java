package io.cdcsdk.testkit;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A sink in memory, and the reference for what {@link Sink} asks: atomic commits of data and cursors, fenced claims, snapshots
 * that replace, changes by key, partial images that keep what they do not hold. {@link Faults} make it fail where a test wants.
 *
 * <p>Rows of a table with a key are kept by key if {@link SinkCapability#UPSERT} is declared, else appended.
 */
public final class InMemorySink implements Sink {
    private final InMemoryTarget target;
    private final Set<SinkCapability> capabilities;
    private final Faults faults;
    private final @Nullable String sharedTarget;

    private final Map<String, List<ChangeEvent>> pending = new LinkedHashMap<>();
    private final Set<String> pendingLanes = new HashSet<>();
    private final Map<TableId, TableSchema> schemas = new HashMap<>();
    // Moves of a commit that failed half-way: a repeated call must pass over them.
    private final Set<Commit.Move> finished = new HashSet<>();

    private InMemorySink(Builder builder) {
        this.target = builder.target;
        this.capabilities = Set.copyOf(builder.capabilities);
        this.faults = builder.faults;
        this.sharedTarget = builder.sharedTarget;
    }

    /** A sink with every capability and no faults. */
    public static InMemorySink on(InMemoryTarget target) {
        return builder(target).build();
    }

    /** Starts a sink on a target. */
    public static Builder builder(InMemoryTarget target) {
        return new Builder(target);
    }

    @Override
    public Set<SinkCapability> capabilities() {
        return capabilities;
    }

    @Override
    public String target(TableId table) {
        return sharedTarget != null ? sharedTarget : table.toString();
    }

    @Override
    public void open() {
        faults.reach(Faults.Point.OPEN);
    }

    @Override
    public List<Cursor> claim(Set<String> lanes) {
        faults.reach(Faults.Point.CLAIM);
        if (!has(SinkCapability.CURSOR)) {
            return List.of();
        }
        lanes.stream().filter(pendingLanes::contains).forEach(lane -> target.requireOwner(this, lane));
        return target.claim(this, lanes);
    }

    @Override
    public void write(EventBatch batch) {
        faults.reach(Faults.Point.WRITE);
        if (has(SinkCapability.CURSOR)) {
            target.requireOwner(this, batch.lane());
        }
        Map<TableId, TableSchema> next = new HashMap<>(schemas);
        for (ChangeEvent event : batch.events()) {
            check(event);
            checkSchema(event, next);
        }
        schemas.putAll(next);
        for (ChangeEvent event : batch.events()) {
            pending.computeIfAbsent(target(event.table()), none -> new ArrayList<>())
                    .add(event);
        }
        pendingLanes.add(batch.lane());
    }

    private void check(ChangeEvent event) {
        if (!event.schema().hasKey()) {
            require(SinkCapability.KEYLESS_TABLES, event);
        }
        if (event instanceof RowChange change) {
            check(change);
        } else if (event instanceof Truncate) {
            require(SinkCapability.TRUNCATE, event);
        } else if (event instanceof SchemaChange) {
            require(SinkCapability.SCHEMA_CHANGE, event);
        } else {
            require(SinkCapability.SNAPSHOT, event);
        }
    }

    private void check(RowChange change) {
        if (change.operation() == Operation.SNAPSHOT) {
            require(SinkCapability.SNAPSHOT, change);
        } else if (change.operation() != Operation.INSERT) {
            require(SinkCapability.UPSERT, change);
            if (!change.schema().hasKey()) {
                throw new Fatal(change + ": a table without a key can be appended to, not updated or deleted by key");
            }
        }
        if (has(SinkCapability.UPSERT)) {
            requireKey(change, change.before());
            requireKey(change, change.after());
        }
    }

    private static void requireKey(RowChange change, @Nullable Row image) {
        if (image == null) {
            return;
        }
        TableSchema schema = image.schema();
        for (int i = 0; i < schema.keySize(); i++) {
            if (!image.hasValue(schema.keyOrdinal(i))) {
                throw new BadRecord(change + ": key column '"
                        + schema.column(schema.keyOrdinal(i)).name() + "' is "
                        + image.state(schema.keyOrdinal(i)));
            }
        }
    }

    private void checkSchema(ChangeEvent event, Map<TableId, TableSchema> known) {
        TableSchema current = known.get(event.table());
        if (current == event.schema()) {
            return;
        }
        if (current == null) {
            current = target.schema(event.table()).orElse(event.schema());
        }
        if (!InMemoryTable.sameColumns(current, event.schema())) {
            require(SinkCapability.SCHEMA_CHANGE, event);
            InMemoryTable.requireConvertible(current, event.schema());
        }
        known.put(event.table(), event.schema());
    }

    private boolean has(SinkCapability capability) {
        return capabilities.contains(capability);
    }

    private void require(SinkCapability capability, ChangeEvent event) {
        if (!has(capability)) {
            throw new Fatal(event + " needs " + capability + ", which this sink does not declare");
        }
    }

    @Override
    public void commit(Commit commit) {
        faults.reach(Faults.Point.BEFORE_COMMIT);
        target.lock.lock();
        try {
            List<Commit.Move> moves = commit.moves().stream()
                    .filter(move -> !finished.contains(move))
                    .toList();
            if (has(SinkCapability.CURSOR)) {
                moves.forEach(move -> target.requireOwner(this, move.lane()));
                pendingLanes.forEach(lane -> target.requireOwner(this, lane));
                moves.forEach(target::requireFrom);
            }
            commit(byTarget(moves));
        } finally {
            target.lock.unlock();
        }
        faults.reach(Faults.Point.AFTER_COMMIT);
        finished.clear();
        pendingLanes.clear();
    }

    private Map<String, List<Commit.Move>> byTarget(List<Commit.Move> moves) {
        Map<String, List<Commit.Move>> byTarget = new LinkedHashMap<>();
        moves.forEach(move -> byTarget.computeIfAbsent(move.target(), none -> new ArrayList<>())
                .add(move));
        for (String written : pending.keySet()) {
            if (!byTarget.containsKey(written)) {
                throw new Fatal("events were written for target " + written
                        + ", but the commit does not move it: every target with events must be among the moves");
            }
        }
        return byTarget;
    }

    private void commit(Map<String, List<Commit.Move>> byTarget) {
        int done = 0;
        for (Map.Entry<String, List<Commit.Move>> entry : byTarget.entrySet()) {
            if (done++ == byTarget.size() / 2) {
                faults.reach(Faults.Point.INSIDE_COMMIT);
            }
            target.apply(
                    pending.getOrDefault(entry.getKey(), List.of()),
                    has(SinkCapability.UPSERT) ? InMemoryTable.Mode.UPSERT : InMemoryTable.Mode.APPEND);
            if (has(SinkCapability.CURSOR)) {
                entry.getValue().forEach(target::move);
            }
            pending.remove(entry.getKey());
            finished.addAll(entry.getValue());
        }
    }

    @Override
    public void close() {
        pending.clear();
        pendingLanes.clear();
    }

    /** Options of an {@link InMemorySink}. Not safe for use by several threads. */
    public static final class Builder {
        private final InMemoryTarget target;
        private final Set<SinkCapability> capabilities = EnumSet.allOf(SinkCapability.class);
        private Faults faults = new Faults();
        private @Nullable String sharedTarget;

        private Builder(InMemoryTarget target) {
            this.target = target;
        }

        /** Takes a capability away; by default the sink has all. */
        public Builder without(SinkCapability capability) {
            capabilities.remove(capability);
            return this;
        }

        /** Sets the faults that the sink runs into. */
        public Builder faults(Faults value) {
            faults = value;
            return this;
        }

        /** Makes all tables one target of this name, with one cursor for each lane. */
        public Builder sharedTarget(String name) {
            sharedTarget = name;
            return this;
        }

        /** Builds the sink. */
        public InMemorySink build() {
            return new InMemorySink(this);
        }
    }
}
