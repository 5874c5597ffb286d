package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.EventsRefused;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.InMemoryHistory;
import io.cdcsdk.scd.Scd2Sink;
import io.cdcsdk.scd.Scd2Spec;
import io.cdcsdk.scd.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The sink of histories, in memory, against the contract of sinks: what is current is the source's table. */
class Scd2SinkTest extends SinkContract {
    private final InMemoryHistory history = new InMemoryHistory();

    @Override
    protected Sink newSink() {
        return Scd2Sink.builder(history.newSession()).build();
    }

    @Override
    protected List<Row> rows(TableSchema schema) {
        List<Row> rows = new ArrayList<>();
        try (HistoryStore reader = history.newSession()) {
            reader.open();
            reader.forEachVersion(schema.table(), (key, version) -> {
                if (version.isCurrent() && !version.isMarker()) {
                    rows.add(in(schema, version.row()));
                }
            });
        }
        return rows;
    }

    @Test
    void tellsHowManyEventsAreKeptForLateOnes() {
        TableSchema schema = TableSchema.builder(TableId.of("shop", "item"))
                .key("id", LogicalType.INT64)
                .build();
        Scd2Sink sink = Scd2Sink.builder(history.newSession())
                .spec(Scd2Spec.builder()
                        .sequence(Sequence.commitTime())
                        .lateness(Duration.ofSeconds(2))
                        .build())
                .build();
        sink.open();
        try (SinkSession session = new SinkSession(sink)) {
            session.claim("lane");
            assertThat(sink.windowEvents()).isEmpty();
            List<RowChange> changes = LongStream.range(0, 100)
                    .mapToObj(i -> RowChange.insert(Row.of(schema, 1L), Origin.at(Position.of(i), i * 1_000_000)))
                    .toList();
            session.write("lane", changes.subList(0, 50)).commit();
            assertThat(sink.windowEvents()).containsExactly(Map.entry(schema.table(), 50L));
            session.write("lane", changes.subList(50, 100)).commit();
            assertThat(sink.windowEvents().get(schema.table()))
                    .as("the second commit's, and nothing of the first")
                    .isEqualTo(50L);
        }
    }

    @Test
    void refusesWhatIsTooLateAtTheCommitAndPassesItOverWhenThatIsRepeated() {
        TableSchema schema = TableSchema.builder(TableId.of("shop", "item"))
                .key("id", LogicalType.INT64)
                .build();
        Scd2Sink sink = Scd2Sink.builder(history.newSession())
                .spec(Scd2Spec.builder()
                        .sequence(Sequence.commitTime())
                        .lateness(Duration.ofSeconds(2))
                        .build())
                .build();
        sink.open();
        try (SinkSession session = new SinkSession(sink)) {
            session.claim("lane");
            RowChange newest = RowChange.insert(Row.of(schema, 1L), Origin.at(Position.of(1), 10_000_000));
            RowChange late = RowChange.insert(Row.of(schema, 2L), Origin.at(Position.of(2), 7_000_000));
            session.write("lane", List.of(newest)).commit();
            session.write("lane", List.of(late));
            assertThatThrownBy(session::commit)
                    .isInstanceOfSatisfying(
                            EventsRefused.class,
                            e -> assertThat(e.refusals()).singleElement().satisfies(refusal -> {
                                assertThat(refusal.event()).isSameAs(late);
                                assertThat(refusal.lane()).isEqualTo("lane");
                                assertThat(refusal.category()).isEqualTo(ErrorCategory.TOO_LATE);
                            }));
            session.commit();
            assertThat(sink.statistics().tooLate()).isOne();
            assertThat(rows(schema)).hasSize(1);
        }
    }

    /** The columns that the table has now; the history keeps those that were dropped. */
    private static Row in(TableSchema schema, Row row) {
        Row.Builder builder = Row.builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            builder.set(i, row.value(schema.column(i).name()));
        }
        return builder.build();
    }
}
