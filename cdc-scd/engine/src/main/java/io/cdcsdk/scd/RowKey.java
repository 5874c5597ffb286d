package io.cdcsdk.scd;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The values of the key columns of one row. Decimals are equal by value, doubles by their bits (-0.0 equal to 0.0), bytes by
 * content. Keys of one table are ordered column by column: false before true, numbers and times by value (NaN last), strings by code
 * points, bytes and uuids as unsigned. Immutable; shows no values.
 */
public final class RowKey implements Comparable<RowKey> {
    private final int hash;
    private final long bits; // of a single column of fixed width
    private final @Nullable Object reference; // of a single other column, or an Object[] of several

    private RowKey(int hash, long bits, @Nullable Object reference) {
        this.hash = hash;
        this.bits = bits;
        this.reference = reference;
    }

    /**
     * The key of a row, as the row's schema tells it.
     *
     * @throws IllegalArgumentException if the table has no key
     * @throws IllegalStateException if a key column has no value
     */
    public static RowKey of(Row row) {
        if (!row.schema().hasKey()) {
            throw new IllegalArgumentException(row.schema().table() + " has no key");
        }
        return of(
                row,
                IntStream.range(0, row.schema().keySize())
                        .map(row.schema()::keyOrdinal)
                        .toArray());
    }

    /**
     * The key of a row.
     *
     * @param ordinals the key columns; all of them must have a value
     */
    static RowKey of(Row row, int[] ordinals) {
        int hash = hash(row, ordinals);
        if (ordinals.length == 1) {
            return row.schema().kind(ordinals[0]).fixed()
                    ? new RowKey(hash, fixed(row, ordinals[0]), null)
                    : new RowKey(hash, 0, canonical(row, ordinals[0]));
        }
        Object[] values = new Object[ordinals.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = boxed(row, ordinals[i]);
        }
        return new RowKey(hash, 0, values);
    }

    /** A key from its canonical values: a {@link Long} for each column of fixed width, else the value. */
    static RowKey of(Object[] values) {
        if (values.length == 1) {
            return values[0] instanceof Long bits
                    ? new RowKey(spread(hash((long) bits)), bits, null)
                    : new RowKey(spread(hash(values[0])), 0, values[0]);
        }
        int hash = 0;
        for (Object value : values) {
            hash = 31 * hash + (value instanceof Long bits ? hash((long) bits) : hash(value));
        }
        return new RowKey(spread(hash), 0, values);
    }

    /** The canonical values: a {@link Long} for each column of fixed width, else the value. */
    Object[] values() {
        if (reference == null) {
            return new Object[] {bits};
        }
        return reference instanceof Object[] values ? values.clone() : new Object[] {reference};
    }

    /** Whether keys of a row are of a single column of fixed width, which {@link #bits} tells. */
    static boolean isBits(TableSchema schema, int[] ordinals) {
        return ordinals.length == 1 && schema.kind(ordinals[0]).fixed();
    }

    /** The only value of the key of a row, where {@link #isBits}. */
    static long bits(Row row, int[] ordinals) {
        return fixed(row, ordinals[0]);
    }

    /** {@link #hash(Row, int[])} of a key where {@link #isBits}. */
    static int hashOfBits(long bits) {
        return spread(hash(bits));
    }

    /** The hash of the key of a row, without making a key. */
    static int hash(Row row, int[] ordinals) {
        int hash = 0;
        for (int ordinal : ordinals) {
            int value = row.schema().kind(ordinal).fixed() ? hash(fixed(row, ordinal)) : hash(canonical(row, ordinal));
            hash = 31 * hash + value;
        }
        return spread(hash);
    }

    /** A hash of 64 bits, by which most keys are told apart; a single column of fixed width is told by it alone. */
    long tag() {
        return reference == null ? bits : tag(hash);
    }

    /** Whether keys of equal tags are equal: the tag is the value of a single column of fixed width. */
    boolean isTold() {
        return reference == null;
    }

    private static long tag(int hash) {
        return hash * 0x9E37_79B9_7F4A_7C15L;
    }

    /** {@link #tag} of the key of a row. */
    static long tag(Row row, int[] ordinals, int hashOfRow) {
        return ordinals.length == 1 && row.schema().kind(ordinals[0]).fixed()
                ? fixed(row, ordinals[0])
                : tag(hashOfRow);
    }

    /** Whether this is the key of a row with the given hash. */
    boolean matches(Row row, int[] ordinals, int hashOfRow) {
        if (hash != hashOfRow) {
            return false;
        }
        if (ordinals.length == 1) {
            return row.schema().kind(ordinals[0]).fixed()
                    ? bits == fixed(row, ordinals[0])
                    : same(reference, canonical(row, ordinals[0]));
        }
        Object[] values = (Object[]) reference;
        if (values == null) {
            return false;
        }
        for (int i = 0; i < ordinals.length; i++) {
            if (!same(values[i], boxed(row, ordinals[i]))) {
                return false;
            }
        }
        return true;
    }

    private static int hash(long bits) {
        long mixed = bits * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed ^ mixed >>> 32);
    }

    private static int hash(Object value) {
        return value instanceof byte[] bytes ? Arrays.hashCode(bytes) : value.hashCode();
    }

    private static int spread(int hash) {
        int mixed = hash * 0x85EB_CA6B;
        return mixed ^ mixed >>> 15;
    }

    private static long fixed(Row row, int ordinal) {
        long value = row.primitive(ordinal);
        LogicalType.Kind kind = row.schema().kind(ordinal);
        if (kind == LogicalType.Kind.FLOAT64) {
            return sortable(value == Long.MIN_VALUE ? 0 : value);
        } else if (kind == LogicalType.Kind.FLOAT32) {
            // As a double, so that a key survives the widening of its column.
            int narrow = value == Integer.MIN_VALUE ? 0 : (int) value;
            return sortable(Double.doubleToRawLongBits(Float.intBitsToFloat(narrow)));
        }
        return value;
    }

    /** Bits of a double as a long that sorts as the double does. */
    private static long sortable(long bits) {
        return bits < 0 ? bits ^ Long.MAX_VALUE : bits;
    }

    private static Object canonical(Row row, int ordinal) {
        Object value = row.reference(ordinal);
        return value instanceof BigDecimal decimal ? stripped(decimal) : value;
    }

    private static BigDecimal stripped(BigDecimal decimal) {
        return decimal.signum() == 0 ? BigDecimal.ZERO : decimal.stripTrailingZeros();
    }

    private static Object boxed(Row row, int ordinal) {
        return row.schema().kind(ordinal).fixed() ? (Object) fixed(row, ordinal) : canonical(row, ordinal);
    }

    private static boolean same(@Nullable Object one, @Nullable Object other) {
        if (one instanceof byte[] bytes && other instanceof byte[] others) {
            return Arrays.equals(bytes, others);
        }
        return one != null && one.equals(other);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof RowKey that) || hash != that.hash || bits != that.bits) {
            return false;
        }
        if (reference instanceof Object[] values && that.reference instanceof Object[] others) {
            return Arrays.deepEquals(values, others);
        }
        return reference == null ? that.reference == null : same(reference, that.reference);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public int compareTo(RowKey other) {
        if (reference == null || other.reference == null) {
            return Long.compare(bits, other.bits);
        }
        if (!(reference instanceof Object[] values) || !(other.reference instanceof Object[] others)) {
            return compare(reference, other.reference);
        }
        for (int i = 0; i < Math.min(values.length, others.length); i++) {
            int result = compare(values[i], others[i]);
            if (result != 0) {
                return result;
            }
        }
        return Integer.compare(values.length, others.length);
    }

    private static int compare(Object one, Object other) {
        if (one instanceof String text && other instanceof String others) {
            return compareCodePoints(text, others);
        } else if (one instanceof byte[] bytes && other instanceof byte[] others) {
            return Arrays.compareUnsigned(bytes, others);
        } else if (one instanceof UUID id && other instanceof UUID others) {
            int high = Long.compareUnsigned(id.getMostSignificantBits(), others.getMostSignificantBits());
            return high != 0
                    ? high
                    : Long.compareUnsigned(id.getLeastSignificantBits(), others.getLeastSignificantBits());
        } else if (one instanceof BigDecimal decimal && other instanceof BigDecimal others) {
            return decimal.compareTo(others);
        } else if (one instanceof Long number && other instanceof Long others) {
            return Long.compare(number, others);
        }
        throw new IllegalArgumentException("keys of different tables: " + one.getClass() + " and " + other.getClass());
    }

    // Surrogates stand for what lies behind all other units: only where exactly one side has one does the order differ.
    private static int compareCodePoints(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                boolean surrogate = Character.isSurrogate(a);
                return surrogate == Character.isSurrogate(b) ? Character.compare(a, b) : surrogate ? 1 : -1;
            }
        }
        return Integer.compare(one.length(), other.length());
    }

    @Override
    public String toString() {
        return "key#" + Integer.toHexString(hash);
    }
}
