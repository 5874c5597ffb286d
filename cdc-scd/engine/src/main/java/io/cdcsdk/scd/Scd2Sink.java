package io.cdcsdk.scd;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.EventsRefused;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sink that keeps the history of every table in a {@link HistoryStore}. Events are held in memory until the commit, which merges
 * them and changes the histories of all tables, the engine's state and the cursors in one atomic step.
 *
 * <p>Memory: the events of a commit, and the states of the keys that they touch.
 */
public final class Scd2Sink implements Sink {
    private static final Logger LOG = LoggerFactory.getLogger(Scd2Sink.class);
    private static final int MERGE_ATTEMPTS = 100;

    private final HistoryStore store;
    private final Scd2Engine standard;
    private final Map<TableId, Scd2Engine> engines;
    private final @Nullable RejectedEvents rejectedEvents;
    private final Map<TableId, List<Written>> pending = new LinkedHashMap<>();
    // What has checked the events that are pending: it knows their schemas.
    private final Map<TableId, Merge> checks = new HashMap<>();
    private final Set<String> pendingLanes = new TreeSet<>();
    // Events that were refused: a commit that is repeated leaves them out.
    private final Set<ChangeEvent> passedOver = Collections.newSetFromMap(new IdentityHashMap<>());
    private volatile MergeStatistics statistics = MergeStatistics.none();
    private final Map<TableId, Long> windows = new ConcurrentHashMap<>();

    private record Written(String lane, List<ChangeEvent> events) {}

    private Scd2Sink(Builder builder) {
        this.store = builder.store;
        this.standard = new Scd2Engine(builder.spec);
        this.engines = new HashMap<>();
        builder.specs.forEach((table, spec) -> engines.put(table, new Scd2Engine(spec)));
        this.rejectedEvents = builder.rejectedEvents;
    }

    /** Starts a sink on a store, which the sink opens and closes. */
    public static Builder builder(HistoryStore store) {
        return new Builder(store);
    }

    /** What all merges of committed events did, since this sink was built. Any thread. */
    public MergeStatistics statistics() {
        return statistics;
    }

    /**
     * How many events the store keeps for late ones, by table: the size of the window, as of this sink's last commit of the table. A
     * table that it has not committed is not there. Any thread.
     */
    public Map<TableId, Long> windowEvents() {
        return Map.copyOf(windows);
    }

    @Override
    public Set<SinkCapability> capabilities() {
        return EnumSet.of(
                SinkCapability.CURSOR,
                SinkCapability.UPSERT,
                SinkCapability.SNAPSHOT,
                SinkCapability.TRUNCATE,
                SinkCapability.SCHEMA_CHANGE);
    }

    @Override
    public void open() {
        store.open();
    }

    @Override
    public List<Cursor> claim(Set<String> lanes) {
        return store.claim(lanes);
    }

    @Override
    public void write(EventBatch batch) {
        Map<TableId, List<ChangeEvent>> byTable = new LinkedHashMap<>();
        List<ChangeEvent> current = List.of();
        TableId table = null;
        for (ChangeEvent event : batch.events()) {
            if (!event.table().equals(table)) {
                table = event.table();
                current = byTable.computeIfAbsent(table, none -> new ArrayList<>());
            }
            current.add(event);
        }
        byTable.forEach(this::check);
        byTable.forEach((name, events) ->
                pending.computeIfAbsent(name, none -> new ArrayList<>()).add(new Written(batch.lane(), events)));
        pendingLanes.add(batch.lane());
    }

    private void check(TableId table, List<ChangeEvent> events) {
        for (ChangeEvent event : events) {
            Scd2Spec spec = engine(table).spec();
            if (!event.schema().hasKey() && spec.key().isEmpty()) {
                throw new Fatal(event + ": a table without a key has no history; name its key in the spec");
            }
        }
        if (rejectedEvents == null) {
            checks.computeIfAbsent(table, name -> engine(name).merge(name, store.tableState(name)))
                    .check(events);
        }
    }

    private Scd2Engine engine(TableId table) {
        return engines.getOrDefault(table, standard);
    }

    @Override
    public void commit(Commit commit) {
        requireMoved(commit);
        Set<String> lanes = new TreeSet<>(pendingLanes);
        commit.moves().forEach(move -> lanes.add(move.lane()));
        for (int attempt = 0; attempt < MERGE_ATTEMPTS; attempt++) {
            List<ChangeSet> changes = new ArrayList<>();
            pending.forEach((table, written) -> changes.add(merge(table, written)));
            takeRejected(changes);
            if (store.commit(new HistoryCommit(changes, commit.moves(), lanes))) {
                committed(changes);
                return;
            }
            LOG.debug("another session has changed one of the tables {}; merging again", pending.keySet());
        }
        throw new Retryable("other sessions changed the tables " + pending.keySet() + " during each of "
                + MERGE_ATTEMPTS + " merges");
    }

    private void requireMoved(Commit commit) {
        for (TableId table : pending.keySet()) {
            String target = target(table);
            if (commit.moves().stream().noneMatch(move -> move.target().equals(target))) {
                throw new Fatal("events were written for target " + target
                        + ", but the commit does not move it: every target with events must be among the moves");
            }
        }
    }

    private ChangeSet merge(TableId table, List<Written> written) {
        Merge merge = engine(table).merge(table, store.tableState(table));
        written.forEach(part -> merge.add(part.lane(), part.events()));
        return merge.finish(store.keys(table));
    }

    private void takeRejected(List<ChangeSet> changes) {
        List<Rejected> rejected =
                changes.stream().flatMap(each -> each.rejected().stream()).toList();
        if (rejected.isEmpty()) {
            return;
        }
        if (rejectedEvents != null) {
            rejectedEvents.take(rejected);
            return;
        }
        List<EventsRefused.Refusal> refusals = rejected.stream()
                .filter(each -> passedOver.add(each.event()))
                .map(Scd2Sink::refusal)
                .toList();
        if (!refusals.isEmpty()) {
            Rejected first = rejected.get(0);
            throw new EventsRefused(
                    first.message() + " (" + refusals.size() + " events in this commit). Nothing was committed: "
                            + (first.category() == Rejected.Category.TOO_LATE ? "allow more lateness" : "mend them")
                            + ", or say where such events go: dead letters of the pipeline, or rejectedEvents",
                    refusals);
        }
    }

    private static EventsRefused.Refusal refusal(Rejected rejected) {
        ErrorCategory category = switch (rejected.category()) {
            case TOO_LATE -> ErrorCategory.TOO_LATE;
            case INVALID -> ErrorCategory.SINK;
        };
        return new EventsRefused.Refusal(rejected.lane(), rejected.event(), category, rejected.message());
    }

    private void committed(List<ChangeSet> changes) {
        MergeStatistics sum = statistics;
        for (ChangeSet each : changes) {
            sum = sum.plus(each.statistics());
            windows.put(each.table(), each.state().events());
            LOG.debug(
                    "{}: {}; the state holds {} keys and {} events",
                    each.table(),
                    each.statistics(),
                    each.state().keys(),
                    each.state().events());
        }
        statistics = sum;
        forget();
    }

    private void forget() {
        pending.clear();
        checks.clear();
        pendingLanes.clear();
        passedOver.clear();
    }

    @Override
    public void close() {
        forget();
        store.close();
    }

    /** Options of a sink. Not safe for use by several threads. */
    public static final class Builder {
        private final HistoryStore store;
        private Scd2Spec spec = Scd2Spec.standard();
        private final Map<TableId, Scd2Spec> specs = new HashMap<>();
        private @Nullable RejectedEvents rejectedEvents;

        private Builder(HistoryStore store) {
            this.store = Objects.requireNonNull(store, "store");
        }

        /** Sets the spec of all tables that have none of their own; {@link Scd2Spec#standard()} by default. */
        public Builder spec(Scd2Spec value) {
            spec = value;
            return this;
        }

        /** Sets the spec of one table. */
        public Builder spec(TableId table, Scd2Spec value) {
            specs.put(table, value);
            return this;
        }

        /**
         * Sets where events go that are too late or break the contract, apart from the dead letters of a pipeline. By default they go to
         * those, and stop a pipeline that has none: a broken event at its write ({@link BadRecord}), one that is too late at the commit
         * ({@link EventsRefused}).
         */
        public Builder rejectedEvents(RejectedEvents value) {
            rejectedEvents = value;
            return this;
        }

        /** Builds the sink. */
        public Scd2Sink build() {
            return new Scd2Sink(this);
        }
    }
}
