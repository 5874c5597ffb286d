package io.cdcsdk.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The columns and the key of one version of a table.
 *
 * <p>A source hands out ONE instance per version and shares it between all rows of that version, so that code on the fast
 * path may ask {@code schema == lastSchema} and skip the rest. {@link #equals} compares by value.
 */
public final class TableSchema {
    private final TableId table;
    private final int version;
    private final List<Column> columns;
    private final int[] keyOrdinals;
    private final Map<String, Integer> ordinals;

    // Where Row keeps each column: in its longs (kinds of fixed width) or in its references.
    final LogicalType.Kind[] kinds;
    final int[] slots;
    final int fixedCount;
    final int referenceCount;

    private TableSchema(TableId table, int version, List<Column> columns, int[] keyOrdinals) {
        this.table = table;
        this.version = version;
        this.columns = List.copyOf(columns);
        this.keyOrdinals = keyOrdinals;
        this.ordinals = new HashMap<>();
        this.kinds = new LogicalType.Kind[columns.size()];
        this.slots = new int[columns.size()];
        int fixed = 0;
        int references = 0;
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            if (ordinals.put(column.name(), i) != null) {
                throw new IllegalArgumentException(table + " has two columns named '" + column.name() + "'");
            }
            kinds[i] = column.type().kind();
            slots[i] = kinds[i].fixed() ? fixed++ : references++;
        }
        this.fixedCount = fixed;
        this.referenceCount = references;
    }

    /** Starts a schema of version 1 without columns. */
    public static Builder builder(TableId table) {
        return new Builder(table);
    }

    /** The table. */
    public TableId table() {
        return table;
    }

    /** The version: a number that the source raises with every change of the columns or the key; at least 1. */
    public int version() {
        return version;
    }

    /** The columns in the order of the source; unmodifiable. */
    public List<Column> columns() {
        return columns;
    }

    /** The number of columns. */
    public int size() {
        return columns.size();
    }

    /** The column at an ordinal, counted from 0. */
    public Column column(int ordinal) {
        return columns.get(ordinal);
    }

    /** The kind of the column at an ordinal; the fast form of {@code column(ordinal).type().kind()}. */
    public LogicalType.Kind kind(int ordinal) {
        return kinds[ordinal];
    }

    /**
     * The ordinal of a column.
     *
     * @throws IllegalArgumentException if there is no such column; the message lists those that there are
     */
    public int ordinal(String column) {
        Integer ordinal = ordinals.get(column);
        if (ordinal == null) {
            throw new IllegalArgumentException(
                    table + " has no column '" + column + "'; it has " + String.join(", ", columnNames()));
        }
        return ordinal;
    }

    /** Whether the table has a column of that name. */
    public boolean hasColumn(String column) {
        return ordinals.containsKey(column);
    }

    /** The names of the columns in order. */
    public List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }

    /** Whether the table has a key. Without one its rows can be appended, but not updated or deleted by key. */
    public boolean hasKey() {
        return keyOrdinals.length > 0;
    }

    /** The number of key columns; 0 for a keyless table. */
    public int keySize() {
        return keyOrdinals.length;
    }

    /** The ordinal of the key column at an index from 0 to {@link #keySize()} - 1. */
    public int keyOrdinal(int index) {
        return keyOrdinals[index];
    }

    /** Whether the column at an ordinal belongs to the key. */
    public boolean isKey(int ordinal) {
        for (int keyOrdinal : keyOrdinals) {
            if (keyOrdinal == ordinal) {
                return true;
            }
        }
        return false;
    }

    /** A builder that starts with this schema's table, version, columns and key. */
    public Builder toBuilder() {
        Builder builder = new Builder(table).version(version);
        columns.forEach(builder::column);
        builder.key(keyNames());
        return builder;
    }

    /** The names of the key columns, in key order; empty for a keyless table. */
    public List<String> keyNames() {
        return Arrays.stream(keyOrdinals).mapToObj(i -> columns.get(i).name()).toList();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof TableSchema that
                        && version == that.version
                        && table.equals(that.table)
                        && columns.equals(that.columns)
                        && Arrays.equals(keyOrdinals, that.keyOrdinals);
    }

    @Override
    public int hashCode() {
        return Objects.hash(table, version, columns, Arrays.hashCode(keyOrdinals));
    }

    @Override
    public String toString() {
        return table + " v" + version + columns + " key" + keyNames();
    }

    /** Collects a schema. Not safe for use by several threads. */
    public static final class Builder {
        private TableId table;
        private int version = 1;
        private final List<Column> columns = new ArrayList<>();
        private final List<String> key = new ArrayList<>();

        private Builder(TableId table) {
            this.table = Objects.requireNonNull(table, "table");
        }

        /** Sets the table. */
        public Builder table(TableId value) {
            table = Objects.requireNonNull(value, "table");
            return this;
        }

        /** Sets the version, 1 or more. */
        public Builder version(int value) {
            if (value < 1) {
                throw new IllegalArgumentException("version " + value + " of " + table + " is below 1");
            }
            version = value;
            return this;
        }

        /** Adds a column. */
        public Builder column(Column column) {
            columns.add(Objects.requireNonNull(column, "column"));
            return this;
        }

        /** Adds a column that may be null. */
        public Builder column(String name, LogicalType type) {
            return column(Column.of(name, type));
        }

        /** Adds a required column and makes it the next part of the key. */
        public Builder key(String name, LogicalType type) {
            key.add(name);
            return column(Column.required(name, type));
        }

        /** Sets the key to columns that have been added, in this order; an empty list makes the table keyless. */
        public Builder key(List<String> names) {
            key.clear();
            key.addAll(names);
            return this;
        }

        /**
         * Builds the schema.
         *
         * @throws IllegalArgumentException if there is no column, two have one name, or the key names one that is not there
         */
        public TableSchema build() {
            if (columns.isEmpty()) {
                throw new IllegalArgumentException(table + " has no columns");
            }
            List<String> names = columns.stream().map(Column::name).toList();
            int[] keyOrdinals = new int[key.size()];
            for (int i = 0; i < keyOrdinals.length; i++) {
                keyOrdinals[i] = names.indexOf(key.get(i));
                if (keyOrdinals[i] < 0) {
                    throw new IllegalArgumentException("the key of " + table + " names a column '" + key.get(i)
                            + "' that it does not have; it has " + String.join(", ", names));
                }
            }
            if (Arrays.stream(keyOrdinals).distinct().count() != keyOrdinals.length) {
                throw new IllegalArgumentException("the key of " + table + " names a column twice: " + key);
            }
            return new TableSchema(table, version, columns, keyOrdinals);
        }
    }
}
