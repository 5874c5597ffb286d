package io.cdcsdk.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRowsTest {
    private static final TableSchema EVERYTHING = TableSchema.builder(TableId.of("everything"))
            .column("boolean", LogicalType.BOOLEAN)
            .column("int32", LogicalType.INT32)
            .column("int64", LogicalType.INT64)
            .column("float32", LogicalType.FLOAT32)
            .column("float64", LogicalType.FLOAT64)
            .column("decimal", LogicalType.decimal(30, 10))
            .column("string", LogicalType.STRING)
            .column("bytes", LogicalType.BYTES)
            .column("date", LogicalType.DATE)
            .column("time", LogicalType.TIME)
            .column("timestamp", LogicalType.TIMESTAMP)
            .column("instant", LogicalType.INSTANT)
            .column("uuid", LogicalType.UUID)
            .column("json", LogicalType.JSON)
            .column("array", LogicalType.array(LogicalType.decimal(5, 2)))
            .column("null", LogicalType.INT64)
            .build();
    private static final JsonRows ROWS = JsonRows.of(EVERYTHING);
    private static final Row ROW = Row.of(
            EVERYTHING,
            true,
            -5,
            9007199254740993L,
            Float.NaN,
            -0.0,
            new BigDecimal("12345678901234567890.0100"),
            "a\"\\\n\u0001é😀\ud83d",
            new byte[] {0, (byte) 0xff},
            LocalDate.of(2024, 2, 29),
            LocalTime.of(23, 59),
            LocalDateTime.of(2024, 2, 29, 23, 59, 59, 1000),
            Instant.EPOCH,
            new UUID(1, 2),
            "{ \"a\": 1.0 }",
            Arrays.asList(new BigDecimal("1.50"), null),
            null);
    private static final String TEXT =
            "{\"boolean\":true,\"int32\":-5,\"int64\":9007199254740993,\"float32\":\"NaN\",\"float64\":-0.0,"
                    + "\"decimal\":\"12345678901234567890.0100\",\"string\":\"a\\\"\\\\\\n\\u0001é😀\\ud83d\",\"bytes\":\"00ff\","
                    + "\"date\":\"2024-02-29\",\"time\":\"23:59:00.000000\",\"timestamp\":\"2024-02-29 23:59:59.000001\","
                    + "\"instant\":\"1970-01-01 00:00:00.000000Z\",\"uuid\":\"00000000-0000-0001-0000-000000000002\","
                    + "\"json\":\"{ \\\"a\\\": 1.0 }\",\"array\":[\"1.50\",null],\"null\":null}";

    @Test
    void writesEveryType() {
        assertThat(ROWS.write(ROW)).isEqualTo(TEXT);
    }

    @Test
    void readsEveryType() {
        assertThat(ROWS.read(TEXT)).isEqualTo(ROW);
    }

    @Test
    void readsFromTheMidstOfABuffer() {
        char[] buffer = ("}" + TEXT + "{").toCharArray();
        assertThat(ROWS.read(buffer, 1, TEXT.length())).isEqualTo(ROW);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void everyRowComesBackAlsoThroughUtf8(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            TableSchema schema = RandomEvents.schema(random);
            JsonRows rows = JsonRows.of(schema);
            Row row = RandomEvents.completeRow(random, schema);
            String line = rows.write(row);
            assertThat(line).doesNotContain("\n", "\r");
            byte[] stored = line.getBytes(StandardCharsets.UTF_8);
            assertThat(rows.read(new String(stored, StandardCharsets.UTF_8))).isEqualTo(row);
        }
    }

    @Test
    void readsNumbersInEitherForm() {
        Row row = ROWS.read("{\"decimal\":1.50,\"int64\":\"7\",\"float64\":1,\"float32\":\"-Infinity\"}");
        assertThat(row.value("decimal")).isEqualTo(new BigDecimal("1.50"));
        assertThat(row.value("int64")).isEqualTo(7L);
        assertThat(row.value("float64")).isEqualTo(1.0);
        assertThat(row.value("float32")).isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @Test
    void aColumnWithoutAFieldIsAbsent() {
        Row row = ROWS.read("{}");
        for (int i = 0; i < EVERYTHING.size(); i++) {
            assertThat(row.state(i)).isEqualTo(ColumnState.ABSENT);
        }
    }

    @Test
    void leavesAbsentAndUnavailableColumnsToTheCaller() {
        Row.Builder row = ROW.toBuilder();
        assertThatThrownBy(() -> ROWS.write(row.setAbsent(2).build()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'int64'")
                .hasMessageEndingWith("ABSENT");
        assertThatThrownBy(() -> ROWS.write(ROW.toBuilder().setUnavailable(6).build()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'string'")
                .hasMessageEndingWith("UNAVAILABLE");
    }

    @Test
    void refusesARowOfAnotherSchema() {
        TableSchema other = EVERYTHING.toBuilder().version(2).build();
        assertThatThrownBy(() -> ROWS.write(Row.builder(other).build())).isInstanceOf(IllegalArgumentException.class);
        TableSchema same = EVERYTHING.toBuilder().build();
        assertThat(JsonRows.of(same).write(ROW)).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"int32":2147483648}       | JSON row of everything, /int32: expected int32, a whole number from -2147483648 to 2147483647
            {"boolean":1}              | JSON row of everything, /boolean: expected boolean as true or false, and found a number
            {"string":1}               | JSON row of everything, /string: expected string as a string, and found a number
            {"date":"2023-02-29"}      | JSON row of everything, /date: expected date, such as 2024-02-29
            {"json":{"a":1}}           | JSON row of everything, /json: expected json as a string, and found an object
            {"array":["1",[]]}         | JSON row of everything, /array/1: expected decimal(5,2) as a number or a string, and found an array
            {"array":"1"}              | JSON row of everything, /array: expected array(decimal(5,2)) as an array, and found a string
            {"int64":1,"int64":1}      | JSON row of everything, /int64: stands there twice
            {"int64":{"state":"unavailable"}} | JSON row of everything, /int64: expected int64 as a number or a string, and found an object
            [1]                        | JSON row of everything, as a whole: expected an object, and found an array
            {"int64":1,}               | JSON row of everything is not valid JSON at character 12
            {"int64":1                 | JSON row of everything is cut off: the JSON ends at character 11
            """)
    void namesThePlaceOfEveryMistake(String text, String message) {
        assertThatThrownBy(() -> ROWS.read(text))
                .isExactlyInstanceOf(BadRecord.class)
                .hasMessage(message);
    }

    @Test
    void listsTheColumnsThereAre() {
        assertThatThrownBy(() -> ROWS.read("{\"other\":1}"))
                .isExactlyInstanceOf(BadRecord.class)
                .hasMessageStartingWith(
                        "JSON row of everything, /other: is not a column of everything; it has boolean, int32, int64");
    }
}
