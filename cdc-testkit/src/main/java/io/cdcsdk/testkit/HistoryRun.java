package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.scd.ChangeSet;
import io.cdcsdk.scd.HistoryCommit;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.KeyState;
import io.cdcsdk.scd.Rejected;
import io.cdcsdk.scd.RowKey;
import io.cdcsdk.scd.Scd2Engine;
import io.cdcsdk.scd.Sequence;
import io.cdcsdk.scd.TableState;
import io.cdcsdk.scd.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs one case through the engine and a store, and compares what comes of it with what the oracle says. Used once. */
final class HistoryRun {
    private final HistoryCase world;
    private final TableId table;
    private final String lanePrefix;
    private final Supplier<HistorySession> sessions;
    private final @Nullable Supplier<HistorySession> dying;
    private final Runnable restart;
    private final Scd2Engine engine;
    private final HistoryLedger ledger = new HistoryLedger();
    private final HistoryOracle oracle;
    private final List<HistoryRejection> rejected = new ArrayList<>();
    private final Set<RowKey> seen = new LinkedHashSet<>();
    private HistorySession session;
    private long commits;

    /**
     * A run in a table of its own.
     *
     * @param sessions opens a session with the store
     * @param dying opens a session that dies in its commit, or null where sessions die before it
     * @param restart what happens between two sessions
     */
    HistoryRun(
            HistoryCase world,
            TableId table,
            Supplier<HistorySession> sessions,
            @Nullable Supplier<HistorySession> dying,
            Runnable restart) {
        this.world = world.onTable(table);
        this.table = table;
        this.lanePrefix = table.name() + "/";
        this.sessions = sessions;
        this.dying = dying;
        this.restart = restart;
        this.engine = new Scd2Engine(world.spec());
        this.oracle = new HistoryOracle(world.spec());
        this.session = sessions.get();
    }

    /**
     * Runs the case.
     *
     * @throws AssertionError if the history, the rejected events or anything else is not what it must be
     */
    void run() {
        try {
            claim();
            for (HistoryBatch batch : world.batches()) {
                take(batch);
            }
            assertThat(new HistoryCaseState(session.store(), table).versions().size())
                    .as("keys with a history")
                    .isEqualTo(oracle.versions().size());
        } finally {
            session.close();
        }
    }

    private void take(HistoryBatch batch) {
        List<HistoryDelivery> deliveries = batch.deliveries().stream()
                .map(delivery -> new HistoryDelivery(lanePrefix + delivery.lane(), delivery.event()))
                .toList();
        ChangeSet changes = switch (batch.interruption()) {
            case NONE -> commit(deliveries);
            case RESTART -> {
                restart();
                yield commit(deliveries);
            }
            case DEATH -> die(deliveries);
        };
        changes.updates().forEach(update -> seen.add(update.key()));
        ledger.apply(changes);
        batch.deliveries().forEach(oracle::arrive);
        collect(changes);
        check();
    }

    private ChangeSet commit(List<HistoryDelivery> deliveries) {
        ChangeSet changes = session.merge(engine, table, deliveries);
        commit(changes);
        return changes;
    }

    /** Lets a session die with the events merged, or in the middle of their commit, and another one go on. */
    private ChangeSet die(List<HistoryDelivery> deliveries) {
        if (dying == null) {
            ChangeSet unused = session.merge(engine, table, deliveries);
            restart();
            return commit(deliveries);
        }
        session.close();
        restart.run();
        session = dying.get();
        claim();
        ChangeSet changes = session.merge(engine, table, deliveries);
        long before = commits;
        Throwable thrown = catchThrowable(() -> commit(changes));
        assertThat(thrown).as("what a dying commit threw").isNotNull();
        commits = before;
        HistorySession dead = session;
        restart.run();
        session = sessions.get();
        List<Position> cursors = session.claim(lanes().toArray(String[]::new)).stream()
                .filter(cursor -> cursor.target().equals(table.toString()))
                .map(Cursor::position)
                .toList();
        boolean durable = !cursors.isEmpty() && cursors.get(0).offset() == before + 1;
        commits = durable ? before + 1 : before;
        claim();
        Throwable unused = catchThrowable(dead::close); // it may die again, as long as it changes nothing
        return durable ? changes : commit(deliveries);
    }

    private void restart() {
        session.close();
        restart.run();
        session = sessions.get();
        claim();
    }

    private void claim() {
        List<Cursor> cursors = session.claim(lanes().toArray(String[]::new));
        assertThat(cursors)
                .as("cursors after %d commits", commits)
                .filteredOn(cursor -> cursor.target().equals(table.toString()))
                .allMatch(cursor -> cursor.position().offset() == commits)
                .hasSize(commits == 0 ? 0 : lanes().size());
    }

    private Set<String> lanes() {
        Set<String> lanes = new TreeSet<>();
        world.lanes().forEach(lane -> lanes.add(lanePrefix + lane));
        return lanes;
    }

    private void commit(ChangeSet changes) {
        Position from = commits == 0 ? null : Position.of(commits);
        commits++;
        List<Commit.Move> moves = new ArrayList<>();
        for (String lane : lanes()) {
            moves.add(new Commit.Move(table.toString(), lane, from, Position.of(commits)));
        }
        boolean committed = session.store().commit(new HistoryCommit(List.of(changes), moves, lanes()));
        assertThat(committed).as("nobody else has changed the table").isTrue();
    }

    private void collect(ChangeSet changes) {
        for (Rejected event : changes.rejected()) {
            rejected.add(new HistoryRejection(
                    event.lane().substring(lanePrefix.length()), event.event().position(), event.category()));
        }
    }

    private void check() {
        assertThat(rejected).as("rejected events").containsExactlyInAnyOrderElementsOf(oracle.rejected());
        Map<List<Object>, List<ExpectedVersion>> expected = oracle.versions();
        assertThat(byValues(ledger.versions())).as("a ledger of the changes").isEqualTo(expected);
        HistoryCaseState state = new HistoryCaseState(session.store(), table);
        assertThat(byValues(state.versions())).as("the history in the store").isEqualTo(expected);
        checkKeys(state);
        checkInvariants(state);
        checkMirror(state);
        checkTable();
    }

    private Map<List<Object>, List<ExpectedVersion>> byValues(Map<RowKey, List<ExpectedVersion>> versions) {
        Map<List<Object>, List<ExpectedVersion>> byValues = new LinkedHashMap<>();
        List<String> key = oracle.key();
        versions.forEach((rowKey, list) -> {
            List<Object> values = new ArrayList<>();
            key.forEach(column -> values.add(list.get(0).columns().getOrDefault(column, "none")));
            assertThat(byValues.put(values, list))
                    .as("another key with the values %s", values)
                    .isNull();
        });
        return byValues;
    }

    private void checkKeys(HistoryCaseState state) {
        for (RowKey key : seen) {
            List<ExpectedVersion> versions = new ArrayList<>();
            session.store().versions(table, key).forEach(version -> versions.add(ExpectedVersion.of(version)));
            assertThat(versions)
                    .as("the versions of one key, as those of its table")
                    .isEqualTo(state.versions().getOrDefault(key, List.of()));
        }
    }

    /** What any query engine can check. */
    private void checkInvariants(HistoryCaseState state) {
        state.versions().forEach((key, versions) -> {
            ExpectedVersion before = null;
            for (ExpectedVersion version : versions) {
                assertThat(version.validFrom())
                        .as("the beginning of %s", version)
                        .isLessThan(version.validTo());
                if (before != null) {
                    assertThat(before.validTo()).as("the end of %s", before).isLessThanOrEqualTo(version.validFrom());
                    if (before.validTo() == version.validFrom() && !before.isMarker() && !version.isMarker()) {
                        assertThat(tracked(version)).as("tracked columns").isNotEqualTo(tracked(before));
                    }
                }
                before = version;
            }
        });
    }

    private Map<String, Object> tracked(ExpectedVersion version) {
        Map<String, Object> tracked = new LinkedHashMap<>(version.columns());
        TableState state = Objects.requireNonNull(session.store().tableState(table));
        tracked.keySet().removeIf(column -> !world.spec().isTracked(state.schema(), column));
        return tracked;
    }

    /** In source order the current rows are those of the source. */
    private void checkMirror(HistoryCaseState state) {
        if (!(world.spec().sequence() instanceof Sequence.SourceOrder)) {
            return;
        }
        List<Map<String, Object>> current = new ArrayList<>();
        state.versions().values().forEach(versions -> {
            ExpectedVersion last = versions.get(versions.size() - 1);
            if (last.validTo() == Version.CURRENT && !last.isMarker()) {
                current.add(withoutKey(last.columns()));
            }
        });
        List<Map<String, Object>> live = new ArrayList<>();
        oracle.fold().live().values().forEach(image -> live.add(withoutKey(image)));
        assertThat(current).as("the mirror of the source").containsExactlyInAnyOrderElementsOf(live);
    }

    private Map<String, Object> withoutKey(Map<String, Object> columns) {
        Map<String, Object> others = new LinkedHashMap<>(columns);
        oracle.key().forEach(others::remove);
        return others;
    }

    private void checkTable() {
        TableState state = Objects.requireNonNull(session.store().tableState(table));
        Map<String, LogicalType> columns = new LinkedHashMap<>();
        for (Column column : state.schema().columns()) {
            columns.put(column.name(), column.type());
        }
        assertThat(columns).as("the history's columns").isEqualTo(oracle.columns());
        assertThat(state.schema().table()).as("the history's table").isEqualTo(table);
        List<KeyState> keys = new ArrayList<>();
        session.store().keys(table).forEach(keys::add);
        assertThat(keys).as("states of keys").hasSize((int) state.keys());
        assertThat(keys.stream().map(KeyState::key).distinct())
                .as("keys of states")
                .hasSameSizeAs(keys);
        assertThat(keys.stream().mapToInt(KeyState::eventCount).sum())
                .as("events that the keys' states hold")
                .isEqualTo((int) state.events());
    }

    /** What a reader of the store sees of one table. */
    private static final class HistoryCaseState {
        private final Map<RowKey, List<ExpectedVersion>> versions = new LinkedHashMap<>();
        private @Nullable RowKey lastKey;
        private long lastFrom;

        HistoryCaseState(HistoryStore store, TableId table) {
            TableState state = Objects.requireNonNull(store.tableState(table), "the table's state");
            store.forEachVersion(table, (key, version) -> {
                int order = lastKey == null ? -1 : lastKey.compareTo(key);
                assertThat(order < 0 || order == 0 && lastFrom < version.validFrom())
                        .as("versions come sorted by key and beginning: %s", version)
                        .isTrue();
                assertThat(columns(version.row().schema()))
                        .as("the columns of a version's row")
                        .isEqualTo(columns(state.schema()));
                assertThat(version.row().isComplete())
                        .as("%s is complete", version)
                        .isTrue();
                lastKey = key;
                lastFrom = version.validFrom();
                versions.computeIfAbsent(key, none -> new ArrayList<>()).add(ExpectedVersion.of(version));
            });
        }

        private static List<String> columns(TableSchema schema) {
            return schema.columns().stream()
                    .map(column -> column.name() + ' ' + column.type())
                    .toList();
        }

        Map<RowKey, List<ExpectedVersion>> versions() {
            return versions;
        }
    }
}
