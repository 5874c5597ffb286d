package io.cdcsdk.api;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The type of a column, independent of any database and any target.
 *
 * <p>Times have a resolution of one microsecond: a source cuts finer values off.
 */
public final class LogicalType {
    /** The kinds of types, with the Java type in which {@link Row#value(int)} returns their values. */
    public enum Kind {
        /** {@link Boolean}. */
        BOOLEAN(true),
        /** {@link Integer}. */
        INT32(true),
        /** {@link Long}. */
        INT64(true),
        /** {@link Float}. */
        FLOAT32(true),
        /** {@link Double}. */
        FLOAT64(true),
        /** {@link java.math.BigDecimal} of at most the type's precision and scale. */
        DECIMAL(false),
        /** {@link String}. */
        STRING(false),
        /** {@code byte[]}. */
        BYTES(false),
        /** {@link java.time.LocalDate}. */
        DATE(true),
        /** {@link java.time.LocalTime}, in microseconds. */
        TIME(true),
        /** {@link java.time.LocalDateTime}, in microseconds: a local timestamp without a zone. */
        TIMESTAMP(true),
        /** {@link java.time.Instant}, in microseconds: a point on the time line. */
        INSTANT(true),
        /** {@link java.util.UUID}. */
        UUID(false),
        /** {@link String}: the text of a JSON document. */
        JSON(false),
        /** An unmodifiable {@link java.util.List} of the element type's values, which may hold nulls. */
        ARRAY(false);

        private final boolean fixed;

        Kind(boolean fixed) {
            this.fixed = fixed;
        }

        /** Whether a value of this kind is held in one {@code long}; see {@link Row#primitive(int)}. */
        public boolean fixed() {
            return fixed;
        }
    }

    public static final LogicalType BOOLEAN = new LogicalType(Kind.BOOLEAN, 0, 0, null);
    public static final LogicalType INT32 = new LogicalType(Kind.INT32, 0, 0, null);
    public static final LogicalType INT64 = new LogicalType(Kind.INT64, 0, 0, null);
    public static final LogicalType FLOAT32 = new LogicalType(Kind.FLOAT32, 0, 0, null);
    public static final LogicalType FLOAT64 = new LogicalType(Kind.FLOAT64, 0, 0, null);
    public static final LogicalType STRING = new LogicalType(Kind.STRING, 0, 0, null);
    public static final LogicalType BYTES = new LogicalType(Kind.BYTES, 0, 0, null);
    public static final LogicalType DATE = new LogicalType(Kind.DATE, 0, 0, null);
    public static final LogicalType TIME = new LogicalType(Kind.TIME, 0, 0, null);
    public static final LogicalType TIMESTAMP = new LogicalType(Kind.TIMESTAMP, 0, 0, null);
    public static final LogicalType INSTANT = new LogicalType(Kind.INSTANT, 0, 0, null);
    public static final LogicalType UUID = new LogicalType(Kind.UUID, 0, 0, null);
    public static final LogicalType JSON = new LogicalType(Kind.JSON, 0, 0, null);

    private static final String EXPECTED =
            "expected boolean, int32, int64, float32, float64, decimal(precision,scale), "
                    + "string, bytes, date, time, timestamp, instant, uuid, json or array(type)";

    private final Kind kind;
    private final int precision;
    private final int scale;
    private final @Nullable LogicalType element;

    private LogicalType(Kind kind, int precision, int scale, @Nullable LogicalType element) {
        this.kind = kind;
        this.precision = precision;
        this.scale = scale;
        this.element = element;
    }

    /**
     * A decimal number.
     *
     * @param precision the number of digits, 1 or more
     * @param scale the number of digits behind the point, 0 to precision
     */
    public static LogicalType decimal(int precision, int scale) {
        if (precision < 1 || scale < 0 || scale > precision) {
            throw new IllegalArgumentException("decimal(" + precision + "," + scale
                    + ") is not a type: the precision is 1 or more, the scale 0 to the precision");
        }
        return new LogicalType(Kind.DECIMAL, precision, scale, null);
    }

    /** An array of values of one type. */
    public static LogicalType array(LogicalType element) {
        return new LogicalType(Kind.ARRAY, 0, 0, Objects.requireNonNull(element, "element"));
    }

    /**
     * Reads the form that {@link #toString()} writes; case does not matter.
     *
     * @throws IllegalArgumentException if the text names no type; the message lists the types
     */
    public static LogicalType parse(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        return switch (name) {
            case "boolean" -> BOOLEAN;
            case "int32" -> INT32;
            case "int64" -> INT64;
            case "float32" -> FLOAT32;
            case "float64" -> FLOAT64;
            case "string" -> STRING;
            case "bytes" -> BYTES;
            case "date" -> DATE;
            case "time" -> TIME;
            case "timestamp" -> TIMESTAMP;
            case "instant" -> INSTANT;
            case "uuid" -> UUID;
            case "json" -> JSON;
            default -> parseParameterized(name);
        };
    }

    private static LogicalType parseParameterized(String name) {
        if (name.startsWith("array(") && name.endsWith(")")) {
            return array(parse(name.substring("array(".length(), name.length() - 1)));
        }
        if (name.startsWith("decimal(") && name.endsWith(")")) {
            String inside = name.substring("decimal(".length(), name.length() - 1);
            int comma = inside.indexOf(',');
            try {
                return comma < 0
                        ? decimal(Integer.parseInt(inside.strip()), 0)
                        : decimal(
                                Integer.parseInt(inside.substring(0, comma).strip()),
                                Integer.parseInt(inside.substring(comma + 1).strip()));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + name + "' is not a type: " + EXPECTED, e);
            }
        }
        throw new IllegalArgumentException("'" + name + "' is not a type: " + EXPECTED);
    }

    /** The kind of the type. */
    public Kind kind() {
        return kind;
    }

    /** The number of digits of a decimal; 0 for every other kind. */
    public int precision() {
        return precision;
    }

    /** The number of digits behind the point of a decimal; 0 for every other kind. */
    public int scale() {
        return scale;
    }

    /**
     * The type of an array's elements.
     *
     * @throws IllegalStateException if this is not an array
     */
    public LogicalType element() {
        if (element == null) {
            throw new IllegalStateException(this + " has no elements");
        }
        return element;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LogicalType that
                && kind == that.kind
                && precision == that.precision
                && scale == that.scale
                && Objects.equals(element, that.element);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, precision, scale, element);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case DECIMAL -> "decimal(" + precision + "," + scale + ")";
            case ARRAY -> "array(" + element + ")";
            default -> kind.name().toLowerCase(Locale.ROOT);
        };
    }
}
