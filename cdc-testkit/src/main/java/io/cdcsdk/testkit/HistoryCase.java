package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import io.cdcsdk.scd.Scd2Spec;
import io.cdcsdk.scd.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Events of one table, how they arrive, and the spec of the history.
 *
 * @param name what tells it from other cases: where its seed stands
 * @param spec the spec
 * @param specText the spec in words
 * @param batches how the events arrive
 */
record HistoryCase(String name, Scd2Spec spec, String specText, List<HistoryBatch> batches) {
    /** 2026-01-01T00:00Z, the first time of every case. */
    static final long FIRST_TIME = 1_767_225_600_000_000L;

    /** The unit of all times of a case, in microseconds: ten minutes. */
    static final long UNIT = 600_000_000L;

    HistoryCase {
        batches = List.copyOf(batches);
    }

    /** All events in the order of arrival. */
    List<HistoryDelivery> deliveries() {
        return batches.stream().flatMap(batch -> batch.deliveries().stream()).toList();
    }

    Set<String> lanes() {
        Set<String> lanes = new TreeSet<>();
        deliveries().forEach(delivery -> lanes.add(delivery.lane()));
        return lanes;
    }

    HistoryCase withBatches(List<HistoryBatch> others) {
        return new HistoryCase(name, spec, specText, others);
    }

    /**
     * What must come of it.
     *
     * @throws UndefinedHistory if the contract leaves it open
     */
    HistoryOracle oracle() {
        List<HistoryDelivery> deliveries = deliveries();
        if (deliveries.isEmpty() || deliveries.get(0).event().schema().version() != 1) {
            throw new UndefinedHistory("the first event does not have the first schema");
        }
        HistoryOracle oracle = HistoryOracle.of(spec, deliveries);
        Duration lateness = spec.lateness();
        if (lateness != null
                && spec.sequence() instanceof Sequence.SourceOrder
                && oracle.accepted().stream().anyMatch(event -> event.isKeyChange() && event.isPartial())) {
            requireClock(oracle, HistoryOracle.micros(lateness));
        }
        return oracle;
    }

    private static void requireClock(HistoryOracle oracle, long lateness) {
        long highest = Long.MIN_VALUE;
        for (HistoryEvent event :
                oracle.accepted().stream().sorted(oracle.fold().order()).toList()) {
            if (event.time() < highest - lateness) {
                throw new UndefinedHistory("the clock runs backwards, and a key changes with a partial image");
            }
            highest = Math.max(highest, event.time());
        }
    }

    boolean isDefined() {
        try {
            HistoryOracle unused = oracle();
            return true;
        } catch (UndefinedHistory e) {
            return false;
        }
    }

    /** The same case in another table. */
    HistoryCase onTable(TableId table) {
        Map<TableSchema, TableSchema> schemas = new HashMap<>();
        List<HistoryBatch> moved = new ArrayList<>();
        for (HistoryBatch batch : batches) {
            moved.add(batch.with(batch.deliveries().stream()
                    .map(delivery -> new HistoryDelivery(delivery.lane(), moved(delivery.event(), table, schemas)))
                    .toList()));
        }
        return withBatches(moved);
    }

    private static ChangeEvent moved(ChangeEvent event, TableId table, Map<TableSchema, TableSchema> schemas) {
        Origin origin = event.origin();
        TableSchema schema = moved(event.schema(), table, schemas);
        if (event instanceof RowChange change) {
            return RowChange.of(
                    change.operation(), moved(change.before(), schema), moved(change.after(), schema), origin);
        } else if (event instanceof Truncate) {
            return new Truncate(schema, origin);
        } else if (event instanceof SnapshotStarted) {
            return new SnapshotStarted(schema, origin);
        } else if (event instanceof SnapshotCompleted) {
            return new SnapshotCompleted(schema, origin);
        }
        return new SchemaChange(null, schema, origin);
    }

    private static TableSchema moved(TableSchema schema, TableId table, Map<TableSchema, TableSchema> schemas) {
        return schemas.computeIfAbsent(
                schema, old -> old.toBuilder().table(table).build());
    }

    private static @Nullable Row moved(@Nullable Row row, TableSchema schema) {
        if (row == null) {
            return null;
        }
        Row.Builder builder = Row.builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            builder.copy(i, row, i);
        }
        return builder.build();
    }

    /** A time in units behind the first one. */
    static String time(long micros) {
        long behind = micros - FIRST_TIME;
        return behind % UNIT == 0 ? "T" + behind / UNIT : "T0" + (behind < 0 ? "" : "+") + behind + "us";
    }

    /** An event with its values. */
    static String describe(ChangeEvent event) {
        Origin origin = event.origin();
        StringBuilder text = new StringBuilder();
        if (event instanceof RowChange change) {
            text.append(change.operation()).append(' ');
            if (change.before() != null) {
                text.append(describe(change.before())).append(" -> ");
            }
            text.append(change.operation() == Operation.DELETE ? "gone" : describe(change.image()));
        } else {
            text.append(event.getClass().getSimpleName());
        }
        text.append(" at position ").append(origin.position());
        text.append(origin.order() == null ? "" : " order " + origin.order());
        text.append(origin.hasSourceTime() ? " committed " + time(origin.sourceTime()) : " without a time");
        return text.append(" schema v").append(event.schema().version()).toString();
    }

    private static String describe(Row row) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < row.schema().size(); i++) {
            ColumnState state = row.state(i);
            Object value = state == ColumnState.VALUE ? Objects.requireNonNull(row.value(i)) : state;
            text.append(i == 0 ? "" : ", ")
                    .append(row.schema().column(i).name())
                    .append('=');
            text.append(value instanceof byte[] ? HistoryValues.value(row, i) : value);
        }
        return text.append('}').toString();
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder("case ").append(name).append(": ").append(specText);
        Set<String> schemas = new TreeSet<>();
        deliveries().forEach(delivery -> schemas.add(delivery.event().schema().toString()));
        schemas.forEach(schema -> text.append("\n  ").append(schema));
        for (HistoryBatch batch : batches) {
            text.append("\n  batch")
                    .append(
                            batch.interruption() == HistoryBatch.Interruption.NONE
                                    ? ""
                                    : " after " + batch.interruption());
            batch.deliveries().forEach(delivery -> text.append("\n    ").append(delivery));
        }
        return text.toString();
    }
}
