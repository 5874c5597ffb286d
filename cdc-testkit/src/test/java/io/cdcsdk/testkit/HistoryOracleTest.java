package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.SourceOrder;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import io.cdcsdk.scd.DeleteMode;
import io.cdcsdk.scd.Rejected;
import io.cdcsdk.scd.Scd2Spec;
import io.cdcsdk.scd.Sequence;
import io.cdcsdk.scd.TieRule;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The oracle on examples small enough to be written down: each is a rule of the contract. */
class HistoryOracleTest {
    private static final TableSchema SCHEMA = TableSchema.builder(TableId.of("shop", "people"))
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .column("city", LogicalType.STRING)
            .build();

    private static final Scd2Spec UNLIMITED =
            Scd2Spec.builder().unlimitedLateness().build();

    private final List<HistoryDelivery> deliveries = new ArrayList<>();

    // ---- events: in lane "a", at a position, committed so many units after the first time

    private static long at(long unit) {
        return HistoryCase.FIRST_TIME + unit * HistoryCase.UNIT;
    }

    private static Origin origin(long position, long unit) {
        return Origin.at(Position.of(position), at(unit));
    }

    private static Row row(long id, @Nullable String name, @Nullable String city) {
        return Row.of(SCHEMA, id, name, city);
    }

    private static Row key(long id) {
        return Row.builder(SCHEMA).set("id", id).build();
    }

    private static Row named(long id, String name) {
        return Row.builder(SCHEMA).set("id", id).set("name", name).build();
    }

    private HistoryOracleTest lane(String lane, ChangeEvent event) {
        deliveries.add(new HistoryDelivery(lane, event));
        return this;
    }

    private HistoryOracleTest insert(long position, long unit, Row row) {
        return lane("a", RowChange.insert(row, origin(position, unit)));
    }

    private HistoryOracleTest update(long position, long unit, @Nullable Row before, Row row) {
        return lane("a", RowChange.update(before, row, origin(position, unit)));
    }

    private HistoryOracleTest delete(long position, long unit, Row row) {
        return lane("a", RowChange.delete(row, origin(position, unit)));
    }

    // ---- what is expected

    private static String text(Map<List<Object>, List<ExpectedVersion>> versions) {
        List<String> lines = new ArrayList<>();
        versions.forEach((key, list) -> list.forEach(version -> lines.add(version.toString())));
        return String.join("\n", lines);
    }

    private void assertHistory(Scd2Spec spec, String... lines) {
        HistoryOracle oracle = HistoryOracle.of(spec, deliveries);
        assertThat(text(oracle.versions()).lines().toList()).containsExactlyInAnyOrder(lines);
    }

    private void assertRejected(Scd2Spec spec, HistoryRejection... rejections) {
        assertThat(HistoryOracle.of(spec, deliveries).rejected()).containsExactly(rejections);
    }

    @Test
    void changesOpenAndCloseVersions() {
        insert(1, 0, row(1, "Ada", "Rome"));
        update(2, 1, null, row(1, "Ada", "Oslo"));
        update(3, 2, null, row(1, "Ada", "Oslo"));
        delete(4, 3, key(1));
        insert(5, 5, row(1, "Ada", "Oslo"));
        assertHistory(
                UNLIMITED,
                "c [T0, T1) {city=Rome, id=1, name=Ada}",
                "u [T1, T3) {city=Oslo, id=1, name=Ada}",
                "c [T5, current) {city=Oslo, id=1, name=Ada}");
    }

    @Test
    void aLateEventSplitsAClosedVersion() {
        insert(1, 0, row(1, "Ada", "Rome"));
        update(9, 4, null, row(1, "Ada", "Oslo"));
        update(5, 2, null, row(1, "Ada", "Bern"));
        assertHistory(
                UNLIMITED,
                "c [T0, T2) {city=Rome, id=1, name=Ada}",
                "u [T2, T4) {city=Bern, id=1, name=Ada}",
                "u [T4, current) {city=Oslo, id=1, name=Ada}");
    }

    @Test
    void aSuppressedEventOpensAVersionWhenALateOneComesBetween() {
        insert(1, 0, row(1, "Ada", "Rome"));
        update(9, 4, null, row(1, "Ada", "Rome"));
        assertHistory(UNLIMITED, "c [T0, current) {city=Rome, id=1, name=Ada}");
        update(5, 2, null, row(1, "Ada", "Bern"));
        assertHistory(
                UNLIMITED,
                "c [T0, T2) {city=Rome, id=1, name=Ada}",
                "u [T2, T4) {city=Bern, id=1, name=Ada}",
                "u [T4, current) {city=Rome, id=1, name=Ada}");
    }

    @Test
    void aDeleteThatComesBeforeItsInsertCounts() {
        delete(5, 3, key(1));
        assertHistory(UNLIMITED);
        insert(1, 0, row(1, "Ada", "Rome"));
        assertHistory(UNLIMITED, "c [T0, T3) {city=Rome, id=1, name=Ada}");
    }

    @Test
    void whatIsUndoneWithinOneTimeLeavesNoTrace() {
        insert(1, 0, row(1, "Ada", "Rome"));
        update(2, 1, null, row(1, "Ada", "Oslo"));
        update(3, 1, null, row(1, "Ada", "Rome"));
        insert(4, 2, row(2, "Bob", "Rome"));
        delete(5, 2, key(2));
        assertHistory(UNLIMITED, "c [T0, current) {city=Rome, id=1, name=Ada}");
    }

    @Test
    void overwrittenColumnsChangeTheVersionOfTheirTime() {
        Scd2Spec spec =
                Scd2Spec.builder().overwritten("city").unlimitedLateness().build();
        insert(1, 0, row(1, "Ada", "Rome"));
        update(2, 1, null, row(1, "Ada", "Oslo"));
        update(3, 2, null, row(1, "Eva", "Bern"));
        update(4, 3, null, row(1, "Eva", null));
        assertHistory(spec, "c [T0, T2) {city=Oslo, id=1, name=Ada}", "u [T2, current) {id=1, name=Eva}");
    }

    @Test
    void aMarkerHasTheLastKnownColumnsAndClosesWhenTheKeyReturns() {
        Scd2Spec spec = Scd2Spec.builder()
                .deletes(DeleteMode.MARKER)
                .unlimitedLateness()
                .build();
        insert(1, 0, row(1, "Ada", "Rome"));
        update(2, 2, null, row(1, "Ada", "Oslo"));
        delete(3, 2, key(1));
        insert(4, 3, row(1, "Ada", "Bern"));
        delete(5, 3, key(1));
        insert(6, 4, row(1, "Eva", "Bern"));
        assertHistory(
                spec,
                "c [T0, T2) {city=Rome, id=1, name=Ada}",
                "d [T2, T4) {city=Oslo, id=1, name=Ada}",
                "c [T4, current) {city=Bern, id=1, name=Eva}");
    }

    @Test
    void aTruncateDeletesEveryLiveKeyWithoutMarkers() {
        Scd2Spec spec = Scd2Spec.builder()
                .deletes(DeleteMode.MARKER)
                .unlimitedLateness()
                .build();
        insert(1, 0, row(1, "Ada", "Rome"));
        insert(2, 0, row(2, "Bob", "Rome"));
        insert(9, 5, row(2, "Bob", "Rome"));
        lane("a", new Truncate(SCHEMA, origin(3, 2)));
        insert(10, 6, row(3, "Cid", "Rome"));
        assertHistory(
                spec,
                "c [T0, T2) {city=Rome, id=1, name=Ada}",
                "c [T0, T2) {city=Rome, id=2, name=Bob}",
                "c [T5, current) {city=Rome, id=2, name=Bob}",
                "c [T6, current) {city=Rome, id=3, name=Cid}");
    }

    @Test
    void aKeyChangeMovesTheRowAndWhatItsImageLacks() {
        insert(1, 0, row(1, "Ada", "Rome"));
        insert(2, 0, row(2, "Bob", "Oslo"));
        update(3, 2, key(1), named(2, "Eva"));
        assertHistory(
                UNLIMITED,
                "c [T0, T2) {city=Rome, id=1, name=Ada}",
                "c [T0, T2) {city=Oslo, id=2, name=Bob}",
                "c [T2, current) {city=Rome, id=2, name=Eva}");
    }

    @Test
    void aPartialImageTakesTheStateJustBeforeOrElseItsOwnBefore() {
        insert(1, 0, row(1, "Ada", "Rome"));
        update(5, 4, row(1, "Ada", "Bern"), named(1, "Eva"));
        assertHistory(
                UNLIMITED, "c [T0, T4) {city=Rome, id=1, name=Ada}", "u [T4, current) {city=Rome, id=1, name=Eva}");
        update(3, 2, null, row(1, "Ada", "Oslo"));
        delete(4, 3, key(1));
        assertHistory(
                UNLIMITED,
                "c [T0, T2) {city=Rome, id=1, name=Ada}",
                "u [T2, T3) {city=Oslo, id=1, name=Ada}",
                "u [T4, current) {city=Bern, id=1, name=Eva}");
    }

    @Test
    void aCompletedSnapshotDeletesWhatItLacksAtItsStart() {
        insert(1, 0, row(1, "Ada", "Rome"));
        insert(2, 0, row(2, "Bob", "Rome"));
        insert(3, 0, row(3, "Cid", "Rome"));
        lane("a", new SnapshotStarted(SCHEMA, origin(4, 2)));
        lane("a", RowChange.snapshot(row(2, "Bob", "Oslo"), origin(5, 2)));
        update(6, 3, null, row(3, "Cid", "Bern"));
        assertHistory(
                UNLIMITED,
                "c [T0, current) {city=Rome, id=1, name=Ada}",
                "c [T0, T2) {city=Rome, id=2, name=Bob}",
                "c [T2, current) {city=Oslo, id=2, name=Bob}",
                "c [T0, T3) {city=Rome, id=3, name=Cid}",
                "u [T3, current) {city=Bern, id=3, name=Cid}");
        lane("a", new SnapshotCompleted(SCHEMA, origin(7, 4)));
        assertHistory(
                UNLIMITED,
                "c [T0, T2) {city=Rome, id=1, name=Ada}",
                "c [T0, T2) {city=Rome, id=2, name=Bob}",
                "c [T2, current) {city=Oslo, id=2, name=Bob}",
                "c [T0, T3) {city=Rome, id=3, name=Cid}",
                "u [T3, current) {city=Bern, id=3, name=Cid}");
    }

    @Test
    void aSnapshotThatStartsAnewIsAnotherOne() {
        insert(1, 0, row(1, "Ada", "Rome"));
        lane("a", new SnapshotStarted(SCHEMA, origin(2, 1)));
        lane("a", RowChange.snapshot(row(1, "Ada", "Rome"), origin(3, 1)));
        lane("a", new SnapshotStarted(SCHEMA, origin(4, 3)));
        lane("a", new SnapshotCompleted(SCHEMA, origin(5, 4)));
        assertHistory(UNLIMITED, "c [T0, T3) {city=Rome, id=1, name=Ada}");
    }

    @Test
    void inSourceOrderTheTimeOfAKeyNeverRunsBackwards() {
        insert(1, 3, row(1, "Ada", "Rome"));
        update(2, 1, null, row(1, "Ada", "Oslo"));
        update(3, 4, null, row(1, "Ada", "Bern"));
        assertHistory(
                UNLIMITED, "u [T3, T4) {city=Oslo, id=1, name=Ada}", "u [T4, current) {city=Bern, id=1, name=Ada}");
    }

    @Test
    void theSourceOrderDecidesUnlessTheSpecTrustsPositionsMore() {
        lane(
                "a",
                RowChange.insert(
                        row(1, "Ada", "Rome"), new Origin(Position.of(1), at(2), null, new SourceOrder(-1, 0))));
        lane(
                "b",
                RowChange.update(
                        null, row(1, "Ada", "Oslo"), new Origin(Position.of(9), at(2), null, new SourceOrder(5, 0))));
        assertHistory(UNLIMITED, "c [T2, current) {city=Rome, id=1, name=Ada}");
        assertHistory(
                Scd2Spec.builder().tieRule(TieRule.POSITION).unlimitedLateness().build(),
                "u [T2, current) {city=Oslo, id=1, name=Ada}");
    }

    @Test
    void aColumnMayDecide() {
        TableSchema schema = TableSchema.builder(TableId.of("shop", "prices"))
                .key("id", LogicalType.INT64)
                .column("price", LogicalType.decimal(6, 2))
                .column("changed_at", LogicalType.INSTANT)
                .build();
        Scd2Spec spec = Scd2Spec.builder()
                .sequence(Sequence.column("changed_at"))
                .overwritten("changed_at")
                .unlimitedLateness()
                .build();
        Instant second = Instant.ofEpochSecond(0).plusNanos(at(2) * 1000);
        Instant first = Instant.ofEpochSecond(0).plusNanos(at(1) * 1000);
        Instant tooFar = Instant.ofEpochSecond(0).plusNanos(at(5) * 1000).plus(Duration.ofDays(1));
        lane("a", RowChange.insert(Row.of(schema, 1L, new BigDecimal("1.0"), second), origin(1, 5)));
        lane("a", RowChange.update(null, Row.of(schema, 1L, new BigDecimal("2"), first), origin(2, 5)));
        lane("a", RowChange.insert(Row.of(schema, 2L, new BigDecimal("3"), null), origin(3, 5)));
        lane("a", RowChange.insert(Row.of(schema, 2L, new BigDecimal("3"), tooFar.plusNanos(1000)), origin(4, 5)));
        lane("a", RowChange.delete(Row.builder(schema).set("id", 1L).build(), origin(5, 6)));
        HistoryOracle oracle = HistoryOracle.of(spec, deliveries);
        assertThat(oracle.versions().values())
                .hasSize(1)
                .first()
                .satisfies(versions -> assertThat(versions)
                        .extracting(ExpectedVersion::operation, ExpectedVersion::validFrom, ExpectedVersion::validTo)
                        .containsExactly(tuple('u', at(1), at(2)), tuple('c', at(2), at(6))));
        assertRejected(
                spec,
                new HistoryRejection("a", Position.of(3), Rejected.Category.INVALID),
                new HistoryRejection("a", Position.of(4), Rejected.Category.INVALID));
    }

    @Test
    void columnsComeGoAndWiden() {
        TableSchema narrow = TableSchema.builder(TableId.of("shop", "things"))
                .key("id", LogicalType.INT32)
                .column("size", LogicalType.FLOAT32)
                .column("old", LogicalType.STRING)
                .build();
        TableSchema wide = TableSchema.builder(TableId.of("shop", "things"))
                .version(2)
                .key("id", LogicalType.INT64)
                .column("size", LogicalType.FLOAT64)
                .column("added", LogicalType.STRING)
                .build();
        lane("a", RowChange.insert(Row.of(narrow, 1, 0.0f, null), origin(1, 0)));
        lane("a", RowChange.update(null, Row.of(wide, 1L, -0.0, null), origin(2, 1)));
        lane("a", RowChange.insert(Row.of(narrow, 2, 1.5f, "x"), origin(3, 0)));
        lane("a", RowChange.update(null, Row.of(wide, 2L, 1.5, "y"), origin(4, 1)));
        assertHistory(
                UNLIMITED,
                "c [T0, current) {id=1, size=0.0}",
                "c [T0, T1) {id=2, old=x, size=1.5}",
                "u [T1, current) {added=y, id=2, size=1.5}");
        assertThat(HistoryOracle.of(UNLIMITED, deliveries).columns())
                .containsExactly(
                        Map.entry("id", LogicalType.INT64),
                        Map.entry("size", LogicalType.FLOAT64),
                        Map.entry("old", LogicalType.STRING),
                        Map.entry("added", LogicalType.STRING));
    }

    @Test
    void whatIsTooLateIsJudgedByItsOwnLane() {
        Scd2Spec spec = Scd2Spec.builder()
                .sequence(Sequence.commitTime())
                .lateness(Duration.ofMinutes(10))
                .build();
        insert(1, 0, row(1, "Ada", "Rome"));
        lane("b", RowChange.insert(row(2, "Bob", "Rome"), origin(1, 0)));
        insert(2, 5, row(3, "Cid", "Rome"));
        insert(3, 4, row(4, "Dan", "Rome"));
        insert(4, 3, row(5, "Eva", "Rome"));
        lane("b", RowChange.insert(row(6, "Fay", "Rome"), origin(2, 3)));
        insert(4, 3, row(5, "Eva", "Rome"));
        assertHistory(
                spec,
                "c [T0, current) {city=Rome, id=1, name=Ada}",
                "c [T0, current) {city=Rome, id=2, name=Bob}",
                "c [T5, current) {city=Rome, id=3, name=Cid}",
                "c [T4, current) {city=Rome, id=4, name=Dan}",
                "c [T3, current) {city=Rome, id=6, name=Fay}");
        assertRejected(
                spec,
                new HistoryRejection("a", Position.of(4), Rejected.Category.TOO_LATE),
                new HistoryRejection("a", Position.of(4), Rejected.Category.TOO_LATE));
    }

    @Test
    void aNewLaneMayNotChangeWhatTheOthersHaveLeftBehind() {
        Scd2Spec spec = Scd2Spec.builder()
                .sequence(Sequence.commitTime())
                .lateness(Duration.ofMinutes(10))
                .build();
        insert(1, 0, row(1, "Ada", "Rome"));
        insert(2, 1, row(1, "Ada", "Oslo"));
        insert(3, 5, row(2, "Bob", "Rome"));
        lane("b", RowChange.insert(row(1, "Ada", "Bern"), origin(1, 0)));
        lane("b", RowChange.insert(row(3, "Cid", "Bern"), origin(2, 0)));
        assertHistory(
                spec,
                "c [T0, T1) {city=Rome, id=1, name=Ada}",
                "c [T1, current) {city=Oslo, id=1, name=Ada}",
                "c [T5, current) {city=Rome, id=2, name=Bob}",
                "c [T0, current) {city=Bern, id=3, name=Cid}");
        assertRejected(spec, new HistoryRejection("b", Position.of(1), Rejected.Category.TOO_LATE));
    }

    @Test
    void whatTheContractLeavesOpenIsToldApart() {
        Scd2Spec spec = Scd2Spec.builder().lateness(Duration.ZERO).build();
        insert(1, 0, row(1, "Ada", "Rome"));
        insert(2, 5, row(2, "Bob", "Rome"));
        insert(1, 0, row(1, "Ada", "Rome"));
        assertThatThrownBy(() -> HistoryOracle.of(spec, deliveries)).isInstanceOf(UndefinedHistory.class);
    }
}
