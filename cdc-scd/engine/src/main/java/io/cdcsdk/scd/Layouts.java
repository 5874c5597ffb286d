package io.cdcsdk.scd;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How schemas of one table go together: a history has all columns that the table ever had, in their widest types. */
final class Layouts {
    private Layouts() {}

    /** The history's first schema. */
    static TableSchema first(Scd2Spec spec, TableSchema schema) {
        return spec.key().isEmpty()
                ? schema
                : schema.toBuilder().key(spec.key()).build();
    }

    /** Whether the key of a schema is that of the history, or does not matter. */
    static boolean sameKey(Scd2Spec spec, TableSchema history, TableSchema schema) {
        return !spec.key().isEmpty() || schema == history || schema.keyNames().equals(history.keyNames());
    }

    /** Why rows of a schema cannot go into a history, or null if they can. */
    static @Nullable String mismatch(Scd2Spec spec, TableSchema history, TableSchema schema) {
        if (!schema.table().equals(history.table())) {
            return "is of table " + schema.table() + ", not " + history.table();
        }
        for (String name : history.keyNames()) {
            if (!schema.hasColumn(name)) {
                return "its schema lacks the key column '" + name + "'";
            }
        }
        if (!sameKey(spec, history, schema)) {
            return "its key is " + schema.keyNames() + ", but the history's is " + history.keyNames()
                    + ": keep a new history, or set the key in the spec";
        }
        HistoryColumns added = spec.columns();
        List<String> reserved = List.of(added.validFrom(), added.validTo(), added.isCurrent(), added.operation());
        for (Column column : schema.columns()) {
            if (reserved.contains(column.name())) {
                return "its column '" + column.name()
                        + "' is named like one that the history adds: give that another name";
            }
            if (history.hasColumn(column.name())) {
                LogicalType type =
                        history.column(history.ordinal(column.name())).type();
                if (widest(type, column.type()) == null) {
                    return "its column '" + column.name() + "' is of type " + column.type() + ", but the history's is "
                            + type + ", and neither holds the other: keep a new history";
                }
            }
        }
        return null;
    }

    /** The history's schema widened for rows of another; the same instance if they fit already. */
    static TableSchema widened(TableSchema history, TableSchema schema) {
        TableSchema.Builder builder = TableSchema.builder(history.table()).version(history.version() + 1);
        boolean changed = false;
        for (Column column : history.columns()) {
            LogicalType type = column.type();
            if (schema.hasColumn(column.name())) {
                LogicalType wider = widest(
                        type, schema.column(schema.ordinal(column.name())).type());
                if (wider != null && !wider.equals(type)) {
                    type = wider;
                    changed = true;
                }
            }
            builder.column(column.name(), type);
        }
        for (Column column : schema.columns()) {
            if (!history.hasColumn(column.name())) {
                builder.column(column);
                changed = true;
            }
        }
        return changed ? builder.key(history.keyNames()).build() : history;
    }

    private static @Nullable LogicalType widest(LogicalType one, LogicalType other) {
        if (one.equals(other)) {
            return one;
        }
        if (one.kind() == LogicalType.Kind.DECIMAL && other.kind() == LogicalType.Kind.DECIMAL) {
            int scale = Math.max(one.scale(), other.scale());
            int whole = Math.max(one.precision() - one.scale(), other.precision() - other.scale());
            return LogicalType.decimal(whole + scale, scale);
        }
        if (isPair(one, other, LogicalType.INT32, LogicalType.INT64)) {
            return LogicalType.INT64;
        }
        return isPair(one, other, LogicalType.FLOAT32, LogicalType.FLOAT64) ? LogicalType.FLOAT64 : null;
    }

    private static boolean isPair(LogicalType one, LogicalType other, LogicalType narrow, LogicalType wide) {
        return one.equals(narrow) && other.equals(wide) || one.equals(wide) && other.equals(narrow);
    }

    /** {@link #converted}, of a row that may be missing. */
    static @Nullable Row upgraded(@Nullable Row row, TableSchema schema) {
        return row == null ? null : converted(row, schema);
    }

    /** A version with its row in another schema. */
    static Version upgraded(Version version, TableSchema schema) {
        return version.withRow(converted(version.row(), schema));
    }

    /** A row in another schema; columns that its own does not have are null. */
    static Row converted(Row row, TableSchema to) {
        Row.Builder builder = Row.builder(to);
        TableSchema from = row.schema();
        for (int i = 0; i < to.size(); i++) {
            String name = to.column(i).name();
            if (from.hasColumn(name)) {
                convert(builder, i, row, from.ordinal(name));
            } else {
                builder.setNull(i);
            }
        }
        return builder.build();
    }

    private static void convert(Row.Builder builder, int ordinal, Row row, int from) {
        LogicalType.Kind kind = builder.schema().kind(ordinal);
        if (kind == row.schema().kind(from)) {
            builder.copy(ordinal, row, from);
            return;
        }
        switch (row.state(from)) {
            case VALUE -> {
                long bits = row.primitive(from);
                builder.setPrimitive(
                        ordinal,
                        kind == LogicalType.Kind.FLOAT64
                                ? Double.doubleToRawLongBits(Float.intBitsToFloat((int) bits))
                                : bits);
            }
            case NULL -> builder.setNull(ordinal);
            case ABSENT -> builder.setAbsent(ordinal);
            case UNAVAILABLE -> builder.setUnavailable(ordinal);
        }
    }
}
