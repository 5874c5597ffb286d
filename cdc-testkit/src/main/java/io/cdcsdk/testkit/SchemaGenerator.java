package io.cdcsdk.testkit;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes schemas; the same seed gives the same schemas in the same order. Not safe for use by several threads. */
public final class SchemaGenerator {
    private static final List<LogicalType> SCALARS = List.of(
            LogicalType.BOOLEAN,
            LogicalType.INT32,
            LogicalType.INT64,
            LogicalType.FLOAT32,
            LogicalType.FLOAT64,
            LogicalType.decimal(5, 0),
            LogicalType.decimal(18, 4),
            LogicalType.decimal(38, 18),
            LogicalType.STRING,
            LogicalType.BYTES,
            LogicalType.DATE,
            LogicalType.TIME,
            LogicalType.TIMESTAMP,
            LogicalType.INSTANT,
            LogicalType.UUID,
            LogicalType.JSON);
    private static final List<LogicalType> KEYS = List.of(
            LogicalType.INT32,
            LogicalType.INT64,
            LogicalType.STRING,
            LogicalType.DATE,
            LogicalType.INSTANT,
            LogicalType.UUID,
            LogicalType.decimal(18, 4));
    private static final int MOST_COLUMNS = 12;

    private final Random random;

    /** A generator of its own sequence of schemas. */
    public SchemaGenerator(long seed) {
        this.random = new Random(seed);
    }

    /** A schema with a key {@code id} of type int64 and a nullable column of every kind of type, several where they have parameters. */
    public static TableSchema everyType(TableId table) {
        TableSchema.Builder builder = TableSchema.builder(table).key("id", LogicalType.INT64);
        for (LogicalType type : SCALARS) {
            builder.column(name(type), type);
        }
        builder.column("array_of_int32", LogicalType.array(LogicalType.INT32));
        builder.column("array_of_string", LogicalType.array(LogicalType.STRING));
        builder.column("array_of_array", LogicalType.array(LogicalType.array(LogicalType.INSTANT)));
        return builder.build();
    }

    private static String name(LogicalType type) {
        return "a_" + type.toString().replaceAll("[^a-z0-9]+", "_");
    }

    /** A schema with a key of one or two columns and up to a dozen columns of any type. */
    public TableSchema next(TableId table) {
        TableSchema.Builder builder = TableSchema.builder(table);
        int keys = 1 + random.nextInt(2);
        for (int i = 0; i < keys; i++) {
            builder.key("key_" + i, KEYS.get(random.nextInt(KEYS.size())));
        }
        int columns = 1 + random.nextInt(MOST_COLUMNS);
        for (int i = 0; i < columns; i++) {
            builder.column("column_" + i, type());
        }
        return builder.build();
    }

    /** The next version of a schema: a column added, or one that is not in the key dropped. */
    public TableSchema evolved(TableSchema schema) {
        List<Column> columns = new ArrayList<>(schema.columns());
        List<Column> droppable = columns.stream()
                .filter(column -> !schema.keyNames().contains(column.name()))
                .toList();
        if (droppable.size() > 1 && random.nextBoolean()) {
            columns.remove(droppable.get(random.nextInt(droppable.size())));
        } else {
            columns.add(Column.of("added_in_" + (schema.version() + 1), type()));
        }
        TableSchema.Builder builder = TableSchema.builder(schema.table()).version(schema.version() + 1);
        columns.forEach(builder::column);
        return builder.key(schema.keyNames()).build();
    }

    private LogicalType type() {
        LogicalType type = SCALARS.get(random.nextInt(SCALARS.size()));
        return random.nextInt(8) == 0 ? LogicalType.array(type) : type;
    }
}
