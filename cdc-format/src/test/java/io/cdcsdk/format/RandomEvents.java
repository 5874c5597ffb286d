package io.cdcsdk.format;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Column;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.LogicalType;
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
import io.cdcsdk.api.Transaction;
import io.cdcsdk.api.Truncate;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random schemas, rows in all states, and events of all kinds. */
final class RandomEvents {
    private static final int MAXIMAL_COLUMNS = 70;
    private static final ColumnState[] STATES = ColumnState.values();

    private RandomEvents() {}

    static TableSchema schema(Random random) {
        TableSchema.Builder builder = TableSchema.builder(
                        TableId.of(random.nextBoolean() ? "" : RandomValues.text(random), name(random, 0)))
                .version(1 + random.nextInt(Integer.MAX_VALUE));
        int columns = 1 + random.nextInt(MAXIMAL_COLUMNS);
        List<String> names =
                IntStream.range(0, columns).mapToObj(i -> name(random, i)).collect(Collectors.toList());
        for (String name : names) {
            LogicalType type = RandomValues.type(random);
            builder.column(random.nextBoolean() ? Column.of(name, type) : Column.required(name, type));
        }
        Collections.shuffle(names, random);
        return builder.key(names.subList(0, random.nextInt(Math.min(4, columns + 1))))
                .build();
    }

    private static String name(Random random, int number) {
        return RandomValues.text(random) + number;
    }

    /** A row whose columns have values or are null. */
    static Row completeRow(Random random, TableSchema schema) {
        Row.Builder row = Row.builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            row.set(
                    i,
                    random.nextInt(5) == 0
                            ? null
                            : RandomValues.value(random, schema.column(i).type()));
        }
        return row.build();
    }

    /** A row whose columns are in all states. */
    static Row row(Random random, TableSchema schema) {
        Row.Builder row = Row.builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            switch (STATES[random.nextInt(STATES.length)]) {
                case VALUE ->
                    row.set(i, RandomValues.value(random, schema.column(i).type()));
                case NULL -> row.setNull(i);
                case ABSENT -> row.setAbsent(i);
                case UNAVAILABLE -> row.setUnavailable(i);
            }
        }
        return row.build();
    }

    static ChangeEvent event(Random random) {
        TableSchema schema = schema(random);
        Origin origin = origin(random);
        return switch (random.nextInt(9)) {
            case 0 -> RowChange.snapshot(row(random, schema), origin);
            case 1 -> RowChange.insert(row(random, schema), origin);
            case 2 -> RowChange.update(row(random, schema), row(random, schema), origin);
            case 3 -> RowChange.update(null, row(random, schema), origin);
            case 4 -> RowChange.delete(row(random, schema), origin);
            case 5 -> new Truncate(schema, origin);
            case 6 -> new SchemaChange(random.nextBoolean() ? null : schema(random), schema, origin);
            case 7 -> new SnapshotStarted(schema, origin);
            default -> new SnapshotCompleted(schema, origin);
        };
    }

    private static Origin origin(Random random) {
        Position position = Position.of(random.nextLong(), RandomValues.text(random), random.nextLong());
        Transaction transaction = switch (random.nextInt(3)) {
            case 0 -> Transaction.of(RandomValues.text(random));
            case 1 -> new Transaction(RandomValues.text(random), random.nextLong(Long.MAX_VALUE));
            default -> null;
        };
        return new Origin(
                position,
                random.nextBoolean() ? Origin.UNKNOWN_TIME : random.nextLong() >> random.nextInt(64),
                transaction,
                random.nextBoolean() ? null : new SourceOrder(random.nextLong(), random.nextLong()));
    }
}
