package io.cdcsdk.testkit;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes values and rows, among them the awkward ones: extremes, empty texts, quotes and line ends, not-a-number. The same seed
 * gives the same rows in the same order. Not safe for use by several threads.
 *
 * <p>Dates and times lie in the years 1 to 9999; texts hold every Unicode plane but no U+0000, which most databases refuse.
 */
public final class RowGenerator {
    private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
    private static final long MICROS_OF_DAY = TimeUnit.DAYS.toMicros(1);
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "null",
            "NULL",
            "\\N",
            "plain",
            " leading and trailing ",
            "comma, semicolon; tab\t pipe|",
            "\"quoted\" and 'single'",
            "back\\slash \\n",
            "line\nfeed",
            "carriage\r\nreturn",
            "ümläut, 漢字, \uD83D\uDE80",
            "\u00A0\u200B\uFEFF",
            "{\"json\":1}");
    private static final List<String> DOCUMENTS = List.of(
            "{}", "[]", "null", "\"text\"", "12.5", "{\"a\":1,\"b\":[true,null,\"\\\"x\\\"\"]}", "[\"line\\nfeed\"]");

    private final Random random;

    /** A generator of its own sequence of rows. */
    public RowGenerator(long seed) {
        this.random = new Random(seed);
    }

    /** A row whose columns all have values. */
    public Row complete(TableSchema schema) {
        return row(schema, Set.of(ColumnState.VALUE));
    }

    /** A row whose key columns have values, and whose others are in one of the given states, at random; required ones are never null. */
    public Row row(TableSchema schema, Set<ColumnState> states) {
        List<ColumnState> choices = states.stream().sorted().toList();
        Row.Builder builder = Row.builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            ColumnState state = schema.isKey(i) ? ColumnState.VALUE : choices.get(random.nextInt(choices.size()));
            if (state == ColumnState.NULL && schema.column(i).nullability() == Column.Nullability.REQUIRED) {
                state = ColumnState.VALUE;
            }
            switch (state) {
                case VALUE -> builder.set(i, value(schema.column(i).type()));
                case NULL -> builder.setNull(i);
                case ABSENT -> builder.setAbsent(i);
                case UNAVAILABLE -> builder.setUnavailable(i);
            }
        }
        return builder.build();
    }

    /** A value of a type, in the Java class that {@link LogicalType.Kind} states. */
    public Object value(LogicalType type) {
        return switch (type.kind()) {
            case BOOLEAN -> random.nextBoolean();
            case INT32 -> (int) number(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case INT64 -> number(Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT32 -> float32();
            case FLOAT64 -> float64();
            case DECIMAL -> decimal(type);
            case STRING -> text();
            case BYTES -> bytes();
            case DATE -> LocalDate.ofEpochDay(between(FIRST_DAY, LAST_DAY));
            case TIME -> LocalTime.ofNanoOfDay(between(0, MICROS_OF_DAY - 1) * 1000);
            case TIMESTAMP -> timestamp();
            case INSTANT -> timestamp().toInstant(ZoneOffset.UTC);
            case UUID -> new UUID(random.nextLong(), random.nextLong());
            case JSON -> DOCUMENTS.get(random.nextInt(DOCUMENTS.size()));
            case ARRAY -> array(type.element());
        };
    }

    /** One of the extremes now and then, else small or of any size. */
    private long number(long least, long most) {
        return switch (random.nextInt(6)) {
            case 0 -> least;
            case 1 -> most;
            case 2 -> 0;
            case 3 -> random.nextInt(1000) - 500;
            default -> between(least, most);
        };
    }

    /** Both ends included; the ends may lie further apart than a long counts. */
    private long between(long least, long most) {
        BigInteger span =
                BigInteger.valueOf(most).subtract(BigInteger.valueOf(least)).add(BigInteger.ONE);
        return new BigInteger(span.bitLength() + 16, random)
                .mod(span)
                .add(BigInteger.valueOf(least))
                .longValueExact();
    }

    private float float32() {
        return switch (random.nextInt(8)) {
            case 0 -> Float.NaN;
            case 1 -> Float.NEGATIVE_INFINITY;
            case 2 -> -0.0f;
            case 3 -> Float.MIN_VALUE;
            default -> (float) random.nextGaussian() * 1e6f;
        };
    }

    private double float64() {
        return switch (random.nextInt(8)) {
            case 0 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            case 2 -> -0.0;
            case 3 -> Double.MAX_VALUE;
            default -> random.nextGaussian() * 1e12;
        };
    }

    private BigDecimal decimal(LogicalType type) {
        BigInteger limit = BigInteger.TEN.pow(type.precision());
        BigInteger unscaled = random.nextInt(4) == 0
                ? limit.subtract(BigInteger.ONE)
                : new BigInteger(limit.bitLength(), random).mod(limit);
        return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), type.scale());
    }

    private String text() {
        String text = TEXTS.get(random.nextInt(TEXTS.size()));
        return random.nextBoolean() ? text : text + random.nextInt(100_000);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(40)];
        random.nextBytes(bytes);
        return bytes;
    }

    private LocalDateTime timestamp() {
        Instant midnight = LocalDate.ofEpochDay(between(FIRST_DAY, LAST_DAY))
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        return LocalDateTime.ofInstant(midnight, ZoneOffset.UTC).plusNanos(between(0, MICROS_OF_DAY - 1) * 1000);
    }

    private List<@Nullable Object> array(LogicalType element) {
        List<@Nullable Object> list = new ArrayList<>();
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            list.add(random.nextInt(4) == 0 ? null : value(element));
        }
        return list;
    }
}
