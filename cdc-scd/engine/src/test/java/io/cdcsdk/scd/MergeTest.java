package io.cdcsdk.scd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a merge rejects, and what it reports. That its histories are right is shown by the contract of the stores. */
class MergeTest {
    private static final long HOUR = Duration.ofHours(1).toNanos() / 1000;
    private static final TableId TABLE = TableId.of("person");
    private static final TableSchema PERSON = TableSchema.builder(TABLE)
            .key("id", LogicalType.INT64)
            .column("city", LogicalType.STRING)
            .column("changed_at", LogicalType.TIMESTAMP)
            .build();

    private final InMemoryHistory history = new InMemoryHistory();
    private final HistoryStore store = history.newSession();
    private long position;

    private RowChange insert(long time, @Nullable Object... values) {
        return RowChange.insert(Row.of(PERSON, values), Origin.at(Position.of(++position), time));
    }

    private ChangeSet merge(Scd2Spec spec, ChangeEvent... events) {
        store.claim(Set.of("lane"));
        Merge merge = new Scd2Engine(spec).merge(TABLE, store.tableState(TABLE));
        merge.add("lane", List.of(events));
        ChangeSet changes = merge.finish(store.keys(TABLE));
        assertThat(store.commit(new HistoryCommit(List.of(changes), List.of(), Set.of("lane"))))
                .isTrue();
        return changes;
    }

    private static List<String> messages(ChangeSet changes) {
        return changes.rejected().stream().map(Rejected::message).toList();
    }

    @Test
    void aRowWithoutItsKeyIsRejectedAlone() {
        ChangeSet changes = merge(Scd2Spec.standard(), insert(1, null, "Bern", null), insert(2, 1L, "Bern", null));
        assertThat(messages(changes)).singleElement().asString().contains("1:0:1:", "key column 'id' is null");
        assertThat(changes.rejected().get(0).category()).isEqualTo(Rejected.Category.INVALID);
        assertThat(changes.updates()).hasSize(1);
        assertThat(changes.statistics().invalid()).isEqualTo(1);
    }

    @Test
    void aRowWithoutItsSequenceIsRejectedAlone() {
        Scd2Spec spec =
                Scd2Spec.builder().sequence(Sequence.column("changed_at")).build();
        ChangeSet changes =
                merge(spec, insert(1, 1L, "Bern", null), insert(2, 2L, "Bern", LocalDateTime.of(1970, 1, 1, 0, 0)));
        assertThat(messages(changes)).singleElement().asString().contains("sequence column 'changed_at' is null");
        assertThat(changes.updates()).hasSize(1);
    }

    @Test
    void aRowFromTheFarFutureIsRejectedAlone() {
        Scd2Spec spec =
                Scd2Spec.builder().sequence(Sequence.column("changed_at")).build();
        ChangeSet changes = merge(
                spec,
                insert(0, 1L, "Bern", LocalDateTime.of(9999, 12, 31, 0, 0)),
                insert(0, 2L, "Bern", LocalDateTime.of(1970, 1, 2, 0, 0)));
        assertThat(messages(changes))
                .singleElement()
                .asString()
                .contains(
                        "is 9999-12-31T00:00:00Z, which is more than PT24H ahead of the commit time 1970-01-01T00:00:00Z");
        assertThat(changes.updates()).hasSize(1);
    }

    @Test
    void aRowWithoutATimeIsRejected() {
        RowChange timeless = RowChange.insert(Row.of(PERSON, 1L, "Bern", null), Origin.at(Position.of(1)));
        assertThat(messages(merge(Scd2Spec.standard(), timeless, insert(1, 2L, "Bern", null))))
                .singleElement()
                .asString()
                .contains("it has no commit time");
    }

    @Test
    void rowsOfAnotherSchemaAreRejected() {
        TableSchema otherTable = TableSchema.builder(TableId.of("animal"))
                .key("id", LogicalType.INT64)
                .build();
        TableSchema otherType = TableSchema.builder(TABLE)
                .key("id", LogicalType.INT64)
                .column("city", LogicalType.INT32)
                .build();
        TableSchema otherKey = PERSON.toBuilder().key(List.of("city")).build();
        Origin origin = Origin.at(Position.of(100), 5);
        ChangeSet changes = merge(
                Scd2Spec.standard(),
                insert(1, 1L, "Bern", null),
                RowChange.insert(Row.of(otherTable, 1L), origin),
                RowChange.insert(Row.of(otherType, 1L, 7), origin),
                RowChange.insert(Row.of(otherKey, 1L, "Bern", null), origin));
        assertThat(messages(changes)).hasSize(3);
        assertThat(messages(changes).get(0)).contains("it is of table animal, not person");
        assertThat(messages(changes).get(1))
                .contains("its column 'city' is of type int32, but the history's is string");
        assertThat(messages(changes).get(2)).contains("its key is [city], but the history's is [id]");
    }

    @Test
    void aCheckRefusesWhatAMergeWouldReject() {
        Merge merge = new Scd2Engine(Scd2Spec.standard()).merge(TABLE, null);
        assertThatThrownBy(() -> merge.check(List.of(insert(1, null, "Bern", null))))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining("key column 'id' is null");
    }

    @Test
    void anUnknownColumnInAListIsAMistakeOfTheConfiguration() {
        Scd2Spec spec = Scd2Spec.builder().tracked("town").build();
        assertThatThrownBy(() -> merge(spec, insert(1, 1L, "Bern", null)))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("names the column 'town', which person does not have");
    }

    @Test
    void aHistoryIsNotGoneOnWithByAnotherSpec() {
        merge(Scd2Spec.standard(), insert(1, 1L, "Bern", null));
        Scd2Spec other = Scd2Spec.builder().deletes(DeleteMode.MARKER).build();
        assertThatThrownBy(() -> merge(other, insert(2, 1L, "Bern", null)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("kept by another spec: deletes was CLOSE and is now MARKER");
    }

    @Test
    void whatIsTooLateIsRejectedWithItsTimes() {
        ChangeSet changes = merge(
                Scd2Spec.standard(),
                insert(3 * HOUR, 1L, "Bern", null),
                insert(2 * HOUR, 2L, "Thun", null),
                insert(2 * HOUR - 1, 3L, "Biel", null));
        assertThat(messages(changes))
                .singleElement()
                .asString()
                .contains(
                        "its time 1970-01-01T01:59:59.999999Z lies before 1970-01-01T02:00:00Z, the newest of lane 'lane' less PT1H");
        assertThat(changes.statistics().tooLate()).isEqualTo(1);
        assertThat(changes.updates()).hasSize(2);
    }

    private static LocalDateTime hours(long count) {
        return LocalDateTime.of(1970, 1, 1, 0, 0).plusHours(count);
    }

    private ChangeEvent[] snapshot(long commitTime, Row... rows) {
        List<ChangeEvent> events = new ArrayList<>();
        events.add(new SnapshotStarted(PERSON, Origin.at(Position.of(++position), commitTime)));
        for (Row row : rows) {
            events.add(RowChange.snapshot(row, Origin.at(Position.of(++position), commitTime)));
        }
        events.add(new SnapshotCompleted(PERSON, Origin.at(Position.of(++position), commitTime)));
        return events.toArray(ChangeEvent[]::new);
    }

    private List<Boolean> currentFlags() {
        List<Boolean> flags = new ArrayList<>();
        store.forEachVersion(TABLE, (key, version) -> flags.add(version.isCurrent()));
        return flags;
    }

    @Test
    void aFirstSnapshotIsNotTooLateByItsSequenceColumn() {
        Scd2Spec spec =
                Scd2Spec.builder().sequence(Sequence.column("changed_at")).build();
        ChangeSet changes = merge(
                spec,
                snapshot(
                        1000 * HOUR,
                        Row.of(PERSON, 1L, "Bern", hours(999)),
                        Row.of(PERSON, 2L, "Thun", hours(1)),
                        Row.of(PERSON, 3L, "Biel", hours(500))));
        assertThat(changes.rejected()).isEmpty();
        assertThat(currentFlags()).containsExactly(true, true, true);
    }

    @Test
    void aSnapshotWithRowsThatAreTooLateDeletesNothing() {
        Scd2Spec spec =
                Scd2Spec.builder().sequence(Sequence.column("changed_at")).build();
        Row old = Row.of(PERSON, 1L, "Bern", hours(1));
        merge(spec, snapshot(10 * HOUR, old, Row.of(PERSON, 2L, "Thun", hours(2))));
        ChangeSet again = merge(spec, snapshot(1000 * HOUR, old));
        assertThat(again.rejected()).extracting(Rejected::category).containsExactly(Rejected.Category.TOO_LATE);
        assertThat(currentFlags()).containsExactly(true, true);
    }

    @Test
    void aSnapshotWithABrokenRowDeletesNothing() {
        merge(Scd2Spec.standard(), insert(1, 1L, "Bern", null));
        Row broken = Row.builder(PERSON).set("city", "Thun").build();
        assertThat(merge(Scd2Spec.standard(), snapshot(2, broken)).rejected()).hasSize(1);
        assertThat(currentFlags()).containsExactly(true);
    }

    @Test
    void aSnapshotDeletesWhatItLacks() {
        merge(Scd2Spec.standard(), insert(1, 1L, "Bern", null));
        merge(Scd2Spec.standard(), snapshot(2, Row.of(PERSON, 2L, "Thun", null)));
        assertThat(currentFlags()).containsExactly(false, true);
    }

    @Test
    void aDeleteIsNoOlderThanItsCommit() {
        Scd2Spec spec =
                Scd2Spec.builder().sequence(Sequence.column("changed_at")).build();
        Row row = Row.of(PERSON, 1L, "Bern", hours(1));
        merge(spec, RowChange.insert(row, Origin.at(Position.of(1), HOUR)));
        merge(spec, insert(9 * HOUR, 2L, "Thun", hours(9)));
        ChangeSet deleted = merge(spec, RowChange.delete(row, Origin.at(Position.of(100), 9 * HOUR)));
        assertThat(deleted.rejected()).isEmpty();
        assertThat(store.versions(TABLE, RowKey.of(row)))
                .singleElement()
                .satisfies(version -> assertThat(version.validTo()).isEqualTo(9 * HOUR));
    }

    @Test
    void aColumnNamedLikeOneOfTheHistoryIsRejected() {
        TableSchema wider =
                PERSON.toBuilder().column("operation", LogicalType.STRING).build();
        ChangeSet changes = merge(
                Scd2Spec.standard(),
                insert(1, 1L, "Bern", null),
                RowChange.insert(Row.of(wider, 2L, "Thun", null, "x"), Origin.at(Position.of(100), 2)));
        assertThat(messages(changes))
                .singleElement()
                .asString()
                .contains("its column 'operation' is named like one that the history adds");
    }

    @Test
    void anAddedColumnChangesNoVersionByItself() {
        merge(Scd2Spec.standard(), insert(1, 1L, "Bern", null), insert(2, 1L, "Thun", null));
        TableSchema wider =
                PERSON.toBuilder().column("note", LogicalType.STRING).build();
        ChangeSet changes = merge(
                Scd2Spec.standard(),
                RowChange.update(null, Row.of(wider, 1L, "Thun", null, null), Origin.at(Position.of(100), 3)));
        assertThat(changes.statistics().updated()).isZero();
        assertThat(changes.statistics().suppressed()).isEqualTo(1);
        List<Version> changed = new ArrayList<>();
        changes.updates().get(0).forEachChange(changes, new CollectedChanges(changed));
        assertThat(changed).isEmpty();
    }

    /** Collects every change, whatever it is. */
    private record CollectedChanges(List<Version> versions) implements KeyUpdate.ChangeVisitor {
        @Override
        public void opened(Version version) {
            versions.add(version);
        }

        @Override
        public void closed(Version version) {
            versions.add(version);
        }

        @Override
        public void updated(Version version) {
            versions.add(version);
        }

        @Override
        public void removed(Version version) {
            versions.add(version);
        }
    }

    @Test
    void aKeyWithManyEventsIsWrittenInLinearTime() {
        List<ChangeEvent> events = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            events.add(insert(i, 1L, "city " + i, null));
        }
        ChangeSet changes = merge(Scd2Spec.standard(), events.toArray(ChangeEvent[]::new));
        StateCodec codec = new StateCodec(changes.state());
        KeyState state = changes.updates().get(0).after();
        KeyState read = codec.decodeKey(codec.encode(state));
        assertThat(read.eventCount()).isEqualTo(20_000);
        assertThat(read.versions(changes.state())).isEqualTo(state.versions(changes.state()));
    }

    @Test
    void theWindowIsDroppedAsItMovesOn() {
        for (int hour = 0; hour < 50; hour++) {
            List<ChangeEvent> events = new ArrayList<>();
            for (long key = 0; key < 200; key++) {
                if (hour == 0 || key % 10 == hour % 10) {
                    events.add(insert(hour * HOUR + key, key, "city " + hour, null));
                }
            }
            merge(Scd2Spec.standard(), events.toArray(ChangeEvent[]::new));
        }
        TableState state = Objects.requireNonNull(store.tableState(TABLE));
        assertThat(state.keys()).isEqualTo(200);
        assertThat(state.events())
                .as("events of two hours, and what folding lags behind")
                .isBetween(20L, 100L);
    }

    @Test
    void countsWhatItDoes() {
        RowChange first = insert(1, 1L, "Bern", null);
        RowChange third = insert(30, 1L, "Thun", null);
        RowChange same = insert(40, 1L, "Thun", null);
        MergeStatistics one = merge(Scd2Spec.standard(), first, third, same).statistics();
        assertThat(one).isEqualTo(new MergeStatistics(3, 2, 1, 0, 0, 1, 0, 0, 0, 0));
    }

    @Test
    void countsWhatComesLate() {
        Scd2Spec spec = Scd2Spec.builder().sequence(Sequence.commitTime()).build();
        RowChange first = insert(1, 1L, "Bern", null);
        merge(spec, first, insert(30, 1L, "Thun", null));
        MergeStatistics late = merge(spec, insert(10, 1L, "Biel", null), first).statistics();
        assertThat(late.late()).isEqualTo(1);
        assertThat(late.repeated()).isEqualTo(1);
        assertThat(late.opened()).isEqualTo(1);
        assertThat(store.versions(TABLE, RowKey.of(Row.of(PERSON, 1L, "", null))))
                .extracting(Version::validFrom)
                .containsExactly(1L, 10L, 30L);
    }
}
