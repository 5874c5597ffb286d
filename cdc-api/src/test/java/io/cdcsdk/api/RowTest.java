package io.cdcsdk.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowTest {
    private static final TableSchema PEOPLE = TableSchema.builder(TableId.of("shop", "people"))
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .column("height", LogicalType.FLOAT64)
            .build();

    private static final List<ColumnState> STATES = List.of(ColumnState.values());

    static Stream<Arguments> valuesOfEveryKind() {
        return Stream.of(
                Arguments.of(LogicalType.BOOLEAN, true),
                Arguments.of(LogicalType.BOOLEAN, false),
                Arguments.of(LogicalType.INT32, Integer.MIN_VALUE),
                Arguments.of(LogicalType.INT64, Long.MIN_VALUE),
                Arguments.of(LogicalType.FLOAT32, -0.0f),
                Arguments.of(LogicalType.FLOAT32, Float.NaN),
                Arguments.of(LogicalType.FLOAT64, Double.MIN_VALUE),
                Arguments.of(LogicalType.FLOAT64, Double.NEGATIVE_INFINITY),
                Arguments.of(LogicalType.decimal(5, 2), new BigDecimal("-999.99")),
                Arguments.of(LogicalType.decimal(2, 2), BigDecimal.ZERO),
                Arguments.of(LogicalType.STRING, ""),
                Arguments.of(LogicalType.BYTES, new byte[] {1, 2}),
                Arguments.of(LogicalType.DATE, LocalDate.MIN),
                Arguments.of(LogicalType.DATE, LocalDate.of(1969, 12, 31)),
                Arguments.of(LogicalType.TIME, LocalTime.of(23, 59, 59, 999_999_000)),
                Arguments.of(LogicalType.TIMESTAMP, LocalDateTime.of(1, 1, 1, 0, 0)),
                Arguments.of(LogicalType.TIMESTAMP, LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000)),
                Arguments.of(LogicalType.INSTANT, Instant.parse("9999-12-31T23:59:59.999999Z")),
                Arguments.of(LogicalType.INSTANT, Instant.parse("-290308-12-21T19:59:05.224192Z")),
                Arguments.of(LogicalType.UUID, new UUID(1, 2)),
                Arguments.of(LogicalType.JSON, "{}"),
                Arguments.of(LogicalType.array(LogicalType.INT32), Arrays.asList(1, null, 3)));
    }

    @ParameterizedTest
    @MethodSource("valuesOfEveryKind")
    void givesEveryValueBack(LogicalType type, Object value) {
        TableSchema schema =
                TableSchema.builder(TableId.of("t")).column("c", type).build();
        Row row = Row.of(schema, value);
        assertThat(row.value(0)).isEqualTo(value);
        assertThat(row.value("c")).isEqualTo(value);
        assertThat(row.state(0)).isEqualTo(ColumnState.VALUE);
        assertThat(row.hasValue(0)).isTrue();
        assertThat(row.isComplete()).isTrue();
        assertThat(Row.builder(schema).copy(0, row, 0).build()).isEqualTo(row);
        assertThat(row.toBuilder().build()).isEqualTo(row).hasSameHashCodeAs(row);
    }

    @ParameterizedTest
    @MethodSource("valuesOfEveryKind")
    void readsEveryColumnEitherAsPrimitiveOrAsReference(LogicalType type, Object value) {
        Row row = Row.of(TableSchema.builder(TableId.of("t")).column("c", type).build(), value);
        if (type.kind().fixed()) {
            assertThat(row.toBuilder().setPrimitive(0, row.primitive(0)).build())
                    .isEqualTo(row);
            long other = row.primitive(0) + 1;
            assertThat(row.primitiveOr(0, other)).isEqualTo(row.primitive(0));
            assertThat(row.toBuilder().setNull(0).build().primitiveOr(0, other)).isEqualTo(other);
            assertThat(row.toBuilder().setAbsent(0).build().primitiveOr(0, other))
                    .isEqualTo(other);
            assertThatThrownBy(() -> row.reference(0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("t column 'c' (" + type + ") is of fixed width");
        } else {
            assertThat(row.reference(0)).isEqualTo(value);
            assertThatThrownBy(() -> row.primitive(0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("t column 'c' (" + type + ") is not of fixed width");
            assertThatThrownBy(() -> row.primitiveOr(0, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("t column 'c' (" + type + ") is not of fixed width");
            assertThatThrownBy(() -> row.toBuilder().setPrimitive(0, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("t column 'c' (" + type + ") is not of fixed width");
        }
    }

    @ParameterizedTest
    @EnumSource(LogicalType.Kind.class)
    void refusesValuesOfAnotherClass(LogicalType.Kind kind) {
        LogicalType type = switch (kind) {
            case DECIMAL -> LogicalType.decimal(3, 1);
            case ARRAY -> LogicalType.array(LogicalType.INT32);
            default -> LogicalType.parse(kind.name());
        };
        TableSchema schema =
                TableSchema.builder(TableId.of("t")).column("c", type).build();
        assertThatThrownBy(() -> Row.of(schema, new Object()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("t column 'c' (" + type + ") cannot hold a Object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "1.25", "1E+2", "1E+2147483647"})
    void refusesDecimalsThatDoNotFit(String number) {
        TableSchema schema = TableSchema.builder(TableId.of("t"))
                .column("c", LogicalType.decimal(3, 1))
                .build();
        assertThatThrownBy(() -> Row.of(schema, new BigDecimal(number)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("t column 'c' (decimal(3,1)) cannot hold a BigDecimal of that precision and scale");
    }

    @Test
    void cutsTimesToMicroseconds() {
        TableSchema schema = TableSchema.builder(TableId.of("t"))
                .column("time", LogicalType.TIME)
                .column("timestamp", LogicalType.TIMESTAMP)
                .column("instant", LogicalType.INSTANT)
                .column("array", LogicalType.array(LogicalType.INSTANT))
                .build();
        Instant instant = Instant.parse("1969-12-31T23:59:59.123456789Z");
        Instant cut = Instant.parse("1969-12-31T23:59:59.123456Z");
        Row row = Row.of(
                schema,
                LocalTime.of(1, 2, 3, 123_456_789),
                LocalDateTime.of(1969, 12, 31, 23, 59, 59, 123_456_789),
                instant,
                List.of(instant));
        assertThat(row.value(0)).isEqualTo(LocalTime.of(1, 2, 3, 123_456_000));
        assertThat(row.value(1)).isEqualTo(LocalDateTime.of(1969, 12, 31, 23, 59, 59, 123_456_000));
        assertThat(row.value(2)).isEqualTo(cut);
        assertThat(row.value(3)).isEqualTo(List.of(cut));
    }

    @Test
    void refusesTimesThatMicrosecondsCannotCount() {
        TableSchema schema = TableSchema.builder(TableId.of("t"))
                .column("c", LogicalType.INSTANT)
                .build();
        assertThatThrownBy(() -> Row.of(schema, Instant.MAX)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Row.of(schema, Instant.MIN)).isInstanceOf(IllegalArgumentException.class);
        for (long micros : new long[] {Long.MIN_VALUE, Long.MAX_VALUE}) {
            Row row = Row.builder(schema).setPrimitive(0, micros).build();
            assertThat(Row.of(schema, row.value(0)).primitive(0)).isEqualTo(micros);
        }
    }

    @Test
    void keepsTheFourStatesApart() {
        TableSchema schema = TableSchema.builder(TableId.of("t"))
                .column("value", LogicalType.INT32)
                .column("null", LogicalType.STRING)
                .column("absent", LogicalType.INT32)
                .column("unavailable", LogicalType.STRING)
                .build();
        Row row = Row.builder(schema).set(0, 0).setNull(1).setUnavailable(3).build();
        assertThat(Stream.of(0, 1, 2, 3).map(row::state))
                .containsExactly(ColumnState.VALUE, ColumnState.NULL, ColumnState.ABSENT, ColumnState.UNAVAILABLE);
        assertThat(Stream.of(0, 1, 2, 3).map(row::hasValue)).containsExactly(true, false, false, false);
        assertThat(Stream.of(0, 1, 2, 3).map(row::isNull)).containsExactly(false, true, false, false);
        assertThat(row.isComplete()).isFalse();
        assertThat(row.value(1)).isNull();
        assertThatThrownBy(() -> row.value(2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("t column 'absent' (int32) has no value: it is ABSENT");
        assertThatThrownBy(() -> row.value(3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("t column 'unavailable' (string) has no value: it is UNAVAILABLE");
        assertThatThrownBy(() -> row.reference(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> row.primitive(2)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> row.state(4)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 63, 64, 65, 200})
    void isCompleteOnlyWhenEveryColumnIs(int columns) {
        TableSchema schema = wide(columns);
        Row.Builder builder = Row.builder(schema);
        assertThat(builder.build().isComplete()).isFalse();
        for (int missing = 0; missing < columns; missing++) {
            for (int i = 0; i < columns; i++) {
                if (i % 3 == 0) {
                    builder.setNull(i);
                } else {
                    builder.set(i, i % 2 == 0 ? (Object) i : "text");
                }
            }
            assertThat(builder.setUnavailable(missing).build().isComplete()).isFalse();
        }
        for (int i = 0; i < columns; i++) {
            builder.setNull(i);
        }
        assertThat(builder.build().isComplete()).isTrue();
    }

    /** Whole numbers at even ordinals, texts at odd ones. */
    private static TableSchema wide(int columns) {
        TableSchema.Builder schema = TableSchema.builder(TableId.of("wide"));
        for (int i = 0; i < columns; i++) {
            schema.column("c" + i, i % 2 == 0 ? LogicalType.INT32 : LogicalType.STRING);
        }
        return schema.build();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void behavesAsAnArrayOfStatesAndValues(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            TableSchema schema = wide(1 + random.nextInt(100));
            Row.Builder builder = Row.builder(schema);
            ColumnState[] states = new ColumnState[schema.size()];
            @Nullable Object[] values = new Object[schema.size()];
            Arrays.fill(states, ColumnState.ABSENT);
            for (int i = 0; i < 3 * schema.size(); i++) {
                int ordinal = random.nextInt(schema.size());
                states[ordinal] = STATES.get(random.nextInt(STATES.size()));
                values[ordinal] = null;
                switch (states[ordinal]) {
                    case VALUE -> {
                        values[ordinal] = ordinal % 2 == 0 ? (Object) random.nextInt() : "v" + random.nextInt();
                        builder.set(ordinal, values[ordinal]);
                    }
                    case NULL -> builder.setNull(ordinal);
                    case ABSENT -> builder.setAbsent(ordinal);
                    case UNAVAILABLE -> builder.setUnavailable(ordinal);
                }
            }
            Row row = builder.build();
            Row.Builder copy = Row.builder(schema);
            for (int i = 0; i < schema.size(); i++) {
                assertThat(row.state(i)).isEqualTo(states[i]);
                if (states[i] == ColumnState.VALUE) {
                    assertThat(row.value(i)).isEqualTo(values[i]);
                }
                copy.copy(i, row, i);
            }
            assertThat(copy.build()).isEqualTo(row);
        }
    }

    @Test
    void aColumnThatLosesItsValueKeepsNoneOfIt() {
        Row empty = Row.builder(PEOPLE).setNull(0).setNull(1).setNull(2).build();
        Row emptied = Row.of(PEOPLE, 1L, "a", 2.0).toBuilder()
                .setNull(0)
                .setNull(1)
                .setNull(2)
                .build();
        assertThat(emptied).isEqualTo(empty).hasSameHashCodeAs(empty);
    }

    @Test
    void theBuilderStartsAfreshAfterEveryRow() {
        Row.Builder builder = Row.builder(PEOPLE);
        Row first = builder.set("id", 1L).set("name", "a").build();
        Row second = builder.set("id", 2L).build();
        assertThat(first.value("id")).isEqualTo(1L);
        assertThat(first.string(1)).isEqualTo("a");
        assertThat(second.value("id")).isEqualTo(2L);
        assertThat(second.state(1)).isEqualTo(ColumnState.ABSENT);
    }

    @Test
    void changingACopyLeavesTheRow() {
        Row row = Row.of(PEOPLE, 1L, "a", 1.5);
        Row changed = row.toBuilder().set("name", "b").setNull(2).build();
        assertThat(row).isEqualTo(Row.of(PEOPLE, 1L, "a", 1.5)).isNotEqualTo(changed);
        assertThat(changed).isEqualTo(Row.of(PEOPLE, 1L, "b", null));
    }

    @Test
    void copiesBetweenOrdinalsOfOneKindOnly() {
        TableSchema other = TableSchema.builder(TableId.of("other"))
                .column("title", LogicalType.STRING)
                .column("count", LogicalType.INT32)
                .build();
        Row from = Row.of(PEOPLE, 1L, "a", 1.5);
        assertThat(Row.builder(other).copy(0, from, 1).build().string(0)).isEqualTo("a");
        assertThatThrownBy(() -> Row.builder(other).copy(1, from, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("other column 'count' (int32) cannot hold shop.people column 'id' (int64)");
    }

    @Test
    void setsTextsOfStringAndJsonOnly() {
        assertThat(Row.builder(PEOPLE).setString(1, "x").build().string(1)).isEqualTo("x");
        assertThatThrownBy(() -> Row.builder(PEOPLE).setString(0, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shop.people column 'id' (int64) is not a string");
    }

    @Test
    void takesAnIntegerForInt64() {
        TableSchema schema = TableSchema.builder(TableId.of("t"))
                .column("number", LogicalType.INT64)
                .column("numbers", LogicalType.array(LogicalType.INT64))
                .build();
        assertThat(Row.of(schema, 7, List.of(7, 8))).isEqualTo(Row.of(schema, 7L, List.of(7L, 8L)));
    }

    @Test
    void refusesTheWrongNumberOfValues() {
        assertThatThrownBy(() -> Row.of(PEOPLE, 1L))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shop.people has 3 columns, not 1");
    }

    @Test
    void arraysAreCopiedAtEveryDepthAndUnmodifiable() {
        LogicalType type = LogicalType.array(LogicalType.array(LogicalType.INT32));
        TableSchema schema =
                TableSchema.builder(TableId.of("t")).column("c", type).build();
        List<Integer> inner = new ArrayList<>(List.of(1));
        List<List<Integer>> outer = new ArrayList<>(List.of(inner));
        Row row = Row.of(schema, outer);
        inner.add(2);
        outer.clear();
        assertThat(row.value(0)).isEqualTo(List.of(List.of(1)));
        List<?> list = (List<?>) row.reference(0);
        assertThatThrownBy(list::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(((List<?>) list.get(0))::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void comparesBytesByContentAlsoInArrays() {
        TableSchema schema = TableSchema.builder(TableId.of("t"))
                .column("bytes", LogicalType.BYTES)
                .column("array", LogicalType.array(LogicalType.BYTES))
                .build();
        Row one = Row.of(schema, new byte[] {1}, List.of(new byte[] {2}));
        Row same = Row.of(schema, new byte[] {1}, List.of(new byte[] {2}));
        Row other = Row.of(schema, new byte[] {1}, List.of(new byte[] {3}));
        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(other);
        assertThat(one).isNotEqualTo(Row.of(schema, new byte[] {1}, List.of()));
    }

    @Test
    void distinguishesDecimalsByScaleAndDoublesByBits() {
        TableSchema schema = TableSchema.builder(TableId.of("t"))
                .column("decimal", LogicalType.decimal(5, 2))
                .column("double", LogicalType.FLOAT64)
                .build();
        Row row = Row.of(schema, new BigDecimal("1.5"), 0.0);
        assertThat(row).isNotEqualTo(Row.of(schema, new BigDecimal("1.50"), 0.0));
        assertThat(row).isNotEqualTo(Row.of(schema, new BigDecimal("1.5"), -0.0));
        assertThat(row).isNotEqualTo("row").isNotEqualTo(null);
    }

    @Test
    void showsNoValues() {
        Row row = Row.builder(PEOPLE)
                .set("id", 4711L)
                .set("name", "secret")
                .setUnavailable(2)
                .build();
        assertThat(row).hasToString("shop.people(id, name, height UNAVAILABLE)");
        assertThat(RowChange.insert(row, Origin.at(Position.of(3))))
                .hasToString("INSERT shop.people(id, name, height UNAVAILABLE) at 1:0:3:");
    }

    @Test
    void estimatesMoreBytesForMoreText() {
        long small = Row.of(PEOPLE, 1L, "a", 1.5).estimatedBytes();
        long large = Row.of(PEOPLE, 1L, "a".repeat(1_001), 1.5).estimatedBytes();
        assertThat(large - small).isEqualTo(1_000);
        assertThat(small).isBetween(64L, 500L);
    }
}
