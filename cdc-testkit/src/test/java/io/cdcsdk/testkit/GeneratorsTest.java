package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Column;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratorsTest {
    private static final TableId TABLE = TableId.of("shop", "orders");

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void theSameSeedGivesTheSameWorkload(long seed) {
        Workload first = WorkloadGenerator.builder(seed).generate();
        Workload second = WorkloadGenerator.builder(seed).generate();
        assertThat(second.events()).isEqualTo(first.events());
        assertThat(second.expected()).isEqualTo(first.expected());
        assertThat(WorkloadGenerator.builder(seed + 100).generate().events()).isNotEqualTo(first.events());
    }

    @Test
    void workloadsHoldEverythingThatCanHappen() {
        List<ChangeEvent> events = new ArrayList<>();
        for (long seed = 0; seed < 20; seed++) {
            events.addAll(WorkloadGenerator.builder(seed).generate().events());
        }
        for (Operation operation : Operation.values()) {
            assertThat(events).anyMatch(event -> EventScript.is(event, operation));
        }
        assertThat(events).hasAtLeastOneElementOfType(Truncate.class);
        assertThat(events.stream().filter(SnapshotStarted.class::isInstance).count())
                .as("snapshots that start, more than complete")
                .isGreaterThan(events.stream()
                        .filter(SnapshotCompleted.class::isInstance)
                        .count());
        assertThat(events).anyMatch(GeneratorsTest::changesTheKey);
        assertThat(events)
                .anyMatch(event -> event instanceof RowChange change
                        && change.after() != null
                        && !change.after().isComplete());
        assertThat(events.stream().map(event -> event.origin().transaction()).collect(Collectors.toSet()))
                .hasSizeGreaterThan(50);
    }

    private static boolean changesTheKey(ChangeEvent event) {
        return event instanceof RowChange change
                && change.before() != null
                && change.after() != null
                && !Images.key(change.before()).equals(Images.key(change.after()));
    }

    @Test
    void aWorkloadWithoutFeaturesHoldsInsertsOnly() {
        WorkloadGenerator.Builder builder = WorkloadGenerator.builder(4).keys(3).length(50);
        for (WorkloadGenerator.Feature feature : WorkloadGenerator.Feature.values()) {
            builder.without(feature);
        }
        Workload workload = builder.generate();
        assertThat(workload.events()).hasSize(50).allMatch(event -> EventScript.is(event, Operation.INSERT));
        assertThat(workload.expected()).hasSize(50);
    }

    @Test
    void aWorkloadTellsWhereItIsNotSettled() {
        TableSchema schema = SchemaGenerator.everyType(TABLE);
        Workload workload =
                WorkloadGenerator.builder(5).schema(schema).length(400).generate();
        int started = 0;
        while (!(workload.events().get(started) instanceof SnapshotStarted)) {
            started++;
        }
        int inside = started + 1;
        assertThat(workload.isSettledAfter(started)).isTrue();
        assertThat(workload.isSettledAfter(inside)).isFalse();
        assertThatThrownBy(() -> workload.expectedAfter(inside)).hasMessageContaining("a snapshot is under way");
    }

    @Test
    void everyTypeIsThereAndEveryState() {
        TableSchema schema = SchemaGenerator.everyType(TABLE);
        Set<LogicalType.Kind> kinds = EnumSet.noneOf(LogicalType.Kind.class);
        schema.columns().forEach(column -> kinds.add(column.type().kind()));
        assertThat(kinds).containsExactlyInAnyOrder(LogicalType.Kind.values());

        RowGenerator generator = new RowGenerator(6);
        Set<ColumnState> states = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            Row row = generator.row(schema, EnumSet.allOf(ColumnState.class));
            assertThat(row.hasValue(0)).as("the key").isTrue();
            for (int column = 1; column < schema.size(); column++) {
                states.add(row.state(column));
            }
        }
        assertThat(states).containsExactlyInAnyOrder(ColumnState.values());
        assertThat(generator.complete(schema).isComplete()).isTrue();
    }

    @Test
    void requiredColumnsAreNeverNull() {
        TableSchema schema = TableSchema.builder(TABLE)
                .column(Column.required("name", LogicalType.STRING))
                .build();
        assertThat(new RowGenerator(7).row(schema, Set.of(ColumnState.NULL)).hasValue(0))
                .isTrue();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {8, 9, 10})
    void schemasEvolve(long seed) {
        SchemaGenerator generator = new SchemaGenerator(seed);
        TableSchema schema = generator.next(TABLE);
        for (int version = 2; version < 12; version++) {
            TableSchema evolved = generator.evolved(schema);
            assertThat(evolved.version()).isEqualTo(version);
            assertThat(evolved.keyNames()).isEqualTo(schema.keyNames());
            assertThat(Math.abs(evolved.size() - schema.size())).isEqualTo(1);
            schema = evolved;
        }
    }

    @Test
    void aRepeatingSourceServesEveryRoundInALaneOfItsOwn() {
        TableSchema schema =
                TableSchema.builder(TABLE).key("id", LogicalType.INT64).build();
        EventScript script = EventScript.create();
        for (long id = 0; id < 10; id++) {
            script.insert(Row.of(schema, id));
        }
        List<String> claimed = new ArrayList<>();
        RepeatingSource source = RepeatingSource.of(script.take(), 4, 100, 3);
        source.open(lanes -> {
            claimed.addAll(lanes);
            return Positions.none();
        });
        DiscardingSink sink = new DiscardingSink();
        SinkSession session = new SinkSession(sink);
        int batches = 0;
        EventBatch batch = source.poll(Duration.ZERO);
        while (!batch.isEndOfSource()) {
            session.write(batch.lane(), batch.events());
            session.commit();
            batches++;
            batch = source.poll(Duration.ZERO);
        }
        assertThat(claimed).containsExactly("round-0", "round-1", "round-2");
        assertThat(batches).isEqualTo(9);
        assertThat(sink.events()).isEqualTo(30);
        assertThat(sink.commits()).isEqualTo(9);
        assertThat(sink.claim(Set.of("round-1"))).hasSize(2);
    }

    @Test
    void anOriginRefusesPositionsThatDoNotRise() {
        TableSchema schema =
                TableSchema.builder(TABLE).key("id", LogicalType.INT64).build();
        List<ChangeEvent> events =
                EventScript.create().insert(Row.of(schema, 1L)).take();
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", events);
        assertThatThrownBy(() -> origin.append("lane", events)).hasMessageContaining("must rise");
    }
}
