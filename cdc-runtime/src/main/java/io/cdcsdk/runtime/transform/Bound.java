package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.LogicalType;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One end of a range.
 *
 * @param measure what it is an end of
 * @param exact a number as it is, a date in days, the others in microseconds as {@link io.cdcsdk.api.Row#primitive} counts them,
 *     but with their nanoseconds as a fraction
 * @param text how it stands in messages
 */
record Bound(Measure measure, BigDecimal exact, String text) {
    /** What can have a range. */
    enum Measure {
        NUMBER("number"),
        DATE("LocalDate"),
        TIME("LocalTime"),
        TIMESTAMP("LocalDateTime"),
        INSTANT("Instant");

        /** How a bound is called in messages. */
        final String text;

        Measure(String text) {
            this.text = text;
        }

        /** What the values of a kind are, or null if they have no range. */
        static @Nullable Measure of(LogicalType.Kind kind) {
            return switch (kind) {
                case INT32, INT64, FLOAT32, FLOAT64, DECIMAL -> NUMBER;
                case DATE -> DATE;
                case TIME -> TIME;
                case TIMESTAMP -> TIMESTAMP;
                case INSTANT -> INSTANT;
                case BOOLEAN, STRING, BYTES, UUID, JSON, ARRAY -> null;
            };
        }
    }

    static final String EXPECTED = "a finite number, LocalDate, LocalTime, LocalDateTime or Instant";

    private static final int MICROS_DIGITS = 6;
    private static final int NANOS_DIGITS = 9;
    private static final List<Function<String, Comparable<?>>> PARSERS = List.of(
            BigDecimal::new,
            LocalDate::parse,
            LocalTime::parse,
            text -> LocalDateTime.parse(text.replace(' ', 'T')),
            text -> Instant.parse(text.replace(' ', 'T')));

    /**
     * A bound as the application states it.
     *
     * @throws IllegalArgumentException if it is of a class that has no range, or not finite
     */
    static Bound of(Comparable<?> bound) {
        String text = bound.toString();
        if (bound instanceof Number) {
            return new Bound(Measure.NUMBER, number(text), text);
        } else if (bound instanceof LocalDate date) {
            return new Bound(Measure.DATE, BigDecimal.valueOf(date.toEpochDay()), text);
        } else if (bound instanceof LocalTime time) {
            return new Bound(Measure.TIME, micros(0, time.toNanoOfDay()), text);
        } else if (bound instanceof LocalDateTime timestamp) {
            long seconds = timestamp.toEpochSecond(ZoneOffset.UTC);
            return new Bound(Measure.TIMESTAMP, micros(seconds, timestamp.getNano()), text);
        } else if (bound instanceof Instant instant) {
            return new Bound(Measure.INSTANT, micros(instant.getEpochSecond(), instant.getNano()), text);
        }
        throw new IllegalArgumentException(
                "a bound is a " + bound.getClass().getSimpleName() + "; expected " + EXPECTED);
    }

    /** Reads the digits, so that 0.1 is 0.1 and not the double next to it. */
    private static BigDecimal number(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a bound is " + text + "; expected " + EXPECTED, e);
        }
    }

    private static BigDecimal micros(long seconds, long nanos) {
        return BigDecimal.valueOf(seconds)
                .add(BigDecimal.valueOf(nanos, NANOS_DIGITS))
                .movePointRight(MICROS_DIGITS);
    }

    /**
     * Reads a number, a date, a time, a timestamp or an instant.
     *
     * @throws IllegalArgumentException if the text is none of them
     */
    static Bound parse(String text) {
        for (Function<String, Comparable<?>> parser : PARSERS) {
            try {
                return of(parser.apply(text));
            } catch (NumberFormatException | DateTimeException e) {
                continue;
            }
        }
        throw new IllegalArgumentException("'" + text
                + "' is not a bound; expected a number, a date such as 2024-02-29, a time, a timestamp or an instant");
    }

    @Override
    public String toString() {
        return text;
    }
}
