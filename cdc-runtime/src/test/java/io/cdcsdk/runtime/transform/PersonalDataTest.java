package io.cdcsdk.runtime.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found inside texts, and what is not. */
class PersonalDataTest {
    private static final TableSchema NOTES = TableSchema.builder(TableId.of("note"))
            .column("text", LogicalType.STRING)
            .column("json", LogicalType.JSON)
            .column("list", LogicalType.array(LogicalType.STRING))
            .build();

    private final Mask both = Mask.table("note").detectAndRedact(PersonalData.EMAIL_ADDRESS, PersonalData.PHONE_NUMBER);

    private static Row masked(Mask mask, @Nullable Object... values) {
        RowChange insert = RowChange.insert(Row.of(NOTES, values), People.at(1));
        return ((RowChange) Objects.requireNonNull(People.apply(mask, insert))).image();
    }

    private String inText(String text) {
        return masked(both, text, null, null).string(0);
    }

    private String inJson(String json) {
        return masked(both, null, json, null).string(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    max@example.com                        | ***
                    write to max@example.com.              | write to ***.
                    max.muster+news@mail.example.co.uk!    | ***!
                    <max@example.com>, (eva@example.org)   | <***>, (***)
                    „max@example.com“                      | „***“
                    mailto:max@example.com?subject=x       | mailto:***?subject=x
                    user=max@example.com&page=2            | user=***&page=2
                    o.brien's: o'brien@example.ie          | o.brien's: ***
                    "'max@example.com'"                    | "'***'"
                    **max@example.com**                    | *******
                    jörg@müller.de und eva@пример.рф       | *** und ***
                    max@example.com-old                    | ***-old
                    max@xn--mller-kva.xn--p1ai             | ***
                    MAX_MUSTER@EXAMPLE.COM                 | ***
                    a@b.co;c@d.co                          | ***;***
                    x12345678@example.com                  | ***
                    max@my_host.example.com                | ***
                    """)
    void findsEmailAddresses(String text, String expected) {
        assertThat(inText(text)).isEqualTo(expected);
    }

    @Test
    void textWithoutSpaceAroundAnAddressGoesWithIt() {
        assertThat(inText("联系max@example.com谢谢 ok")).isEqualTo("*** ok");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@max",
                "max@",
                "max @ example.com",
                "max@localhost",
                "react@18.2.0",
                "a@b",
                "@@@...",
                "x@.com",
                "user@192.168.0.1",
                "ends with @",
                "..@example.com"
            })
    void findsNoEmailAddress(String text) {
        assertThat(inText(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+4915112345678",
                "+49 151 12345678",
                "+49 (0)151 / 123 456 78",
                "+49-151-12345678",
                "+1 (555) 123-4567",
                "+1-555-123-4567",
                "+1.555.123.4567",
                "+44 20 7946 0958",
                "+44 (0)20 7946 0958",
                "+33 1 23 45 67 89",
                "+90 (212) 123 45 67",
                "+86 138 0013 8000",
                "+49 151 12345678 x12",
                "+49\u00a0151\u00a012345678",
                "0049 151 12345678",
                "00 49 30 1234567",
                "(555) 123-4567",
                "(555)123-4567",
                "1 (555) 123-4567",
                "(030) 1234567",
                "(03) 9123 4567",
                "(11) 91234-5678",
                "555-123-4567",
                "555.123.4567",
                "555 123 4567",
                "1-800-555-0199",
                "555-123-4567 ext. 89",
                "555-123-4567x89",
                "030 1234567",
                "0151-12345678",
                "0151/12345678",
                "0151 / 123 456 78",
                "020 7946 0958",
                "01 23 45 67 89",
                "01.23.45.67.89",
                "0800 123 4567",
                "06221 1234567"
            })
    void findsPhoneNumbers(String number) {
        assertThat(inText(number)).isEqualTo("***");
        assertThat(inText("call " + number + " now")).isEqualTo("call *** now");
        assertThat(inText("Tel.: " + number + ".")).isEqualTo("Tel.: ***.");
        assertThat(inText("tel:" + number + ", fax: none")).isEqualTo("tel:***, fax: none");
        assertThat(inText("<" + number + ">\n")).isEqualTo("<***>\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-01-15",
                "15.01.2024",
                "01.02.2024",
                "01/15/2024",
                "1/5/2024",
                "01-02-2024",
                "2024/01/15",
                "2024-01-15 10:30:00",
                "2024-01-15 10:30:00.123456",
                "2024-01-15T10:30:00+0100",
                "2024-01-15T10:30:00.123456789Z",
                "01.02.2024 10:30:15",
                "01.02.2024 1030",
                "01.02.2024-05.02.2024",
                "01.02.2024 - 05.02.2024",
                "20240115103000",
                "10:15 0123456",
                "550e8400-e29b-41d4-a716-446655440000",
                "12345678-1234-1234-1234-123456789012",
                "01234567-0123-4567-8901-012345678901",
                "a0b0c0d0-0123-4567-8901-abcdef012345",
                "1234567890123",
                "order 1002003004",
                "order 4711-0815-12",
                "04711081512",
                "ORD-2024-000123456",
                "DE89 3704 0044 0532 0130 00",
                "DE89370400440532013000",
                "GB29 NWBK 6016 1331 9268 19",
                "FR14 2004 1010 0505 0001 3M02 606",
                "4111 1111 1111 1111",
                "4111111111111111",
                "192.168.100.200",
                "255.255.255.255",
                "10.0.0.1:8080",
                "00-14-22-01-23-45",
                "01-23-45-67-89-01",
                "978-3-16-148410-0",
                "0-306-40615-2",
                "123-45-6789",
                "02134-1234",
                "1,234,567.89",
                "1234567.8901",
                "0.12345678901",
                "52.520008 13.404954",
                "5+12345678",
                "1e+12345678",
                "+123",
                "+12345678901234567890",
                "v1.030.1234567",
                "t1.aB--0151-1234567",
                "sha1 0151-12345678abcdef",
                "1 2 3 4 5 6 7 8 9 10",
                "(2024) 123-4567",
                "#0x0123456789"
            })
    void findsNoPhoneNumber(String text) {
        assertThat(inText(text)).isEqualTo(text);
        assertThat(inText("see " + text + " there")).isEqualTo("see " + text + " there");
    }

    @Test
    void findsSeveralOfBothKinds() {
        assertThat(inText("max@example.com 030 1234567; +49 151 12345678 +1 555 123 4567, eva@example.com"))
                .isEqualTo("*** ***; *** ***, ***");
    }

    @Test
    void leavesJsonValid() {
        assertThat(inJson("{\"mail\":\"max@example.com\",\"phone\":\"+49 151 12345678\",\"id\":4915112345678}"))
                .isEqualTo("{\"mail\":\"***\",\"phone\":\"***\",\"id\":4915112345678}");
        assertThat(inJson("[\"a\\nmax@example.com\\n030 1234567\\t\"]")).isEqualTo("[\"a\\n***\\n***\\t\"]");
        assertThat(inJson("[\"C:\\\\nmax@example.com\"]")).isEqualTo("[\"C:\\\\***\"]");
        assertThat(inJson("[\"\\u003cmax@example.com\\u003e\"]")).isEqualTo("[\"\\u003c***\\u003e\"]");
        assertThat(inJson("[\"j\\u00f6rg@m\\u00fcller.de\"]")).isEqualTo("[\"***\"]");
        assertThat(inJson("[\"0151\\/12345678\"]")).isEqualTo("[\"***\"]");
        assertThat(inJson("[\"\\n@example.com\"]")).isEqualTo("[\"\\n@example.com\"]");
    }

    @Test
    void plainTextHasNoEscapes() {
        assertThat(inText("C:\\next@example.com")).isEqualTo("C:\\***");
    }

    @Test
    void looksIntoArrays() {
        Row row = masked(both, null, null, Arrays.asList("max@example.com", null, "plain"));
        assertThat(row.value(2)).isEqualTo(Arrays.asList("***", null, "plain"));
        assertThat(masked(both, null, null, List.of("plain")).value(2)).isEqualTo(List.of("plain"));
    }

    @Test
    void findsOnlyTheKindsAskedFor() {
        String text = "max@example.com 030 1234567";
        assertThat(masked(Mask.table("*").detectAndRedact(PersonalData.EMAIL_ADDRESS), text, null, null)
                        .string(0))
                .isEqualTo("*** 030 1234567");
        assertThat(masked(Mask.table("*").detectAndRedact(PersonalData.PHONE_NUMBER), text, null, null)
                        .string(0))
                .isEqualTo("max@example.com ***");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void survivesAnyText(long seed) {
        Random random = new Random(seed);
        String letters = "ab.@+-/()_ 0123456789\\nu00e4{}\"'äß谢\ud83d\ude00";
        for (int i = 0; i < 5000; i++) {
            String text = random.ints(random.nextInt(60), 0, letters.length())
                    .mapToObj(c -> letters.substring(c, c + 1))
                    .reduce("", String::concat);
            Row row = masked(both, text, text, List.of(text));
            // What is left holds nothing more to find, so that masking twice is masking once.
            assertThat(masked(both, row.string(0), null, null).string(0)).isEqualTo(row.string(0));
        }
    }
}
