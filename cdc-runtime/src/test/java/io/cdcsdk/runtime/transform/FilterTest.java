package io.cdcsdk.runtime.transform;

import static io.cdcsdk.runtime.transform.People.at;
import static io.cdcsdk.runtime.transform.People.keyOnly;
import static io.cdcsdk.runtime.transform.People.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import io.cdcsdk.api.Truncate;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FilterTest {
    private static final ChangeEvent SCHEMA_CHANGE = new SchemaChange(null, People.SCHEMA, at(1));
    private static final ChangeEvent STARTED = new SnapshotStarted(People.SCHEMA, at(2));
    private static final ChangeEvent SNAPSHOT = RowChange.snapshot(person(1, "Ann", "Bonn", 30), at(3));
    private static final ChangeEvent COMPLETED = new SnapshotCompleted(People.SCHEMA, at(4));
    private static final ChangeEvent INSERT = RowChange.insert(person(2, "Bob", "Rome", 40), at(5));
    private static final ChangeEvent UPDATE = RowChange.update(null, person(2, "Bob", "Bonn", 40), at(6));
    private static final ChangeEvent DELETE = RowChange.delete(keyOnly(2), at(7));
    private static final ChangeEvent TRUNCATE = new Truncate(People.SCHEMA, at(8));
    private static final List<ChangeEvent> ALL =
            List.of(SCHEMA_CHANGE, STARTED, SNAPSHOT, COMPLETED, INSERT, UPDATE, DELETE, TRUNCATE);

    private static List<ChangeEvent> kept(Transform filter) {
        return ALL.stream()
                .flatMap(event -> Stream.ofNullable(People.apply(filter, event)))
                .toList();
    }

    @Test
    void keepsTheTablesThatMatchAnyPattern() {
        assertThat(kept(Filter.tables("sales.*", "public.per*"))).isEqualTo(ALL);
        assertThat(kept(Filter.tables("sales.*", "public.place"))).isEmpty();
    }

    @Test
    void dropsTheTablesThatMatchAnyPattern() {
        assertThat(kept(Filter.exceptTables("sales.*", "person"))).isEmpty();
        assertThat(kept(Filter.exceptTables("sales.*"))).isEqualTo(ALL);
    }

    @Test
    void refusesPatternsThatAreMissingOrEmpty() {
        assertThatThrownBy(Filter::tables)
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("at least one");
        assertThatThrownBy(() -> Filter.exceptTables("", "a", " "))
                .isInstanceOfSatisfying(
                        InvalidConfiguration.class,
                        invalid -> assertThat(invalid.mistakes()).hasSize(2));
    }

    @Test
    void keepsOperationsAndWhatGoesWithThem() {
        assertThat(kept(Filter.operations(Operation.INSERT, Operation.UPDATE)))
                .containsExactly(SCHEMA_CHANGE, INSERT, UPDATE);
        assertThat(kept(Filter.operations(Operation.DELETE))).containsExactly(SCHEMA_CHANGE, DELETE, TRUNCATE);
        assertThat(kept(Filter.operations(Operation.SNAPSHOT)))
                .containsExactly(SCHEMA_CHANGE, STARTED, SNAPSHOT, COMPLETED);
        assertThat(kept(Filter.operations(Operation.INSERT, Operation.values())))
                .isEqualTo(ALL);
    }

    @Test
    void keepsTheEventsThatAPredicateAccepts() {
        assertThat(kept(Filter.events(event -> event.position().offset() > 6))).containsExactly(DELETE, TRUNCATE);
    }

    @Test
    void aPredicateThatThrowsMakesABadRecordWithoutItsMessage() {
        Transform filter = Filter.events(event -> {
            throw new IllegalStateException("secret value");
        });
        assertThatThrownBy(() -> People.apply(filter, INSERT))
                .isInstanceOf(BadRecord.class)
                .hasMessage("public.person: the predicate of the event filter failed with IllegalStateException"
                        + " (position 1:0:5:)")
                .satisfies(e -> assertThat(e.getCause()).hasMessage("java.lang.IllegalStateException"));
    }

    /** The filter keeps the people of Bonn. */
    @Nested
    class OfRows {
        private final Transform filter = Filter.rows("public.person", row -> Objects.equals(row.value("city"), "Bonn"));

        private @Nullable ChangeEvent filtered(ChangeEvent event) {
            return People.apply(filter, event);
        }

        private final Row inside = person(1, "Ann", "Bonn", 30);
        private final Row outside = person(1, "Ann", "Rome", 31);

        @Test
        void passesEverythingThatIsNotOfOneRow() {
            assertThat(filtered(SCHEMA_CHANGE)).isSameAs(SCHEMA_CHANGE);
            assertThat(filtered(STARTED)).isSameAs(STARTED);
            assertThat(filtered(COMPLETED)).isSameAs(COMPLETED);
            assertThat(filtered(TRUNCATE)).isSameAs(TRUNCATE);
        }

        @Test
        void passesOtherTables() {
            ChangeEvent other = RowChange.insert(Row.of(People.PLACES, 1L, "Rome"), at(1));
            assertThat(filtered(other)).isSameAs(other);
        }

        @Test
        void judgesSnapshotsAndInsertsByAfter() {
            assertThat(filtered(SNAPSHOT)).isSameAs(SNAPSHOT);
            assertThat(filtered(RowChange.snapshot(outside, at(1)))).isNull();
            assertThat(filtered(INSERT)).isNull();
            assertThat(filtered(RowChange.insert(inside, at(1)))).isNotNull();
        }

        @Test
        void passesAnUpdateIntoTheFilter() {
            ChangeEvent update = RowChange.update(outside, inside, at(1));
            assertThat(filtered(update)).isSameAs(update);
        }

        @Test
        void turnsAnUpdateOutOfTheFilterIntoADelete() {
            assertThat(filtered(RowChange.update(inside, outside, at(9)))).isEqualTo(RowChange.delete(inside, at(9)));
        }

        @Test
        void deletesTheKeyBeforeTheUpdateThatChangedIt() {
            assertThat(filtered(RowChange.update(keyOnly(7), outside, at(9))))
                    .isEqualTo(RowChange.delete(keyOnly(7), at(9)));
        }

        @Test
        void deletesByKeyWhereTheRowBeforeIsUnknown() {
            ChangeEvent result = filtered(RowChange.update(null, outside, at(9)));
            assertThat(result).isEqualTo(RowChange.delete(keyOnly(1), at(9)));
            Row before = Objects.requireNonNull(((RowChange) Objects.requireNonNull(result)).before());
            assertThat(before.state(1)).isEqualTo(ColumnState.ABSENT);
        }

        @Test
        void takesTheKeyFromAfterWhereBeforeLacksIt() {
            Row withoutKey = Row.builder(People.SCHEMA).set("city", "Bonn").build();
            assertThat(filtered(RowChange.update(withoutKey, outside, at(9))))
                    .isEqualTo(RowChange.delete(
                            withoutKey.toBuilder().set("id", 1L).build(), at(9)));
        }

        @Test
        void dropsAnUpdateThatStaysOutside() {
            assertThat(filtered(RowChange.update(person(1, "Ann", "Oslo", 30), outside, at(1))))
                    .isNull();
        }

        @Test
        void dropsAnUpdateOutOfTheFilterWithoutBeforeAndKey() {
            TableSchema keyless = People.SCHEMA.toBuilder().key(List.of()).build();
            assertThat(filtered(RowChange.update(null, Row.of(keyless, 1L, "Ann", "Rome", 30), at(1))))
                    .isNull();
        }

        @Test
        void dropsADeleteOnlyIfTheRowWasSurelyOutside() {
            assertThat(filtered(RowChange.delete(outside, at(1)))).isNull();
            assertThat(filtered(RowChange.delete(inside, at(1)))).isNotNull();
            assertThat(filtered(DELETE)).isSameAs(DELETE);
        }

        @Test
        void aPredicateThatReadsAnAbsentColumnMakesABadRecord() {
            assertThatThrownBy(() -> filtered(RowChange.insert(keyOnly(1), at(3))))
                    .isInstanceOf(BadRecord.class)
                    .hasMessageContaining("row filter failed with IllegalStateException (position 1:0:3:)");
        }

        @Test
        void anUnavailableColumnThatThePredicateDoesNotReadDoesNoHarm() {
            ChangeEvent update =
                    RowChange.update(null, inside.toBuilder().setUnavailable(1).build(), at(1));
            assertThat(filtered(update)).isSameAs(update);
        }
    }

    @Test
    void matchesTablesOfAnotherName() {
        TableSchema archive = TableSchema.builder(TableId.of("archive", "person"))
                .column("city", LogicalType.STRING)
                .build();
        ChangeEvent event = RowChange.insert(Row.of(archive, "Rome"), at(1));
        assertThat(People.apply(Filter.rows("person", row -> false), event)).isNull();
        assertThat(People.apply(Filter.rows("public.person", row -> false), event))
                .isSameAs(event);
    }
}
