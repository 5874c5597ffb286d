package io.cdcsdk.runtime.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges and sets of values, for every type that has them. */
class ValidateRangeTest {
    private static final Validate TABLE = Validate.table("t");

    private static boolean passes(Validate validate, LogicalType type, @Nullable Object value) {
        TableSchema schema =
                TableSchema.builder(TableId.of("t")).column("c", type).build();
        RowChange insert = RowChange.insert(Row.of(schema, value), People.at(1));
        try {
            return People.apply(validate, insert) == insert;
        } catch (BadRecord e) {
            return false;
        }
    }

    /** Two bounds, with values below, at and above them. */
    static List<Arguments> ranges() {
        LocalDate day = LocalDate.of(1969, 12, 31);
        LocalTime time = LocalTime.of(9, 0);
        Instant instant = Instant.parse("1969-12-31T23:59:59.999999Z");
        LocalDateTime local = LocalDateTime.parse("1969-12-31T23:59:59.999999");
        return List.of(
                Arguments.of(LogicalType.INT32, -1, 5, -2, -1, 5, 6),
                Arguments.of(LogicalType.INT32, (short) -1, 5.5, -2, -1, 5, 6),
                Arguments.of(LogicalType.INT64, -1L, new BigDecimal("5.9"), -2L, -1L, 5L, 6L),
                Arguments.of(LogicalType.INT64, BigInteger.valueOf(-1), 5L, Long.MIN_VALUE, -1L, 5L, Long.MAX_VALUE),
                Arguments.of(LogicalType.FLOAT32, -0.1, 0.1, Math.nextDown(-0.1f), -0.1f, 0.1f, Math.nextUp(0.1f)),
                Arguments.of(LogicalType.FLOAT32, 0, 0.5f, -Float.MIN_VALUE, -0.0f, 0.5f, Float.POSITIVE_INFINITY),
                Arguments.of(LogicalType.FLOAT64, -0.1f, 0.1, Math.nextDown(-0.1), -0.1, 0.1, Math.nextUp(0.1)),
                Arguments.of(
                        LogicalType.FLOAT64,
                        -Double.MAX_VALUE,
                        new BigDecimal("1e400"),
                        Double.NEGATIVE_INFINITY,
                        -Double.MAX_VALUE,
                        Double.MAX_VALUE,
                        Double.POSITIVE_INFINITY),
                Arguments.of(
                        LogicalType.decimal(10, 2),
                        0.1,
                        9,
                        new BigDecimal("0.09"),
                        new BigDecimal("0.10"),
                        new BigDecimal("9.00"),
                        new BigDecimal("9.01")),
                Arguments.of(
                        LogicalType.DATE,
                        day,
                        day.plusDays(2),
                        day.minusDays(1),
                        day,
                        day.plusDays(2),
                        day.plusDays(3)),
                Arguments.of(
                        LogicalType.TIME,
                        time.plusNanos(1),
                        time.plusNanos(2001),
                        time,
                        time.plusNanos(1000),
                        time.plusNanos(2000),
                        time.plusNanos(3000)),
                Arguments.of(
                        LogicalType.TIMESTAMP,
                        local,
                        local.plusSeconds(2),
                        local.minusNanos(1000),
                        local,
                        local.plusSeconds(2),
                        local.plusNanos(2_000_001_000)),
                Arguments.of(
                        LogicalType.INSTANT,
                        instant.plusNanos(1),
                        instant.plusNanos(2001),
                        instant,
                        instant.plusNanos(1000),
                        instant.plusNanos(2000),
                        instant.plusNanos(3000)),
                Arguments.of(
                        LogicalType.INSTANT,
                        Instant.EPOCH,
                        Instant.MAX,
                        Instant.EPOCH.minusNanos(1000),
                        Instant.EPOCH,
                        Instant.parse("+200000-01-01T00:00:00Z"),
                        null));
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void boundsBelongToTheRange(
            LogicalType type,
            Comparable<?> least,
            Comparable<?> most,
            Object below,
            Object first,
            Object last,
            @Nullable Object above) {
        Validate closed = TABLE.range("c", least, most);
        Validate open = TABLE.atLeast("c", least);
        Validate openBelow = TABLE.atMost("c", most);
        assertThat(List.of(passes(closed, type, below), passes(closed, type, first), passes(closed, type, last)))
                .containsExactly(false, true, true);
        assertThat(List.of(passes(open, type, below), passes(open, type, first), passes(open, type, last)))
                .containsExactly(false, true, true);
        assertThat(List.of(passes(openBelow, type, below), passes(openBelow, type, last)))
                .containsExactly(true, true);
        if (above != null) {
            assertThat(passes(closed, type, above)).isFalse();
            assertThat(passes(open, type, above)).isTrue();
            assertThat(passes(openBelow, type, above)).isFalse();
        }
        assertThat(passes(closed, type, null)).isTrue();
    }

    @Test
    void notANumberIsInNoRange() {
        assertThat(passes(TABLE.atLeast("c", 0), LogicalType.FLOAT32, Float.NaN))
                .isFalse();
        assertThat(passes(TABLE.atMost("c", 0), LogicalType.FLOAT64, Double.NaN))
                .isFalse();
        assertThat(passes(TABLE.range("c", 0, 1), LogicalType.FLOAT64, Double.NaN))
                .isFalse();
    }

    @Test
    void boundsMayLieBeyondTheType() {
        BigInteger large = BigInteger.TWO.pow(80);
        assertThat(passes(TABLE.range("c", large.negate(), large), LogicalType.INT64, Long.MIN_VALUE))
                .isTrue();
        assertThat(passes(TABLE.atLeast("c", large), LogicalType.INT64, Long.MAX_VALUE))
                .isFalse();
        assertThat(passes(TABLE.atMost("c", large.negate()), LogicalType.INT64, Long.MIN_VALUE))
                .isFalse();
        assertThat(passes(TABLE.atLeast("c", large), LogicalType.INT32, null)).isTrue();
    }

    @Test
    void refusesBoundsThatMakeNoRange() {
        assertThatThrownBy(() -> TABLE.range("age", 2, 1))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("range.age: the least value 2 is above the greatest, 1");
        assertThatThrownBy(() -> TABLE.range("age", 2, LocalDate.EPOCH))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("not of one type");
        assertThatThrownBy(() -> TABLE.atLeast("age", "a"))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("a bound is a String; expected a finite number, LocalDate");
        assertThatThrownBy(() -> TABLE.atMost("age", Double.NaN))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("a bound is NaN");
    }

    @Test
    void refusesColumnsWithoutRangesAndBoundsOfOtherTypes() {
        assertThatThrownBy(() -> TABLE.range("name", 0, 1)
                        .atLeast("age", LocalDate.EPOCH)
                        .pattern("id", "[0-9]+")
                        .oneOf("age", "old")
                        .schema(People.SCHEMA.toBuilder().table(TableId.of("t")).build()))
                .isInstanceOf(Fatal.class)
                .hasMessageEndingWith("""
                        which has the columns id, name, city, age:
                          is between 0 and 1: the column 'name' is string; only numbers, dates and times have ranges
                          is at least 1970-01-01: the column 'age' is int32: a bound of it is a number, not a LocalDate
                          matches [0-9]+: the column 'id' is int64; only strings are matched
                          is one of old: the column 'age' is int32, of which 'old' is no value""");
    }

    /** Allowed values, one value that is among them and one that is not. */
    static List<Arguments> sets() {
        Instant instant = Instant.parse("2024-02-29T10:00:00Z");
        String id = "6f1c3f0e-8f7e-4b0e-9a55-0d8f2c8e7a11";
        return List.of(
                Arguments.of(LogicalType.BOOLEAN, List.of(true), true, false),
                Arguments.of(LogicalType.INT32, List.of(3, "1", 2L), 1, 4),
                Arguments.of(LogicalType.INT64, List.of(1, 2L), 1L, 3L),
                Arguments.of(LogicalType.FLOAT32, List.of(0.1, 0), -0.0f, 0.2f),
                Arguments.of(LogicalType.FLOAT64, List.of("NaN", 0.1f), Double.longBitsToDouble(-1), 0.0),
                Arguments.of(
                        LogicalType.decimal(9, 2), List.of(1, "2.5"), new BigDecimal("1.00"), new BigDecimal("2.51")),
                Arguments.of(LogicalType.STRING, List.of("A", "B"), "B", "b"),
                Arguments.of(LogicalType.DATE, List.of(LocalDate.EPOCH), LocalDate.EPOCH, LocalDate.MIN),
                Arguments.of(LogicalType.TIME, List.of("10:00:00"), LocalTime.of(10, 0), LocalTime.of(10, 1)),
                Arguments.of(
                        LogicalType.TIMESTAMP,
                        List.of("2024-02-29 10:00:00"),
                        LocalDateTime.of(2024, 2, 29, 10, 0),
                        LocalDateTime.of(2024, 2, 29, 10, 1)),
                Arguments.of(LogicalType.INSTANT, List.of(instant), instant, instant.plusSeconds(1)),
                Arguments.of(LogicalType.UUID, List.of(id), java.util.UUID.fromString(id), new java.util.UUID(1, 1)));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void allowsTheValuesOfASet(LogicalType type, List<Object> allowed, Object member, Object other) {
        Validate validate = TABLE.oneOf("c", allowed.toArray());
        assertThat(passes(validate, type, member)).isTrue();
        assertThat(passes(validate, type, other)).isFalse();
        assertThat(passes(validate, type, null)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes", "json", "array(string)"})
    void refusesSetsForTypesWithoutThem(String type) {
        TableSchema schema = TableSchema.builder(TableId.of("t"))
                .column("c", LogicalType.parse(type))
                .build();
        assertThatThrownBy(() -> TABLE.oneOf("c", "00").schema(schema))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("the column 'c' is " + type + ", which has no set of allowed values");
    }

    @Test
    void describesLargeSetsByTheirSize() {
        Object[] many = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        assertThat(TABLE.oneOf("c", many).oneOf("c", 1, 2).counts())
                .extracting(Validate.RuleCount::rule)
                .containsExactly("is one of 9 values", "is one of 1, 2");
        assertThatThrownBy(() -> TABLE.oneOf("c")).isInstanceOf(InvalidConfiguration.class);
    }

    @Test
    void patternsMatchTheWholeValue() {
        Validate validate = TABLE.pattern("c", "[a-z]+");
        assertThat(passes(validate, LogicalType.STRING, "abc")).isTrue();
        assertThat(passes(validate, LogicalType.STRING, "abc1")).isFalse();
        assertThat(passes(validate, LogicalType.STRING, "")).isFalse();
        assertThatThrownBy(() -> TABLE.pattern("c", "[a-z"))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining(
                        "pattern.c: '[a-z' is not a regular expression: Unclosed character class near character 4");
    }

    @Test
    void aPatternThatExhaustsTheStackIsOneBadRecord() {
        Validate validate = TABLE.pattern("c", "(a|b)*");
        TableSchema schema = TableSchema.builder(TableId.of("t"))
                .column("c", LogicalType.STRING)
                .build();
        RowChange insert = RowChange.insert(Row.of(schema, "ab".repeat(1_000_000)), People.at(1));
        assertThatThrownBy(() -> People.apply(validate, insert))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining("the rule 'matches (a|b)*' of column 'c' failed with StackOverflowError");
        assertThat(passes(validate, LogicalType.STRING, "abab")).isTrue();
    }
}
