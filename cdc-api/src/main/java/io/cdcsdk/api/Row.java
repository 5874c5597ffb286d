package io.cdcsdk.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One row image: a schema and, for each of its columns, one of four {@linkplain ColumnState states} and perhaps a value.
 *
 * <p>Columns are read by ordinal. Values of fixed width (booleans, numbers, dates and times) lie in one array of longs,
 * followed by the states at two bits each; all others lie in an array of references. No value is boxed until
 * {@link #value(int)} asks for an object. A row is immutable and safe for any thread, provided that nobody changes a
 * {@code byte[]} that was put in or taken out: byte arrays are not copied.
 *
 * <p>{@link #toString()} shows the table and the states but no values, so that a row may be logged.
 */
public final class Row {
    private static final int STATES_PER_WORD = 32;
    private static final ColumnState[] STATES = ColumnState.values();
    private static final int VALUE = 0;
    private static final int NULL = 1;
    private static final int ABSENT = 2;
    private static final int UNAVAILABLE = 3;
    private static final long ALL_ABSENT = 0xAAAA_AAAA_AAAA_AAAAL;
    private static final long MICROS = TimeUnit.SECONDS.toMicros(1);

    private final TableSchema schema;
    private final long[] fixed;
    private final @Nullable Object[] references;

    private Row(TableSchema schema, long[] fixed, @Nullable Object[] references) {
        this.schema = schema;
        this.fixed = fixed;
        this.references = references;
    }

    /** Starts a row in which every column is {@linkplain ColumnState#ABSENT absent} until it is set. */
    public static Builder builder(TableSchema schema) {
        return new Builder(schema);
    }

    /**
     * A row of all columns in order; a Java null makes a column null. Meant for tests and examples: it boxes.
     *
     * @throws IllegalArgumentException if the number of values or a value's class does not fit the schema
     */
    public static Row of(TableSchema schema, @Nullable Object... values) {
        if (values.length != schema.size()) {
            throw new IllegalArgumentException(
                    schema.table() + " has " + schema.size() + " columns, not " + values.length);
        }
        Builder builder = builder(schema);
        for (int i = 0; i < values.length; i++) {
            builder.set(i, values[i]);
        }
        return builder.build();
    }

    /** The schema, shared by all rows of one version of the table. */
    public TableSchema schema() {
        return schema;
    }

    private int stateBits(int ordinal) {
        Objects.checkIndex(ordinal, schema.slots.length);
        long word = fixed[schema.fixedCount + ordinal / STATES_PER_WORD];
        return (int) (word >>> (2 * (ordinal % STATES_PER_WORD))) & 3;
    }

    /** The state of a column. */
    public ColumnState state(int ordinal) {
        return STATES[stateBits(ordinal)];
    }

    /** Whether a column has a value: it is neither null, nor absent, nor unavailable. */
    public boolean hasValue(int ordinal) {
        return stateBits(ordinal) == VALUE;
    }

    /** Whether a column is null in the source; false where it is absent or unavailable. */
    public boolean isNull(int ordinal) {
        return stateBits(ordinal) == NULL;
    }

    /** Whether every column is a value or null: the source sent the whole row. */
    public boolean isComplete() {
        for (int word = schema.fixedCount; word < fixed.length; word++) {
            if ((fixed[word] & ALL_ABSENT) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * The value of a column of fixed width as a long, without boxing: int32 and int64 as they are, a boolean as 0 or 1,
     * float32 and float64 as their raw bits, a date as days since 1970-01-01, a time as microseconds of the day, a timestamp
     * (as if it were UTC) and an instant as microseconds since 1970-01-01T00:00Z.
     *
     * @throws IllegalStateException if the column has no value, or is not of fixed width
     */
    public long primitive(int ordinal) {
        requireValue(ordinal);
        if (!schema.kinds[ordinal].fixed()) {
            throw new IllegalStateException(describe(ordinal) + " is not of fixed width");
        }
        return fixed[schema.slots[ordinal]];
    }

    /**
     * The value of a column of fixed width as {@link #primitive} gives it, or another where it has none.
     *
     * @throws IllegalStateException if the column is not of fixed width
     */
    public long primitiveOr(int ordinal, long otherwise) {
        if (!schema.kinds[ordinal].fixed()) {
            throw new IllegalStateException(describe(ordinal) + " is not of fixed width");
        }
        return stateBits(ordinal) == VALUE ? fixed[schema.slots[ordinal]] : otherwise;
    }

    /**
     * The value of a column that is not of fixed width: decimal, string, bytes, uuid, json or array.
     *
     * @throws IllegalStateException if the column has no value, or is of fixed width
     */
    public Object reference(int ordinal) {
        requireValue(ordinal);
        if (schema.kinds[ordinal].fixed()) {
            throw new IllegalStateException(describe(ordinal) + " is of fixed width");
        }
        return Objects.requireNonNull(references[schema.slots[ordinal]]);
    }

    /**
     * The value of a column in the Java class that {@link LogicalType.Kind} states, or null where the column is null.
     *
     * @throws IllegalStateException if the column is absent or unavailable: ask {@link #state} first
     */
    public @Nullable Object value(int ordinal) {
        if (isNull(ordinal)) {
            return null;
        }
        requireValue(ordinal);
        long bits = schema.kinds[ordinal].fixed() ? fixed[schema.slots[ordinal]] : 0;
        return switch (schema.kinds[ordinal]) {
            case BOOLEAN -> bits != 0;
            case INT32 -> (int) bits;
            case INT64 -> bits;
            case FLOAT32 -> Float.intBitsToFloat((int) bits);
            case FLOAT64 -> Double.longBitsToDouble(bits);
            case DATE -> LocalDate.ofEpochDay(bits);
            case TIME -> LocalTime.ofNanoOfDay(bits * 1000);
            case TIMESTAMP ->
                LocalDateTime.ofEpochSecond(
                        Math.floorDiv(bits, MICROS), (int) Math.floorMod(bits, MICROS) * 1000, ZoneOffset.UTC);
            case INSTANT -> Instant.ofEpochSecond(Math.floorDiv(bits, MICROS), Math.floorMod(bits, MICROS) * 1000);
            case DECIMAL, STRING, BYTES, UUID, JSON, ARRAY -> reference(ordinal);
        };
    }

    /**
     * The value of a column by name; see {@link #value(int)}. Looks the name up: not for the fast path.
     *
     * @throws IllegalArgumentException if there is no such column
     */
    public @Nullable Object value(String column) {
        return value(schema.ordinal(column));
    }

    /** The value of a string, or of the text of a JSON column; see {@link #reference(int)}. */
    public String string(int ordinal) {
        return (String) reference(ordinal);
    }

    /** A builder that starts with this row's states and values. */
    public Builder toBuilder() {
        Builder builder = new Builder(schema);
        System.arraycopy(fixed, 0, builder.fixed, 0, fixed.length);
        System.arraycopy(references, 0, builder.references, 0, references.length);
        return builder;
    }

    /** About how many bytes the row takes on the heap. Costs a look at every string: not for the fast path. */
    public long estimatedBytes() {
        long bytes = 64 + 8L * fixed.length + 4L * references.length;
        for (Object reference : references) {
            if (reference instanceof String text) {
                bytes += 40 + text.length();
            } else if (reference instanceof byte[] array) {
                bytes += 16 + array.length;
            } else if (reference instanceof List<?> list) {
                bytes += 40 + 32L * list.size();
            } else if (reference != null) {
                bytes += 40;
            }
        }
        return bytes;
    }

    private void requireValue(int ordinal) {
        if (stateBits(ordinal) != VALUE) {
            throw new IllegalStateException(describe(ordinal) + " has no value: it is " + state(ordinal));
        }
    }

    private String describe(int ordinal) {
        Column column = schema.column(ordinal);
        return schema.table() + " column '" + column.name() + "' (" + column.type() + ")";
    }

    /** Equal schemas, states and values; decimals by value and scale, doubles by their bits, bytes by content, also in
     * arrays. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof Row that
                        && (schema == that.schema || schema.equals(that.schema))
                        && Arrays.equals(fixed, that.fixed)
                        && Values.equal(references, that.references);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * schema.hashCode() + Arrays.hashCode(fixed)) + Values.hash(references);
    }

    /** The table and the state of each column, without values. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(schema.table().toString()).append('(');
        for (int i = 0; i < schema.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(schema.column(i).name());
            if (state(i) != ColumnState.VALUE) {
                text.append(' ').append(state(i));
            }
        }
        return text.append(')').toString();
    }

    /**
     * Fills rows of one schema, one after the other: {@link #build()} hands the row out and starts the next. Not safe for
     * use by several threads.
     */
    public static final class Builder {
        private final TableSchema schema;
        private long[] fixed;
        private @Nullable Object[] references;

        private Builder(TableSchema schema) {
            this.schema = schema;
            this.fixed = newFixed();
            this.references = new Object[schema.referenceCount];
        }

        private long[] newFixed() {
            int columns = schema.slots.length;
            long[] array = new long[schema.fixedCount + (columns + STATES_PER_WORD - 1) / STATES_PER_WORD];
            for (int word = schema.fixedCount; word < array.length; word++) {
                int inWord = Math.min(STATES_PER_WORD, columns - (word - schema.fixedCount) * STATES_PER_WORD);
                array[word] = ALL_ABSENT >>> (64 - 2 * inWord);
            }
            return array;
        }

        /** The schema of the rows. */
        public TableSchema schema() {
            return schema;
        }

        private void state(int ordinal, long bits) {
            int word = schema.fixedCount + ordinal / STATES_PER_WORD;
            int shift = 2 * (ordinal % STATES_PER_WORD);
            fixed[word] = fixed[word] & ~(3L << shift) | bits << shift;
        }

        private void withoutValue(int ordinal, long bits) {
            if (schema.kinds[ordinal].fixed()) {
                fixed[schema.slots[ordinal]] = 0;
            } else {
                references[schema.slots[ordinal]] = null;
            }
            state(ordinal, bits);
        }

        /** Makes a column null. */
        public Builder setNull(int ordinal) {
            withoutValue(ordinal, NULL);
            return this;
        }

        /** Makes a column absent: the source did not send it. */
        public Builder setAbsent(int ordinal) {
            withoutValue(ordinal, ABSENT);
            return this;
        }

        /** Makes a column unavailable: unchanged, and not sent for that reason. */
        public Builder setUnavailable(int ordinal) {
            withoutValue(ordinal, UNAVAILABLE);
            return this;
        }

        /**
         * Sets a column of fixed width from the form that {@link Row#primitive(int)} describes. The value is taken as it is: a
         * caller on the fast path keeps to the range of the type.
         *
         * @throws IllegalArgumentException if the column is not of fixed width
         */
        public Builder setPrimitive(int ordinal, long value) {
            if (!schema.kinds[ordinal].fixed()) {
                throw new IllegalArgumentException(describe(ordinal) + " is not of fixed width");
            }
            fixed[schema.slots[ordinal]] = value;
            state(ordinal, VALUE);
            return this;
        }

        /**
         * Sets a string or JSON column.
         *
         * @throws IllegalArgumentException if the column is neither
         */
        public Builder setString(int ordinal, String value) {
            LogicalType.Kind kind = schema.kinds[ordinal];
            if (kind != LogicalType.Kind.STRING && kind != LogicalType.Kind.JSON) {
                throw new IllegalArgumentException(describe(ordinal) + " is not a string");
            }
            references[schema.slots[ordinal]] = Objects.requireNonNull(value, "value");
            state(ordinal, VALUE);
            return this;
        }

        /**
         * Sets a column from an object of the class that {@link LogicalType.Kind} states; a Java null makes it null. Times are
         * cut to microseconds; an {@link Integer} is accepted for int64. A list is copied, its elements are treated alike.
         *
         * @throws IllegalArgumentException if the object is of another class, a decimal does not fit, or a time lies further
         *     from 1970 than microseconds in a long can count
         */
        public Builder set(int ordinal, @Nullable Object value) {
            if (value == null) {
                return setNull(ordinal);
            }
            LogicalType type = schema.column(ordinal).type();
            if (!Values.fits(type, value)) {
                throw new IllegalArgumentException(
                        describe(ordinal) + " cannot hold a " + value.getClass().getSimpleName()
                                + (value instanceof BigDecimal ? " of that precision and scale" : ""));
            }
            if (type.kind().fixed()) {
                return setPrimitive(ordinal, Values.primitive(value));
            }
            references[schema.slots[ordinal]] = Values.reference(type, value);
            state(ordinal, VALUE);
            return this;
        }

        /** Sets a column by name; see {@link #set(int, Object)}. */
        public Builder set(String column, @Nullable Object value) {
            return set(schema.ordinal(column), value);
        }

        /**
         * Takes a column over from another row, state and value. The types must be the same; nothing is boxed.
         *
         * @throws IllegalArgumentException if the kinds of the columns differ
         */
        public Builder copy(int ordinal, Row from, int fromOrdinal) {
            if (schema.kinds[ordinal] != from.schema.kinds[fromOrdinal]) {
                throw new IllegalArgumentException(describe(ordinal) + " cannot hold " + from.describe(fromOrdinal));
            }
            if (schema.kinds[ordinal].fixed()) {
                fixed[schema.slots[ordinal]] = from.fixed[from.schema.slots[fromOrdinal]];
            } else {
                references[schema.slots[ordinal]] = from.references[from.schema.slots[fromOrdinal]];
            }
            state(ordinal, from.stateBits(fromOrdinal));
            return this;
        }

        /** Hands the row out; the builder then starts a new one with every column absent. */
        public Row build() {
            Row row = new Row(schema, fixed, references);
            fixed = newFixed();
            references = new Object[schema.referenceCount];
            return row;
        }

        private String describe(int ordinal) {
            Column column = schema.column(ordinal);
            return schema.table() + " column '" + column.name() + "' (" + column.type() + ")";
        }
    }
}
