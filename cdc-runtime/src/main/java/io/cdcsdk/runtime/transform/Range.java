package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.TableSchema;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Demands that a number, date or time lies between two bounds, of which one may be open. */
final class Range implements Demand {
    private static final BigDecimal LEAST_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal MOST_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

    private final @Nullable Bound least;
    private final @Nullable Bound most;
    private final Bound.Measure measure;

    private Range(@Nullable Bound least, @Nullable Bound most, Bound.Measure measure) {
        this.least = least;
        this.most = most;
        this.measure = measure;
    }

    /**
     * A range with its bounds in it.
     *
     * @param least the least value, or null if there is none
     * @param most the greatest value, or null if there is none
     * @throws IllegalArgumentException if there is no bound, they are of two types, or nothing lies between them
     */
    static Range of(@Nullable Bound least, @Nullable Bound most) {
        Bound one = least == null ? most : least;
        if (one == null) {
            throw new IllegalArgumentException("a range has no bound; expected a least value, a greatest one or both");
        }
        if (least != null && most != null) {
            if (least.measure() != most.measure()) {
                throw new IllegalArgumentException("the bounds " + least + " and " + most + " are not of one type");
            }
            if (least.exact().compareTo(most.exact()) > 0) {
                throw new IllegalArgumentException("the least value " + least + " is above the greatest, " + most);
            }
        }
        return new Range(least, most, one.measure());
    }

    /** Reads {@code least..most}; either may be left out. */
    static Range parse(String text) {
        int dots = text.indexOf("..");
        if (dots < 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a range; expected one such as 0..150, 0.. or ..150");
        }
        return of(bound(text.substring(0, dots)), bound(text.substring(dots + 2)));
    }

    private static @Nullable Bound bound(String text) {
        return text.isBlank() ? null : Bound.parse(text.strip());
    }

    /** What it demands, for messages. */
    String description() {
        if (least == null) {
            return "is at most " + most;
        }
        return most == null ? "is at least " + least : "is between " + least + " and " + most;
    }

    @Override
    public RowCheck check(TableSchema schema, int ordinal) {
        Column column = schema.column(ordinal);
        LogicalType.Kind kind = column.type().kind();
        Bound.Measure measured = Bound.Measure.of(kind);
        if (measured == null) {
            throw new IllegalArgumentException(described(column) + "; only numbers, dates and times have ranges");
        }
        if (measured != measure) {
            throw new IllegalArgumentException(
                    described(column) + ": a bound of it is a " + measured.text + ", not a " + measure.text);
        }
        return switch (kind) {
            case FLOAT32 -> float32(ordinal);
            case FLOAT64 -> float64(ordinal);
            case DECIMAL -> decimal(ordinal);
            default -> whole(ordinal);
        };
    }

    private static String described(Column column) {
        return "the column '" + column.name() + "' is " + column.type();
    }

    private RowCheck whole(int ordinal) {
        if (least != null && least.exact().compareTo(MOST_LONG) > 0
                || most != null && most.exact().compareTo(LEAST_LONG) < 0) {
            return row -> !row.hasValue(ordinal);
        }
        long from = least == null ? Long.MIN_VALUE : whole(least.exact(), RoundingMode.CEILING);
        long to = most == null ? Long.MAX_VALUE : whole(most.exact(), RoundingMode.FLOOR);
        return row -> {
            if (!row.hasValue(ordinal)) {
                return true;
            }
            long value = row.primitive(ordinal);
            return value >= from && value <= to;
        };
    }

    private static long whole(BigDecimal bound, RoundingMode rounding) {
        return bound.max(LEAST_LONG).min(MOST_LONG).setScale(0, rounding).longValueExact();
    }

    /** A bound is rounded as a value of the column is: 0.1 in a column of floats is the float next to 0.1. */
    private RowCheck float32(int ordinal) {
        double from = least == null
                ? Double.NEGATIVE_INFINITY
                : Math.max(least.exact().floatValue(), -Float.MAX_VALUE);
        double to =
                most == null ? Double.POSITIVE_INFINITY : Math.min(most.exact().floatValue(), Float.MAX_VALUE);
        return row -> !row.hasValue(ordinal) || within(Float.intBitsToFloat((int) row.primitive(ordinal)), from, to);
    }

    private RowCheck float64(int ordinal) {
        double from = least == null
                ? Double.NEGATIVE_INFINITY
                : Math.max(least.exact().doubleValue(), -Double.MAX_VALUE);
        double to =
                most == null ? Double.POSITIVE_INFINITY : Math.min(most.exact().doubleValue(), Double.MAX_VALUE);
        return row -> !row.hasValue(ordinal) || within(Double.longBitsToDouble(row.primitive(ordinal)), from, to);
    }

    /** Not a number is within nothing. */
    private static boolean within(double value, double from, double to) {
        return value >= from && value <= to;
    }

    private RowCheck decimal(int ordinal) {
        BigDecimal from = least == null ? null : least.exact();
        BigDecimal to = most == null ? null : most.exact();
        return row -> {
            if (!row.hasValue(ordinal)) {
                return true;
            }
            BigDecimal value = (BigDecimal) row.reference(ordinal);
            return (from == null || value.compareTo(from) >= 0) && (to == null || value.compareTo(to) <= 0);
        };
    }
}
