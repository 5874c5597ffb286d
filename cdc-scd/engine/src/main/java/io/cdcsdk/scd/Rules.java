package io.cdcsdk.scd;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A spec, applied to the columns of one schema of a history: how its events are ordered and its rows compared. */
final class Rules {
    private static final long FINGERPRINT_PRIME = 0x9E37_79B9_7F4A_7C15L;
    private static final long NULL_HASH = 0x5851_F42D_4C95_7F2DL;

    final TableSchema schema;
    final boolean monotone;
    final boolean markers;
    final Order order;
    final int[] key;
    /** The ordinal of the sequence column, or -1. */
    final int sequence;

    /** Those of fixed width come first. */
    private final int[] tracked;

    private final int fingerprinted;
    private final LogicalType.Kind[] trackedKinds;
    final int[] overwritten;
    // Rows of other instances of a schema with the same columns are as good.
    private TableSchema alike;

    Rules(Scd2Spec spec, TableSchema schema) {
        this.schema = schema;
        this.alike = schema;
        this.monotone = spec.sequence() instanceof Sequence.SourceOrder;
        this.markers = spec.deletes() == DeleteMode.MARKER;
        this.order = new Order(spec);
        this.key = spec.keyOf(schema).stream().mapToInt(schema::ordinal).toArray();
        this.sequence = spec.sequence() instanceof Sequence.Column column ? schema.ordinal(column.name()) : -1;
        List<String> keys = spec.keyOf(schema);
        this.tracked = IntStream.range(0, schema.size())
                .filter(i -> spec.isTracked(schema, schema.column(i).name()))
                .boxed()
                .sorted(Comparator.comparing(i -> !schema.kind(i).fixed()))
                .mapToInt(Integer::intValue)
                .toArray();
        int fixed =
                (int) Arrays.stream(tracked).filter(i -> schema.kind(i).fixed()).count();
        this.fingerprinted = fixed > 0 ? fixed : tracked.length;
        this.trackedKinds = Arrays.stream(tracked).mapToObj(schema::kind).toArray(LogicalType.Kind[]::new);
        this.overwritten = IntStream.range(0, schema.size())
                .filter(i -> !keys.contains(schema.column(i).name())
                        && !spec.isTracked(schema, schema.column(i).name()))
                .toArray();
    }

    /** Whether rows of another schema have these columns at these ordinals. */
    boolean fits(TableSchema other) {
        if (other == schema || other == alike) {
            return true;
        }
        if (other.columns().equals(schema.columns())) {
            alike = other;
            return true;
        }
        return false;
    }

    /**
     * A hash of tracked columns: rows with another one differ in a tracked column. Never 0. Where there are columns of fixed width,
     * they alone are hashed: nearly every change touches one, and strings would have to be read.
     */
    int fingerprint(Row row) {
        long hash = tracked.length + 1;
        for (int i = 0; i < fingerprinted; i++) {
            hash = (hash ^ hash(row, tracked[i], trackedKinds[i])) * FINGERPRINT_PRIME;
            hash ^= hash >>> 29;
        }
        int folded = (int) (hash ^ hash >>> 32);
        return folded == 0 ? 1 : folded;
    }

    private static long hash(Row row, int ordinal, LogicalType.Kind kind) {
        if (kind.fixed()) {
            long bits = row.primitiveOr(ordinal, NULL_HASH);
            return zero(kind, bits) ? 0 : bits;
        }
        return row.hasValue(ordinal) ? hash(row.reference(ordinal)) : NULL_HASH;
    }

    private static long hash(@Nullable Object value) {
        if (value instanceof BigDecimal decimal) {
            return Double.doubleToLongBits(decimal.doubleValue());
        } else if (value instanceof byte[] bytes) {
            return Arrays.hashCode(bytes);
        } else if (value instanceof Number number && number.doubleValue() == 0) {
            return 0;
        } else if (value instanceof List<?> list) {
            long hash = list.size();
            for (Object element : list) {
                hash = hash * FINGERPRINT_PRIME + hash(element);
            }
            return hash;
        }
        return Objects.hashCode(value);
    }

    /** The characters of a row's strings: of all tracked columns that {@link #fingerprint} does not look at. */
    long trackedCharacters(Row row) {
        long sum = 0;
        for (int i = fingerprinted; i < tracked.length; i++) {
            if (row.hasValue(tracked[i]) && row.reference(tracked[i]) instanceof String text) {
                sum += text.length();
            }
        }
        return sum;
    }

    /** How many tracked columns, of those that {@link #fingerprint} does not look at, hold a string. */
    int trackedStrings(Row row) {
        int count = 0;
        for (int i = fingerprinted; i < tracked.length; i++) {
            count += row.hasValue(tracked[i]) && row.reference(tracked[i]) instanceof String ? 1 : 0;
        }
        return count;
    }

    /** Whether no tracked column differs. */
    boolean sameTracked(Row one, Row other) {
        if (one == other) {
            return true;
        }
        for (int i = 0; i < tracked.length; i++) {
            if (!same(one, other, tracked[i], trackedKinds[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(Row one, Row other, int ordinal, LogicalType.Kind kind) {
        boolean value = one.hasValue(ordinal);
        if (value != other.hasValue(ordinal)) {
            return false;
        }
        if (!value) {
            return true;
        }
        if (kind.fixed()) {
            long bits = one.primitive(ordinal);
            long others = other.primitive(ordinal);
            return bits == others || zero(kind, bits) && zero(kind, others);
        }
        return same(one.reference(ordinal), other.reference(ordinal));
    }

    private static boolean zero(LogicalType.Kind kind, long bits) {
        return switch (kind) {
            case FLOAT64 -> bits << 1 == 0;
            case FLOAT32 -> (int) bits << 1 == 0;
            default -> false;
        };
    }

    private static boolean same(@Nullable Object one, @Nullable Object other) {
        if (one == other) {
            return true;
        }
        if (one instanceof String text) {
            return text.equals(other);
        }
        if (one instanceof BigDecimal decimal && other instanceof BigDecimal others) {
            return decimal.compareTo(others) == 0;
        }
        if (one instanceof byte[] bytes && other instanceof byte[] others) {
            return Arrays.equals(bytes, others);
        }
        if (one instanceof Double number && other instanceof Double others) {
            return number.equals(others) || number == 0 && others == 0;
        }
        if (one instanceof Float number && other instanceof Float others) {
            return number.equals(others) || number == 0 && others == 0;
        }
        if (one instanceof List<?> list && other instanceof List<?> others) {
            return list.size() == others.size()
                    && IntStream.range(0, list.size()).allMatch(i -> same(list.get(i), others.get(i)));
        }
        return Objects.equals(one, other);
    }

    /** The row of a version with the overwritten columns of a later state; the same row if they have not changed. */
    Row overwrite(Row version, Row state) {
        if (version == state || overwritten.length == 0) {
            return version;
        }
        for (int ordinal : overwritten) {
            if (!identical(version, state, ordinal)) {
                Row.Builder builder = version.toBuilder();
                for (int each : overwritten) {
                    builder.copy(each, state, each);
                }
                return builder.build();
            }
        }
        return version;
    }

    /** Whether an overwritten column of a state differs from that of the state before. */
    boolean overwrites(Row before, Row state) {
        for (int ordinal : overwritten) {
            if (!identical(before, state, ordinal)) {
                return true;
            }
        }
        return false;
    }

    private boolean identical(Row one, Row other, int ordinal) {
        if (one.hasValue(ordinal) != other.hasValue(ordinal)) {
            return false;
        }
        if (!one.hasValue(ordinal)) {
            return true;
        }
        if (schema.kind(ordinal).fixed()) {
            return one.primitive(ordinal) == other.primitive(ordinal);
        }
        Object value = one.reference(ordinal);
        return value instanceof BigDecimal
                ? value.equals(other.reference(ordinal))
                : same(value, other.reference(ordinal));
    }

    /** A row whose missing columns come from the state before, else from the image before, else are null. */
    Row completed(Row image, @Nullable Row state, @Nullable Row before) {
        Row.Builder builder = image.toBuilder();
        for (int i = 0; i < schema.size(); i++) {
            if (image.hasValue(i) || image.isNull(i)) {
                continue;
            }
            if (state != null) {
                builder.copy(i, state, i);
            } else if (before != null && (before.hasValue(i) || before.isNull(i))) {
                builder.copy(i, before, i);
            } else {
                builder.setNull(i);
            }
        }
        return builder.build();
    }

    /** Why a row has no key, or null if it has one. */
    @Nullable
    String missingKey(Row row) {
        for (int ordinal : key) {
            if (!row.hasValue(ordinal)) {
                return "key column '" + schema.column(ordinal).name() + "' is "
                        + row.state(ordinal).name().toLowerCase(java.util.Locale.ROOT);
            }
        }
        return null;
    }

    boolean sameKey(Row one, Row other) {
        for (int ordinal : key) {
            if (!same(one, other, ordinal, schema.kind(ordinal))) {
                return false;
            }
        }
        return true;
    }
}
