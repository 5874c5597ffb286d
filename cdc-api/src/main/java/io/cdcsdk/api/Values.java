package io.cdcsdk.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Conversions between the Java classes of values and the forms in which a row keeps them. */
final class Values {
    private static final long MICROS = TimeUnit.SECONDS.toMicros(1);

    private Values() {}

    static boolean fits(LogicalType type, Object value) {
        return switch (type.kind()) {
            case BOOLEAN -> value instanceof Boolean;
            case INT32 -> value instanceof Integer;
            case INT64 -> value instanceof Long || value instanceof Integer;
            case FLOAT32 -> value instanceof Float;
            case FLOAT64 -> value instanceof Double;
            case DECIMAL -> value instanceof BigDecimal decimal && fits(type, decimal);
            case STRING, JSON -> value instanceof String;
            case BYTES -> value instanceof byte[];
            case DATE -> value instanceof LocalDate;
            case TIME -> value instanceof LocalTime;
            case TIMESTAMP -> value instanceof LocalDateTime;
            case INSTANT -> value instanceof Instant;
            case UUID -> value instanceof UUID;
            case ARRAY ->
                value instanceof List<?> list
                        && list.stream().allMatch(element -> element == null || fits(type.element(), element));
        };
    }

    private static boolean fits(LogicalType type, BigDecimal decimal) {
        return decimal.scale() <= type.scale()
                && (decimal.signum() == 0
                        || (long) decimal.precision() - decimal.scale() <= type.precision() - type.scale());
    }

    /** The long in which a row keeps a value of fixed width. */
    static long primitive(Object value) {
        if (value instanceof Boolean truth) {
            return truth ? 1 : 0;
        } else if (value instanceof Float number) {
            return Float.floatToRawIntBits(number);
        } else if (value instanceof Double number) {
            return Double.doubleToRawLongBits(number);
        } else if (value instanceof Number number) {
            return number.longValue();
        } else if (value instanceof LocalDate date) {
            return date.toEpochDay();
        } else if (value instanceof LocalTime time) {
            return time.toNanoOfDay() / 1000;
        } else if (value instanceof LocalDateTime timestamp) {
            return micros(timestamp.toInstant(ZoneOffset.UTC));
        } else if (value instanceof Instant instant) {
            return micros(instant);
        }
        throw new IllegalArgumentException(value.getClass() + " has no fixed width");
    }

    private static long micros(Instant instant) {
        long seconds = instant.getEpochSecond();
        long micros = instant.getNano() / 1000;
        try {
            // The first second that counts begins before the first microsecond that does: count from its end.
            return seconds < 0
                    ? Math.addExact(Math.multiplyExact(seconds + 1, MICROS), micros - MICROS)
                    : Math.addExact(Math.multiplyExact(seconds, MICROS), micros);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "a time is further from 1970 than microseconds in a long can count: 290000 years", e);
        }
    }

    /** The object in which a row keeps a value that is not of fixed width. */
    static Object reference(LogicalType type, Object value) {
        return value instanceof List<?> list ? array(type.element(), list) : value;
    }

    private static List<@Nullable Object> array(LogicalType type, List<? extends @Nullable Object> elements) {
        List<@Nullable Object> copy = new ArrayList<>(elements.size());
        for (Object element : elements) {
            copy.add(element == null ? null : element(type, element));
        }
        return Collections.unmodifiableList(copy);
    }

    private static Object element(LogicalType type, Object value) {
        return switch (type.kind()) {
            case INT64 -> ((Number) value).longValue();
            case TIME -> ((LocalTime) value).truncatedTo(ChronoUnit.MICROS);
            case TIMESTAMP -> ((LocalDateTime) value).truncatedTo(ChronoUnit.MICROS);
            case INSTANT -> ((Instant) value).truncatedTo(ChronoUnit.MICROS);
            case ARRAY -> array(type.element(), (List<?>) value);
            default -> value;
        };
    }

    static boolean equal(@Nullable Object[] some, @Nullable Object[] others) {
        if (some.length != others.length) {
            return false;
        }
        for (int i = 0; i < some.length; i++) {
            if (!equal(some[i], others[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(List<? extends @Nullable Object> some, List<? extends @Nullable Object> others) {
        if (some.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < some.size(); i++) {
            if (!equal(some.get(i), others.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(@Nullable Object one, @Nullable Object other) {
        if (one == other) {
            return true;
        }
        if (one instanceof String text) {
            return text.equals(other);
        }
        if (one instanceof byte[] bytes && other instanceof byte[] otherBytes) {
            return Arrays.equals(bytes, otherBytes);
        }
        if (one instanceof List<?> list && other instanceof List<?> otherList) {
            return equal(list, otherList);
        }
        return Objects.equals(one, other);
    }

    static int hash(@Nullable Object[] references) {
        return hash(Arrays.asList(references));
    }

    private static int hash(List<? extends @Nullable Object> values) {
        int hash = 1;
        for (Object value : values) {
            hash = 31 * hash + hash(value);
        }
        return hash;
    }

    private static int hash(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return Arrays.hashCode(bytes);
        }
        return value instanceof List<?> list ? hash(list) : Objects.hashCode(value);
    }
}
