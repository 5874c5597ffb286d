package io.cdcsdk.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterRecord.Fault;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.DeadLetterRecord.Outdated;
import io.cdcsdk.api.DeadLetterRecord.Replay;
import io.cdcsdk.api.DeadLetterRecord.Resolution;
import io.cdcsdk.api.DeadLetterRecord.Resolved;
import io.cdcsdk.api.DeadLetterRecord.Settled;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDeadLettersTest {
    private static final Instant TIME = Instant.parse("2026-11-21T19:33:07.120Z");
    private static final String LETTER =
            "{\"record\":\"letter\",\"lane\":\"1\",\"position\":\"1:0:42:\",\"keys\":[\"9f\"],"
                    + "\"transforms\":2,\"attempts\":1,\"time\":\"2026-11-21T19:33:07.120Z\"}";

    @Test
    void writesTheDocumentedForm() {
        assertThat(JsonDeadLetters.write(new JsonDeadLetters.Header("s", 7)))
                .isEqualTo("{\"format\":\"cdc-dead-letters/1\",\"session\":\"s\",\"first\":7}");
        assertThat(JsonDeadLetters.write(new Letter("1", Position.of(42), null, List.of("9f"), null, 2, null, 1, TIME)))
                .isEqualTo(LETTER);
        Fault fault = new Fault(ErrorCategory.TOO_LATE, "it \"came\"\n2 days late", "java.lang.Error");
        assertThat(JsonDeadLetters.write(
                        new Letter("1", Position.of(42), "shop.t", List.of(), null, 0, fault, 0, TIME)))
                .contains("\"target\":\"shop.t\",\"keys\":[],\"transforms\":0,\"fault\":{\"category\":\"too-late\","
                        + "\"message\":\"it \\\"came\\\"\\n2 days late\",\"failure\":\"java.lang.Error\"}");
        assertThat(JsonDeadLetters.write(
                        new Letter("1", Position.of(42), null, List.of("9f"), null, "1,\"x\"", 2, null, null, 1, TIME)))
                .isEqualTo(LETTER.substring(0, LETTER.length() - 1) + ",\"content\":\"1,\\\"x\\\"\"}");
        assertThat(JsonDeadLetters.write(
                        new Replay(3, "t", List.of(new Id("a", 1), new Id("a", 0), new Id("b", 5), new Id("a", 2)))))
                .isEqualTo("{\"record\":\"replay\",\"number\":3,\"target\":\"t\",\"letters\":["
                        + "{\"session\":\"a\",\"indexes\":[1,0]},{\"session\":\"b\",\"indexes\":[5]},"
                        + "{\"session\":\"a\",\"indexes\":[2]}]}");
        assertThat(JsonDeadLetters.write(new Resolved(List.of(), Resolution.REPLAYED)))
                .isEqualTo("{\"record\":\"resolved\",\"how\":\"replayed\",\"letters\":[]}");
        assertThat(JsonDeadLetters.write(new Settled(Map.of("b", 2L, "a", 0L))))
                .isEqualTo("{\"record\":\"settled\",\"records\":{\"a\":0,\"b\":2}}");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void readsBackWhatItWrote(long seed) {
        Random random = new Random(seed);
        JsonDeadLetters.Reader reader = JsonDeadLetters.reader();
        for (int i = 0; i < 300; i++) {
            DeadLetterRecord record = record(random);
            String text = JsonDeadLetters.write(record);
            assertThat(text).doesNotContain("\n");
            assertThat(reader.read(text)).isEqualTo(record);
        }
    }

    private static DeadLetterRecord record(Random random) {
        return switch (random.nextInt(7)) {
            case 3 -> new Outdated(ids(random));
            case 0 -> new Replay(random.nextLong(), RandomValues.text(random), ids(random));
            case 1 -> new Resolved(ids(random), Resolution.values()[random.nextInt(Resolution.values().length)]);
            case 2 -> new Settled(Map.of(RandomValues.text(random) + "1", random.nextLong(), "2", 0L));
            default ->
                new Letter(
                        RandomValues.text(random),
                        Position.of(random.nextLong(), RandomValues.text(random), random.nextLong()),
                        random.nextBoolean() ? null : RandomValues.text(random),
                        random.nextBoolean() ? List.of() : List.of(RandomValues.text(random), "b"),
                        random.nextInt(4) == 0 ? null : RandomEvents.event(random),
                        random.nextBoolean() ? null : RandomValues.text(random),
                        random.nextInt(),
                        random.nextBoolean() ? null : RandomValues.text(random),
                        random.nextBoolean()
                                ? null
                                : new Fault(
                                        ErrorCategory.values()[random.nextInt(ErrorCategory.values().length)],
                                        RandomValues.text(random),
                                        RandomValues.text(random)),
                        random.nextInt(),
                        random.nextBoolean() ? Instant.MAX : Instant.ofEpochSecond(random.nextInt(), random.nextInt()));
        };
    }

    private static List<Id> ids(Random random) {
        return random.ints(random.nextInt(20), 0, 3)
                .mapToObj(session -> new Id(session + RandomValues.text(random), random.nextLong()))
                .toList();
    }

    @Test
    void leavesEventsOutWhereTheyAreNotWanted() {
        Letter letter = new Letter(
                "1", Position.of(42), null, List.of("9f"), RandomEvents.event(new Random(4)), 2, null, 1, TIME);
        assertThat(JsonDeadLetters.readerWithoutEvents().read(JsonDeadLetters.write(letter)))
                .isEqualTo(JsonDeadLetters.reader().read(LETTER));
    }

    @Test
    void readsFieldsInAnyOrder() {
        assertThat(JsonDeadLetters.reader().read("{\"letters\":[], \"how\":\"dropped\", \"record\":\"resolved\"} "))
                .isEqualTo(new Resolved(List.of(), Resolution.DROPPED));
        assertThat(JsonDeadLetters.readHeader("{\"first\":1,\"session\":\"é\",\"format\":\"cdc-dead-letters/1\"}"))
                .isEqualTo(new JsonDeadLetters.Header("é", 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|a record needs the field 'record'",
                "{\"record\":\"what\"}|/record: expected one of letter, replay, resolved, outdated, settled",
                "{\"record\":\"settled\"}|a record that is a settled needs the field 'records'",
                "{\"record\":\"settled\",\"records\":{},\"lane\":\"\"}|a record that is a settled has no field 'lane'",
                "{\"record\":\"settled\",\"records\":{\"a\":\"b\"}}|/records/a: expected a whole number",
                "{\"record\":\"settled\",\"more\":1}|/more: is not a field of a record",
                "{\"record\":\"letter\",\"time\":\"soon\"}|/time: expected a time in UTC",
                "{\"record\":\"letter\",\"attempts\":4294967296}|/attempts: expected a whole number of 32 bits",
                "{\"record\":\"resolved\",\"letters\":[{\"session\":\"a\"}]}|letters need the fields session and indexes",
                "{\"record\":\"letter\",\"event\":{\"format\":\"cdc-event/1\"}}|an event needs the field 'event'",
                "{\"record\":\"letter\",\"event\":{|is cut off",
                "[]|expected an object"
            })
    void namesWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> JsonDeadLetters.reader().read(text))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesAHeaderOfAnotherFormat() {
        assertThatThrownBy(() ->
                        JsonDeadLetters.readHeader("{\"format\":\"cdc-dead-letters/2\",\"session\":\"s\",\"first\":0}"))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("reads up to cdc-dead-letters/1: run the version that wrote it");
        assertThatThrownBy(() -> JsonDeadLetters.readHeader("{\"format\":\"cdc-event/1\"}"))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining("'cdc-event/1' is not a format; expected cdc-dead-letters/1");
        assertThatThrownBy(() -> JsonDeadLetters.readHeader("{\"session\":\"s\",\"first\":0}"))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining("a header needs the fields format, session and first");
    }
}
