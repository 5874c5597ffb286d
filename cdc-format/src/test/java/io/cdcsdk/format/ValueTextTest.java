package io.cdcsdk.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTextTest {
    private static final String ALPHABET = "0123456789012345678901234567890123456789-+.:TZ eE[]\",xtfn\u0661";

    @ParameterizedTest(name = "{0}, seed 1")
    @EnumSource(LogicalType.Kind.class)
    void everyValueComesBackFromItsText(LogicalType.Kind kind) {
        Random random = new Random(1);
        for (int i = 0; i < 5_000; i++) {
            LogicalType type = RandomValues.type(random, kind);
            Row row = Row.of(Texts.schema(type), RandomValues.value(random, type));
            String text = ValueText.of(row, 0);
            assertThat(ValueText.of(Texts.parse(type, text), 0))
                    .as(type + " " + text)
                    .isEqualTo(text);
            assertThat(Texts.parse(type, text))
                    .as(type + " " + text)
                    .isEqualTo(row.toBuilder().build());
        }
    }

    @ParameterizedTest(name = "{0}, seed 2")
    @EnumSource(LogicalType.Kind.class)
    void anyTextIsAValueOrAnIllegalArgument(LogicalType.Kind kind) {
        Random random = new Random(2);
        for (int i = 0; i < 5_000; i++) {
            LogicalType type = RandomValues.type(random, kind);
            String text = random.nextBoolean() ? garbage(random) : damaged(random, type);
            Row.Builder builder = Row.builder(Texts.schema(type));
            try {
                ValueParsers.of(type).parse(text.toCharArray(), 0, text.length(), builder, 0);
            } catch (IllegalArgumentException e) {
                assertThat(e).as(text).isExactlyInstanceOf(IllegalArgumentException.class);
                assertThat(e).hasMessageStartingWith("expected ").hasNoCause();
                continue;
            }
            Row row = builder.build();
            assertThat(Texts.parse(type, ValueText.of(row, 0)))
                    .as(type + " " + text)
                    .isEqualTo(row);
        }
    }

    private static String garbage(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    private static String damaged(Random random, LogicalType type) {
        StringBuilder text = new StringBuilder(Texts.text(type, RandomValues.value(random, type)));
        int place = random.nextInt(text.length() + 1);
        char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        switch (random.nextInt(3)) {
            case 0 -> text.insert(place, c);
            case 1 -> text.setLength(place);
            default -> text.replace(place, Math.min(place + 1, text.length()), String.valueOf(c));
        }
        return text.toString();
    }

    @Test
    void appendsBehindWhatIsThere() {
        StringBuilder out = new StringBuilder("x=");
        ValueText.append(out, Row.of(Texts.schema(LogicalType.STRING), "y"), 0);
        assertThat(out).hasToString("x=y");
    }

    @Test
    void aColumnWithoutAValueHasNoText() {
        Row row = Row.builder(Texts.schema(LogicalType.STRING)).setNull(0).build();
        assertThatThrownBy(() -> ValueText.of(row, 0)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00ff", "00FF", "0x00ff", "0X00fF", "\\x00ff"})
    void readsBytesWithAndWithoutPrefix(String text) {
        assertThat((byte[]) Texts.value(LogicalType.BYTES, text)).containsExactly(0, 0xff);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x", "\\x"})
    void readsNoBytes(String text) {
        assertThat((byte[]) Texts.value(LogicalType.BYTES, text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0x0", "gg", "0\u0660", "00 ff", "x00"})
    void refusesWhatIsNoBytes(String text) {
        assertThatThrownBy(() -> Texts.parse(LogicalType.BYTES, text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected bytes, an even number of hexadecimal digits such as 00ff");
    }

    @Test
    void readsAndWritesUuids() {
        UUID uuid = UUID.fromString("123e4567-e89b-12d3-a456-426614174000");
        assertThat(Texts.value(LogicalType.UUID, "123E4567-E89B-12D3-A456-426614174000"))
                .isEqualTo(uuid);
        assertThat(Texts.text(LogicalType.UUID, uuid)).isEqualTo(uuid.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1-1-1-1-1",
                "123e4567e89b12d3a456426614174000",
                "123e4567-e89b-12d3-a456-42661417400g",
                "123e4567-e89b-12d3-a456+426614174000",
                "{123e4567-e89b-12d3-a456-426614174000}"
            })
    void refusesWhatIsNoUuid(String text) {
        assertThatThrownBy(() -> Texts.parse(LogicalType.UUID, text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected uuid, such as 123e4567-e89b-12d3-a456-426614174000");
    }

    @Test
    void readsArrays() {
        LogicalType type = LogicalType.array(LogicalType.array(LogicalType.INT64));
        assertThat(Texts.value(type, " [[1, null], [], null, [\"-9223372036854775808\"]] "))
                .isEqualTo(
                        Arrays.asList(Arrays.asList(1L, null), Arrays.asList(), null, Arrays.asList(Long.MIN_VALUE)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "[1", "[1]]", "[1] 2", "{1,2}", "null", "[1.5]", "[true]", "[[1]]", "[{}]"})
    void refusesWhatIsNoArray(String text) {
        assertThatThrownBy(() -> Texts.parse(LogicalType.array(LogicalType.INT64), text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected ");
    }
}
