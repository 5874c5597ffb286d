package io.cdcsdk.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SourceOrder;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transaction;
import io.cdcsdk.api.Truncate;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonEventsTest {
    private static final TableSchema ORDERS = TableSchema.builder(TableId.of("shop", "orders"))
            .key("id", LogicalType.INT64)
            .column("amount", LogicalType.decimal(10, 2))
            .column("note", LogicalType.STRING)
            .build();
    private static final String SCHEMA =
            "{\"table\":\"shop.orders\",\"version\":1,\"columns\":[{\"name\":\"id\",\"type\":\"int64\",\"required\":true},"
                    + "{\"name\":\"amount\",\"type\":\"decimal(10,2)\"},{\"name\":\"note\",\"type\":\"string\"}],"
                    + "\"key\":[\"id\"]}";
    private static final String UPDATE = "{\"format\":\"cdc-event/1\",\"event\":\"update\",\"position\":\"1:0:42:\","
            + "\"time\":\"2024-02-29 23:59:59.000000Z\",\"transaction\":{\"id\":\"771\",\"events\":3},"
            + "\"order\":\"23423.1\",\"schema\":" + SCHEMA + ",\"before\":{\"id\":1},"
            + "\"after\":{\"id\":1,\"amount\":\"12.50\",\"note\":{\"state\":\"unavailable\"}}}";

    private static RowChange update() {
        long time =
                TimeUnit.SECONDS.toMicros(Instant.parse("2024-02-29T23:59:59Z").getEpochSecond());
        Row.Builder row = Row.builder(ORDERS);
        return RowChange.update(
                row.set("id", 1L).build(),
                row.set("id", 1L)
                        .set("amount", new BigDecimal("12.50"))
                        .setUnavailable(2)
                        .build(),
                new Origin(Position.of(42), time, new Transaction("771", 3), new SourceOrder(23423, 1)));
    }

    @Test
    void writesTheDocumentedForm() {
        assertThat(JsonEvents.write(update())).isEqualTo(UPDATE);
    }

    @Test
    void readsTheDocumentedForm() {
        assertThat(JsonEvents.read(UPDATE)).isEqualTo(update());
    }

    @Test
    void leavesOutWhatTheSourceDidNotTell() {
        Truncate truncate = new Truncate(ORDERS, Origin.at(Position.of(3, "a\"b", 1)));
        assertThat(JsonEvents.write(truncate))
                .isEqualTo(
                        "{\"format\":\"cdc-event/1\",\"event\":\"truncate\",\"position\":\"1:3:1:a\\\"b\",\"schema\":"
                                + SCHEMA + "}");
        assertThat(JsonEvents.read(JsonEvents.write(truncate))).isEqualTo(truncate);
    }

    @Test
    void readsFieldsInAnyOrder() {
        String sorted = "{\"after\":{\"note\":null,\"id\":1},\"event\":\"insert\",\"format\":\"cdc-event/1\","
                + "\"position\":\"1:0:42:\",\"schema\":" + SCHEMA + "}";
        assertThat(JsonEvents.read(sorted))
                .isEqualTo(RowChange.insert(
                        Row.builder(ORDERS).set("id", 1L).setNull(2).build(), Origin.at(Position.of(42))));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyEventComesBackAlsoThroughUtf8(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            ChangeEvent event = RandomEvents.event(random);
            String line = JsonEvents.write(event);
            assertThat(line).doesNotContain("\n", "\r");
            String stored = new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            ChangeEvent read = JsonEvents.read(stored);
            assertThat(read).isEqualTo(event);
            assertThat(JsonEvents.write(read)).isEqualTo(line);
        }
    }

    @Test
    void aReaderSharesEqualSchemas() {
        JsonEvents.Reader reader = JsonEvents.reader();
        TableSchema first = reader.read(UPDATE).schema();
        assertThat(reader.read(UPDATE.replace("1:0:42:", "1:0:43:")).schema()).isSameAs(first);
        String other = UPDATE.replace("\"version\":1", "\"version\":2");
        assertThat(reader.read(other).schema()).isNotEqualTo(first);
        assertThat(JsonEvents.read(UPDATE).schema()).isEqualTo(first).isNotSameAs(first);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {6})
    void aLineThatIsCutOffIsABadRecord(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            String line = JsonEvents.write(RandomEvents.event(random));
            String cut = line.substring(0, random.nextInt(line.length()));
            assertThatThrownBy(() -> JsonEvents.read(cut)).as(cut).isInstanceOf(BadRecord.class);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {7, 8})
    void aDamagedLineIsABadRecordOrNoPosition(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder damaged = new StringBuilder(UPDATE);
            damaged.setCharAt(random.nextInt(damaged.length()), (char) (' ' + random.nextInt(95)));
            try {
                JsonEvents.read(damaged.toString());
            } catch (BadRecord | Fatal e) {
                assertThat(e).hasMessageMatching("(?s)(JSON event|'|position ').+");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            cdc-event/1 | cdc-event/2 | JSON event has the format cdc-event/2, and this library reads up to cdc-event/1: run the version that wrote it, or a newer one
            1:0:42:     | 2:0:42:     | position '2:0:42:' has format version 2, and this library reads up to 1: run the version that wrote it, or a newer one
            1:0:42:     | somewhere   | 'somewhere' is not a position; expected version:epoch:offset:path
            """)
    void aNewerVersionOrNoPositionIsFatal(String found, String replacement, String message) {
        assertThatThrownBy(() -> JsonEvents.read(UPDATE.replace(found, replacement)))
                .isExactlyInstanceOf(Fatal.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, quoteCharacter = '`', textBlock = """
            cdc-event/1              | cdc-event/0          | JSON event, /format: 'cdc-event/0' is not a format; expected cdc-event/1
            cdc-event/1              | cdc-schema/1         | JSON event, /format: 'cdc-schema/1' is not a format; expected cdc-event/1
            cdc-event/1              | cdc-event/x          | JSON event, /format: 'cdc-event/x' is not a format; expected cdc-event/1
            "event":"update"         | "event":"upsert"     | JSON event, /event: 'upsert' is not an event; expected one of snapshot-row, insert, update, delete, truncate, schema-change, snapshot-started, snapshot-completed
            "event":"update"         | "event":"truncate"   | JSON event, /event: truncate has no row
            "event":"update"         | "event":"insert"     | JSON event, as a whole: INSERT at 1:0:42: with before and with after
            "event":"update",        | ``                   | JSON event, as a whole: an event needs the field 'event'
            "order":                 | "sequence":          | JSON event, /sequence: is not a field of an event
            "order":                 | "time":              | JSON event, /time: stands there twice
            "23423.1"                | "23423"              | JSON event, /order: '23423' is not a source order; expected major.minor
            "23423.1"                | "a.b"                | JSON event, /order: expected a source order, two whole numbers such as 23423.1
            "23423.1"                | null                 | JSON event, /order: expected a string, and found null
            23:59:59                 | 25:59:59             | JSON event, /time: expected instant, such as 2024-02-29 23:59:59Z or 2024-02-29T23:59:59.999999+02:00
            "events":3               | "events":3.5         | JSON event, /transaction/events: expected a whole number, and found a number
            "events":3               | "events":99999999999999999999 | JSON event, /transaction/events: expected a whole number from -9223372036854775808 to 9223372036854775807
            "id":"771",              | ``                   | JSON event, /transaction: a transaction needs the field 'id'
            "amount":"12.50"         | "amount":"12.505"    | JSON event, /after/amount: expected decimal(10,2), a number of at most 8 digits before the point and 2 behind it
            "amount":"12.50"         | "amount":true        | JSON event, /after/amount: expected decimal(10,2) as a number or a string, and found a boolean
            "amount":"12.50"         | "amount":[1]         | JSON event, /after/amount: expected decimal(10,2) as a number or a string, and found an array
            "amount":"12.50"         | "id":2               | JSON event, /after/id: stands there twice
            "amount":"12.50"         | "total":2            | JSON event, /after/total: is not a column of shop.orders; it has id, amount, note
            "state":"unavailable"    | "state":"unknown"    | JSON event, /after/note/state: expected a value, null or {"state":"unavailable"}
            {"state":"unavailable"}  | {}                   | JSON event, /after/note: expected a value, null or {"state":"unavailable"}
            "before":{"id":1}        | "before":[1]         | JSON event, /before: expected an object, and found an array
            "before":{"id":1}        | "before":{"id":1.5}  | JSON event, /before/id: expected int64, a whole number from -9223372036854775808 to 9223372036854775807
            "type":"decimal(10,2)"   | "type":"money"       | JSON event, /schema/columns/1/type: 'money' is not a type: expected boolean, int32, int64, float32, float64, decimal(precision,scale), string, bytes, date, time, timestamp, instant, uuid, json or array(type)
            "key":["id"]             | "key":["no"]         | JSON event, /schema: the key of shop.orders names a column 'no' that it does not have; it has id, amount, note
            "version":1              | "version":0          | JSON event, /schema/version: expected a version, a whole number from 1 to 2147483647
            "required":true          | "required":1         | JSON event, /schema/columns/0/required: expected true or false, and found a number
            """)
    void namesThePlaceOfEveryMistake(String found, String replacement, String message) {
        assertThat(UPDATE).contains(found);
        assertThatThrownBy(() -> JsonEvents.read(UPDATE.replace(found, replacement)))
                .isExactlyInstanceOf(BadRecord.class)
                .hasMessage(message);
    }

    @Test
    void namesTheCharacterWhereTheTextIsNoJson() {
        assertThatThrownBy(() -> JsonEvents.read("{\"format\":secret}"))
                .isExactlyInstanceOf(BadRecord.class)
                .hasMessageStartingWith("JSON event is not valid JSON at character 1")
                .hasMessageNotContaining("secret")
                .hasNoCause();
        assertThatThrownBy(() -> JsonEvents.read(UPDATE.substring(0, 20)))
                .isExactlyInstanceOf(BadRecord.class)
                .hasMessageStartingWith("JSON event is cut off: the JSON ends at character 2");
        assertThatThrownBy(() -> JsonEvents.read(UPDATE + "{}"))
                .isExactlyInstanceOf(BadRecord.class)
                .hasMessageStartingWith("JSON event goes on after its end: there is an object at character ");
        assertThatThrownBy(() -> JsonEvents.read(""))
                .isExactlyInstanceOf(BadRecord.class)
                .hasMessage("JSON event, as a whole: expected an object, and found the end");
    }
}
