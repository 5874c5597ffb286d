package io.cdcsdk.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableIdTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "orders, ``, orders", "shop.orders, shop, orders", "\"a.b\".c, a.b, c", "a.\"b.c\", a, b.c",
                "\"a.b\", ``, a.b", "a.\"b\"\"c\", a, b\"c", "\"\"\"\", ``, \"", "a b.c-d, a b, c-d"
            })
    void readsAndWrites(String text, String schema, String name) {
        assertThat(TableId.parse(text)).isEqualTo(TableId.of(schema, name));
        assertThat(TableId.of(schema, name)).hasToString(text);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void everyNameComesBackFromItsText(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            TableId table = TableId.of(name(random, 0), name(random, 1));
            assertThat(TableId.parse(table.toString())).isEqualTo(table);
        }
    }

    private static String name(Random random, int least) {
        StringBuilder name = new StringBuilder();
        for (int i = least + random.nextInt(5); i > 0; i--) {
            name.append("a.\" \u00e9".charAt(random.nextInt(5)));
        }
        return name.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b.c", "\"a", "a\"", "a\"b", "\"a\"b", "\"a\"\"", "\"a\"b\"", "\"", "x.\"a"})
    void refusesWhatIsNoTable(String text) {
        assertThatThrownBy(() -> TableId.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "'" + text
                                + "' is not a table: expected schema.name, with double quotes around a part with dots or quotes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.", "\"\"", "a.\"\""})
    void aTableNeedsAName(String text) {
        assertThatThrownBy(() -> TableId.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a table needs a name");
    }

    @Test
    void sortsBySchemaThenName() {
        assertThat(new TableId[] {TableId.of("z"), TableId.of("a", "c"), TableId.of("a", "d"), TableId.of("b", "a")})
                .isSorted();
    }
}
