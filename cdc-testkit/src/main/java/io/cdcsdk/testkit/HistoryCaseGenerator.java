package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Column;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.SourceOrder;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import io.cdcsdk.scd.Sequence;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes small cases from seeds: few keys, few times, few values, so that everything that may coincide does. Most of what it
 * makes up no database would do: the history is defined all the same.
 */
final class HistoryCaseGenerator {
    private static final TableId TABLE = TableId.of("shop", "orders");
    private static final int TIMES = 8;

    private final Random random;
    private final HistoryCaseSpec spec;
    private final HistoryCaseKeys keys;
    private final int keyCount;
    private final List<TableSchema> schemas;
    private final List<Lane> lanes = new ArrayList<>();
    private final double partial;
    private final double backwards;
    private final boolean sharedOrder;
    private final Map<Integer, Map<String, Object>> rows = new HashMap<>();
    private final List<HistoryDelivery> written = new ArrayList<>();
    private int schemaIndex;
    private int now;
    private long nextMajor;

    private static final class Lane {
        final String name;
        final boolean ordered;
        long epoch;
        int file;
        long offset;
        long snapshotTime = Origin.UNKNOWN_TIME;

        Lane(String name, boolean ordered) {
            this.name = name;
            this.ordered = ordered;
        }

        Position next(Random random) {
            if (random.nextInt(16) == 0) {
                epoch++;
            } else if (random.nextInt(12) == 0) {
                file++;
                offset = 0;
            }
            offset += 1 + random.nextInt(2);
            return Position.of(epoch, file == 0 ? "" : "log-" + file, offset);
        }
    }

    private HistoryCaseGenerator(long seed) {
        random = new Random(seed * 0x9E37_79B9_7F4A_7C15L + 17);
        keys = pick(List.of(HistoryCaseKeys.values()));
        keyCount = 1 + random.nextInt(4);
        spec = HistoryCaseSpec.random(random, keys);
        schemas = schemas();
        partial = random.nextInt(2) * 0.3;
        backwards = random.nextInt(3) * 0.1;
        int orders = random.nextInt(3);
        sharedOrder = random.nextInt(4) == 0;
        int laneCount = 1 + random.nextInt(3);
        for (int i = 0; i < laneCount; i++) {
            lanes.add(new Lane("lane-" + (char) ('a' + i), orders == 0 || orders == 1 && random.nextBoolean()));
        }
        nextMajor = random.nextInt(4) == 0 ? Long.MAX_VALUE - 4 : 100;
    }

    /** The case of a seed; always the same. */
    static HistoryCase generate(long seed) {
        for (int attempt = 0; ; attempt++) {
            HistoryCaseGenerator generator = new HistoryCaseGenerator(seed * 1_000 + attempt);
            HistoryCase candidate = generator.generate(seed + (attempt == 0 ? "" : " attempt " + attempt));
            if (candidate.isDefined()) {
                return candidate;
            }
        }
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private HistoryCase generate(String name) {
        int length = 2 + random.nextInt(random.nextInt(3) == 0 ? 22 : 10);
        write(Operation.INSERT, lanes.get(0), 0);
        while (written.size() < length) {
            step();
        }
        List<HistoryDelivery> arrivals = permuted();
        if (spec.isBroken()) {
            breakOne(arrivals);
        }
        repeatSome(arrivals);
        return new HistoryCase(name, spec.spec(), keys + ", " + spec, split(arrivals));
    }

    // ---- the world

    private List<TableSchema> schemas() {
        List<Column> columns = new ArrayList<>();
        keys.columns(LogicalType.INT32).forEach(columns::add);
        columns.add(Column.of("name", LogicalType.STRING));
        if (spec.sequence() instanceof Sequence.Column column) {
            columns.add(Column.of(column.name(), spec.sequenceType()));
        }
        boolean drops = random.nextInt(3) == 0;
        for (HistoryCaseColumn column : HistoryCaseColumn.values()) {
            if (spec.names(column.columnName()) || random.nextInt(3) == 0) {
                columns.add(Column.of(column.columnName(), column.narrow()));
            }
        }
        List<TableSchema> all = new ArrayList<>();
        all.add(schema(1, columns));
        if (random.nextInt(3) == 0) {
            int changes = 1 + random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                columns = changed(columns, drops);
                all.add(schema(all.size() + 1, columns));
            }
        }
        return all;
    }

    private List<Column> changed(List<Column> columns, boolean drops) {
        List<Column> changed = new ArrayList<>(columns);
        switch (random.nextInt(3)) {
            case 0 -> {
                if (changed.stream().noneMatch(column -> column.name().equals("extra"))) {
                    changed.add(Column.of("extra", LogicalType.STRING));
                }
            }
            case 1 -> {
                if (drops) {
                    changed.removeIf(column -> column.name().equals("note"));
                } else {
                    changed.replaceAll(HistoryCaseGenerator::widened);
                }
            }
            default -> changed.replaceAll(HistoryCaseGenerator::widened);
        }
        return changed;
    }

    private static Column widened(Column column) {
        if (column.type().equals(LogicalType.INT32)) {
            return new Column(column.name(), LogicalType.INT64, column.nullability());
        }
        for (HistoryCaseColumn known : HistoryCaseColumn.values()) {
            if (known.columnName().equals(column.name())) {
                return Column.of(column.name(), known.wide());
            }
        }
        return column;
    }

    private TableSchema schema(int version, List<Column> columns) {
        TableSchema.Builder builder = TableSchema.builder(TABLE).version(version);
        columns.forEach(builder::column);
        return builder.key(keys.schemaKey()).build();
    }

    private TableSchema schema() {
        if (schemaIndex < schemas.size() - 1 && random.nextInt(4) == 0) {
            schemaIndex++;
        }
        return schemas.get(schemaIndex > 0 && random.nextInt(6) == 0 ? schemaIndex - 1 : schemaIndex);
    }

    // ---- events in the order of the source

    private void step() {
        if (random.nextInt(2) == 0) {
            now = Math.min(TIMES - 1, now + 1 + random.nextInt(2));
        }
        Lane lane = lanes.get(random.nextInt(lanes.size()));
        if (lane.snapshotTime != Origin.UNKNOWN_TIME && random.nextInt(2) == 0) {
            snapshotStep(lane);
            return;
        }
        int choice = random.nextInt(24);
        if (choice == 0) {
            add(lane, new Truncate(schema(), origin(lane, time())));
        } else if (choice <= 2) {
            lane.snapshotTime = time();
            add(lane, new SnapshotStarted(schema(), origin(lane, lane.snapshotTime)));
        } else if (choice == 3 && random.nextInt(4) == 0) {
            add(lane, new SnapshotCompleted(schema(), origin(lane, time())));
        } else if (choice == 4 && schemaIndex > 0) {
            add(lane, new SchemaChange(null, schemas.get(schemaIndex), origin(lane, time())));
        } else {
            write(operation(0.5), lane, random.nextInt(keyCount));
        }
    }

    private void snapshotStep(Lane lane) {
        int choice = random.nextInt(5);
        if (choice < 3) {
            write(Operation.SNAPSHOT, lane, random.nextInt(keyCount));
        } else if (choice == 3) {
            long started = lane.snapshotTime;
            lane.snapshotTime = Origin.UNKNOWN_TIME;
            add(lane, new SnapshotCompleted(schema(), origin(lane, Math.max(started, time()))));
        } else {
            lane.snapshotTime = time();
            add(lane, new SnapshotStarted(schema(), origin(lane, lane.snapshotTime)));
        }
    }

    private Operation operation(double updates) {
        double choice = random.nextDouble();
        return choice < updates ? Operation.UPDATE : choice < (1 + updates) / 2 ? Operation.INSERT : Operation.DELETE;
    }

    private void write(Operation operation, Lane lane, int key) {
        TableSchema schema = written.isEmpty() ? schemas.get(0) : schema();
        long time = operation == Operation.SNAPSHOT && lane.snapshotTime != Origin.UNKNOWN_TIME
                ? lane.snapshotTime
                : time();
        Origin origin = origin(lane, time);
        if (operation == Operation.DELETE) {
            add(lane, RowChange.delete(before(schema, key, time), origin));
            return;
        }
        boolean changesKey = operation == Operation.UPDATE && keyCount > 1 && random.nextInt(7) == 0;
        Row before = null;
        int to = key;
        if (changesKey) {
            before = before(schema, key, time);
            to = (key + 1 + random.nextInt(keyCount - 1)) % keyCount;
            rows.put(to, new HashMap<>(rows.getOrDefault(key, Map.of())));
        } else if (operation == Operation.UPDATE && random.nextInt(3) == 0) {
            before = before(schema, key, time);
        }
        Row after = after(schema, to, time);
        add(lane, RowChange.of(operation, before, after, origin));
    }

    private void add(Lane lane, ChangeEvent event) {
        written.add(new HistoryDelivery(lane.name, event));
    }

    private long time() {
        int unit = random.nextDouble() < backwards ? random.nextInt(now + 1) : now;
        return HistoryCase.FIRST_TIME + unit * HistoryCase.UNIT;
    }

    private Origin origin(Lane lane, long time) {
        SourceOrder order = null;
        if (lane.ordered) {
            nextMajor += sharedOrder && random.nextInt(3) == 0 ? 0 : 1;
            long major = random.nextInt(10) == 0 ? nextMajor - random.nextInt(4) : nextMajor;
            order = new SourceOrder(major, random.nextInt(5) == 0 ? 1 : 0);
        }
        return new Origin(lane.next(random), time, null, order);
    }

    private Row after(TableSchema schema, int key, long time) {
        Map<String, Object> row = rows.computeIfAbsent(key, none -> new HashMap<>());
        Row.Builder builder = Row.builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            String name = schema.column(i).name();
            if (keys.isKey(name)) {
                builder.set(i, keys.value(key, name, schema.kind(i), random));
            } else if (isSequence(name)) {
                builder.setPrimitive(i, sequenceValue(time));
            } else if (random.nextDouble() < partial) {
                lack(builder, i);
            } else {
                if (random.nextInt(10) < 4) {
                    row.remove(name);
                    Object value = value(schema.column(i));
                    if (value != null) {
                        row.put(name, value);
                    }
                }
                builder.set(i, fitting(row.get(name), schema.kind(i)));
            }
        }
        return builder.build();
    }

    /** A row from before a change: its key at least. */
    private Row before(TableSchema schema, int key, long time) {
        int form = random.nextInt(3);
        Map<String, Object> row = rows.getOrDefault(key, Map.of());
        Row.Builder builder = Row.builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            String name = schema.column(i).name();
            if (keys.isKey(name)) {
                builder.set(i, keys.value(key, name, schema.kind(i), random));
            } else if (form == 0 || form == 1 && random.nextBoolean()) {
                lack(builder, i);
            } else if (isSequence(name)) {
                builder.setPrimitive(i, sequenceValue(time));
            } else {
                builder.set(
                        i, random.nextInt(5) == 0 ? value(schema.column(i)) : fitting(row.get(name), schema.kind(i)));
            }
        }
        return builder.build();
    }

    private void lack(Row.Builder builder, int ordinal) {
        if (random.nextBoolean()) {
            builder.setAbsent(ordinal);
        } else {
            builder.setUnavailable(ordinal);
        }
    }

    private boolean isSequence(String column) {
        return spec.sequence() instanceof Sequence.Column sequence
                && sequence.name().equals(column);
    }

    private long sequenceValue(long time) {
        return switch (random.nextInt(4)) {
            case 0 -> HistoryCase.FIRST_TIME + random.nextInt(TIMES) * HistoryCase.UNIT;
            case 1 -> Math.max(HistoryCase.FIRST_TIME, time - HistoryCase.UNIT);
            default -> time;
        };
    }

    private @Nullable Object value(Column column) {
        for (HistoryCaseColumn known : HistoryCaseColumn.values()) {
            if (known.columnName().equals(column.name())) {
                return known.value(column.type(), random);
            }
        }
        return random.nextInt(4) == 0 ? null : random.nextBoolean() ? "red" : "blue";
    }

    /** A value of the simulated row, which may have been made for a narrower or a wider type. */
    private static @Nullable Object fitting(@Nullable Object value, LogicalType.Kind kind) {
        if (value instanceof Number number) {
            return switch (kind) {
                case INT32 -> number.intValue();
                case INT64 -> number.longValue();
                case FLOAT32 -> number.floatValue();
                case FLOAT64 -> number.doubleValue();
                default -> ((BigDecimal) value).abs().compareTo(BigDecimal.TEN) > 0 ? BigDecimal.ONE : value;
            };
        }
        return value;
    }

    // ---- arrival

    private List<HistoryDelivery> permuted() {
        HistoryDelivery first = written.get(0);
        List<HistoryDelivery> rest = new ArrayList<>(written.subList(1, written.size()));
        switch (random.nextInt(6)) {
            case 0 -> {}
            case 1 -> Collections.shuffle(rest, random);
            case 2 -> moveSome(rest, 1, rest.size());
            case 3 -> moveSome(rest, 1 + rest.size() / 3, 4);
            case 4 -> interleave(rest);
            default -> moveSome(rest, 1 + random.nextInt(3), rest.size());
        }
        rest.add(0, first);
        return rest;
    }

    private void moveSome(List<HistoryDelivery> events, int count, int most) {
        for (int i = 0; i < count && events.size() > 1; i++) {
            int from = random.nextInt(events.size());
            HistoryDelivery moved = events.remove(from);
            events.add(Math.min(events.size(), from + random.nextInt(most + 1)), moved);
        }
    }

    /** The lanes anew, each in its own order. */
    private void interleave(List<HistoryDelivery> events) {
        Map<String, List<HistoryDelivery>> queues = new TreeMap<>();
        events.forEach(event ->
                queues.computeIfAbsent(event.lane(), none -> new ArrayList<>()).add(event));
        events.clear();
        while (!queues.isEmpty()) {
            List<String> names = List.copyOf(queues.keySet());
            String name = names.get(random.nextInt(names.size()));
            List<HistoryDelivery> queue = Objects.requireNonNull(queues.get(name));
            events.add(queue.remove(0));
            if (queue.isEmpty()) {
                queues.remove(name);
            }
        }
    }

    private void repeatSome(List<HistoryDelivery> arrivals) {
        if (random.nextInt(3) > 0) {
            return;
        }
        int repeats = 1 + random.nextInt(3);
        for (int i = 0; i < repeats; i++) {
            int from = random.nextInt(arrivals.size());
            int to = from + 1 + random.nextInt(random.nextBoolean() ? 2 : arrivals.size());
            arrivals.add(Math.min(to, arrivals.size()), arrivals.get(from));
        }
    }

    /** Adds an event that breaks the contract, anywhere but at first. */
    private void breakOne(List<HistoryDelivery> arrivals) {
        Lane lane = lanes.get(random.nextInt(lanes.size()));
        TableSchema schema = schemas.get(schemaIndex);
        long time = time();
        Origin origin = origin(lane, time);
        Row row = after(schema, random.nextInt(keyCount), time);
        int keyOrdinal = schema.ordinal(keys.key().get(0));
        ChangeEvent broken = switch (random.nextInt(5)) {
            case 0 -> RowChange.insert(row.toBuilder().setNull(keyOrdinal).build(), origin);
            case 1 -> RowChange.delete(row.toBuilder().setAbsent(keyOrdinal).build(), origin);
            case 2 -> withBrokenSequence(row, origin);
            case 3 -> withOtherType(row, origin);
            default -> RowChange.delete(row, withoutTime(origin));
        };
        arrivals.add(1 + random.nextInt(arrivals.size()), new HistoryDelivery(lane.name, broken));
    }

    private Origin withoutTime(Origin origin) {
        return spec.sequence() instanceof Sequence.Column
                ? origin
                : new Origin(origin.position(), Origin.UNKNOWN_TIME, null, origin.order());
    }

    private ChangeEvent withBrokenSequence(Row row, Origin origin) {
        if (!(spec.sequence() instanceof Sequence.Column column)) {
            return RowChange.insert(row, new Origin(origin.position(), Origin.UNKNOWN_TIME, null, origin.order()));
        }
        int ordinal = row.schema().ordinal(column.name());
        long limit = origin.sourceTime() + HistoryOracle.micros(spec.spec().maxAhead());
        return switch (random.nextInt(4)) {
            case 0 -> RowChange.insert(row.toBuilder().setNull(ordinal).build(), origin);
            case 1 ->
                RowChange.update(null, row.toBuilder().setUnavailable(ordinal).build(), origin);
            case 2 -> RowChange.update(null, row.toBuilder().setAbsent(ordinal).build(), origin);
            default ->
                RowChange.insert(
                        row.toBuilder().setPrimitive(ordinal, limit + 1).build(), origin);
        };
    }

    private static ChangeEvent withOtherType(Row row, Origin origin) {
        TableSchema.Builder schema = TableSchema.builder(row.schema().table()).version(9);
        for (Column column : row.schema().columns()) {
            schema.column(column.name().equals("name") ? Column.of("name", LogicalType.INT64) : column);
        }
        TableSchema other = schema.key(row.schema().keyNames()).build();
        Row.Builder builder = Row.builder(other);
        for (int i = 0; i < other.size(); i++) {
            if (other.column(i).name().equals("name")) {
                builder.set(i, 7L);
            } else {
                builder.copy(i, row, i);
            }
        }
        return RowChange.insert(builder.build(), origin);
    }

    private List<HistoryBatch> split(List<HistoryDelivery> arrivals) {
        List<HistoryBatch> batches = new ArrayList<>();
        double cut = pick(List.of(0.0, 0.2, 0.5, 1.0));
        boolean calm = random.nextBoolean();
        int from = 0;
        for (int to = 1; to <= arrivals.size(); to++) {
            if (to == arrivals.size() || random.nextDouble() < cut) {
                HistoryBatch.Interruption interruption = switch (calm ? 0 : random.nextInt(5)) {
                    case 1 -> HistoryBatch.Interruption.RESTART;
                    case 2 -> HistoryBatch.Interruption.DEATH;
                    default -> HistoryBatch.Interruption.NONE;
                };
                batches.add(new HistoryBatch(arrivals.subList(from, to), interruption));
                from = to;
            }
        }
        return batches;
    }
}
