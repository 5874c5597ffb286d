package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.format.ValueParsers;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Demands that a value is one of some. They become values of the column's type when its schema is seen. */
final class AllowedValues implements Demand {
    private static final int MOST_DESCRIBED = 8;

    private final List<Object> values;

    AllowedValues(List<Object> values) {
        this.values = List.copyOf(values);
    }

    /** What it demands, for messages. */
    String description() {
        return "is one of "
                + (values.size() > MOST_DESCRIBED
                        ? values.size() + " values"
                        : values.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }

    @Override
    public RowCheck check(TableSchema schema, int ordinal) {
        Column column = schema.column(ordinal);
        LogicalType.Kind kind = column.type().kind();
        if (kind == LogicalType.Kind.BYTES || kind == LogicalType.Kind.JSON || kind == LogicalType.Kind.ARRAY) {
            throw new IllegalArgumentException(
                    "the column '" + column.name() + "' is " + column.type() + ", which has no set of allowed values");
        }
        TableSchema alone = TableSchema.builder(schema.table()).column(column).build();
        List<Row> rows = values.stream().map(value -> row(alone, value)).toList();
        if (kind.fixed()) {
            return fixed(rows, kind, ordinal);
        }
        // Decimals by order, so that 1.0 and 1.00 are one value.
        return references(rows, kind == LogicalType.Kind.DECIMAL ? new TreeSet<>() : new HashSet<>(), ordinal);
    }

    private static Row row(TableSchema alone, Object value) {
        Row.Builder row = Row.builder(alone);
        LogicalType type = alone.column(0).type();
        try {
            if (value instanceof Number || value instanceof String && type.kind() != LogicalType.Kind.STRING) {
                String text = value instanceof BigDecimal number ? number.toPlainString() : value.toString();
                ValueParsers.of(type).parse(text.toCharArray(), 0, text.length(), row, 0);
            } else {
                row.set(0, value);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the column '" + alone.column(0).name() + "' is " + type + ", of which '" + value + "' is no value",
                    e);
        }
        return row.build();
    }

    private static RowCheck references(List<Row> rows, Set<Object> allowed, int ordinal) {
        rows.forEach(row -> allowed.add(row.reference(0)));
        return row -> !row.hasValue(ordinal) || allowed.contains(row.reference(ordinal));
    }

    private static RowCheck fixed(List<Row> rows, LogicalType.Kind kind, int ordinal) {
        long[] allowed = rows.stream()
                .mapToLong(row -> comparable(row.primitive(0), kind))
                .sorted()
                .toArray();
        return row ->
                !row.hasValue(ordinal) || Arrays.binarySearch(allowed, comparable(row.primitive(ordinal), kind)) >= 0;
    }

    /** The same bits for equal numbers: for both zeros, and for everything that is not a number. */
    private static long comparable(long primitive, LogicalType.Kind kind) {
        return switch (kind) {
            case FLOAT32 -> Float.floatToIntBits(Float.intBitsToFloat((int) primitive) + 0.0f);
            case FLOAT64 -> Double.doubleToLongBits(Double.longBitsToDouble(primitive) + 0.0);
            default -> primitive;
        };
    }
}
