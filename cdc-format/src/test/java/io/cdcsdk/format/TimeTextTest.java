package io.cdcsdk.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {
    private static final int ROUNDS = 20_000;
    private static final long FIRST_DAY = LocalDate.of(0, 1, 1).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
    private static final DateTimeFormatter CANONICAL = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

    @Test
    void everyDayOfFourDigitYearsIsTheOneOfTheJdk() {
        StringBuilder text = new StringBuilder();
        List<LocalDate> wrong = new ArrayList<>();
        LocalDate date = LocalDate.ofEpochDay(FIRST_DAY);
        for (long day = FIRST_DAY; day <= LAST_DAY; day++, date = date.plusDays(1)) {
            text.setLength(0);
            CivilDays.append(text, day);
            if (CivilDays.toDays(date.getYear(), date.getMonthValue(), date.getDayOfMonth()) != day
                    || !date.toString().contentEquals(text)) {
                wrong.add(date);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(date).isEqualTo(LocalDate.of(10_000, 1, 1));
    }

    @Test
    void knowsWhichDaysThereAre() {
        for (int year = 0; year <= 9999; year++) {
            for (int month = 0; month <= 13; month++) {
                boolean isMonth = month >= 1 && month <= 12;
                int length = isMonth ? LocalDate.of(year, month, 1).lengthOfMonth() : 0;
                assertThat(CivilDays.isDate(year, month, length)).isEqualTo(isMonth);
                assertThat(CivilDays.isDate(year, month, length + 1)).isFalse();
            }
        }
        assertThat(CivilDays.isDate(2024, 1, 0)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1970-01-01",
                "1969-12-31",
                "0001-01-01",
                "0000-02-29",
                "9999-12-31",
                "2000-02-29",
                "2024-02-29",
                "+10000-01-01",
                "-0001-12-31",
                "+999999999-12-31",
                "-999999999-01-01"
            })
    void datesReadAndWriteTheSameText(String text) {
        assertThat(Texts.value(LogicalType.DATE, text)).isEqualTo(LocalDate.parse(text));
        assertThat(Texts.text(LogicalType.DATE, LocalDate.parse(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2023-02-29",
                "1900-02-29",
                "2024-13-01",
                "2024-00-10",
                "2024-01-00",
                "2024-01-32",
                "2024-1-1",
                "24-01-01",
                "2024/01/01",
                "20240101",
                "2024-01-01 ",
                "2024-01-01T00:00:00",
                "abcd-ef-gh"
            })
    void refusesWhatIsNoDate(String text) {
        assertThatThrownBy(() -> Texts.parse(LogicalType.DATE, text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected date, such as 2024-02-29");
    }

    @ParameterizedTest
    @CsvSource({
        "00:00:00, 00:00",
        "23:59:59.999999999, 23:59:59.999999",
        "12:30:45.1, 12:30:45.1",
        "12:30, 12:30",
        "12:30:45., 12:30:45",
        "01:02:03.000001, 01:02:03.000001",
        "01:02:03.0000009, 01:02:03"
    })
    void readsTimesAndCutsThemToMicroseconds(String text, LocalTime expected) {
        assertThat(Texts.value(LogicalType.TIME, text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "24:00:00",
                "12:60:00",
                "12:00:60",
                "1:00:00",
                "12:00:00.1234567890",
                "12:00:00,5",
                "12:00:00.x",
                "12:00:00Z",
                " 12:00:00",
                "-1:00:00"
            })
    void refusesWhatIsNoTime(String text) {
        assertThatThrownBy(() -> Texts.parse(LogicalType.TIME, text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected time, such as 23:59:59 or 23:59:59.999999");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void timestampsReadAsTheJdkDoes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            LocalDateTime timestamp = LocalDate.ofEpochDay(random.nextLong(FIRST_DAY, LAST_DAY + 1))
                    .atTime(LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000_000L)));
            String text = fraction(random, timestamp);
            LocalDateTime expected = LocalDateTime.parse(text).truncatedTo(ChronoUnit.MICROS);
            String either = random.nextBoolean() ? text : text.replace('T', ' ');
            assertThat(Texts.value(LogicalType.TIMESTAMP, either)).isEqualTo(expected);
            assertThat(Texts.text(LogicalType.TIMESTAMP, expected)).isEqualTo(CANONICAL.format(expected));

            ZoneOffset offset = ZoneOffset.ofTotalSeconds(random.nextInt(-18 * 60, 18 * 60 + 1) * 60);
            OffsetDateTime instant = expected.atOffset(offset);
            String zone = offset.getTotalSeconds() % 3600 == 0 && random.nextBoolean() && offset != ZoneOffset.UTC
                    ? offset.getId().substring(0, 3)
                    : random.nextBoolean() && offset != ZoneOffset.UTC
                            ? offset.getId().replace(":", "")
                            : offset.getId();
            assertThat(Texts.value(LogicalType.INSTANT, either + zone))
                    .as(either + zone)
                    .isEqualTo(instant.toInstant());
            assertThat(Texts.value(LogicalType.INSTANT, either)).isEqualTo(expected.toInstant(ZoneOffset.UTC));
            assertThat(Texts.text(LogicalType.INSTANT, expected.toInstant(ZoneOffset.UTC)))
                    .isEqualTo(CANONICAL.format(expected) + "Z");
        }
    }

    private static String fraction(Random random, LocalDateTime timestamp) {
        int digits = random.nextInt(10);
        String whole = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").format(timestamp);
        return digits == 0
                ? whole
                : whole + "."
                        + DateTimeFormatter.ofPattern("SSSSSSSSS")
                                .format(timestamp)
                                .substring(0, digits);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, Long.MAX_VALUE - 1, Long.MAX_VALUE})
    void theWholeRangeOfMicrosecondsComesBack(long micros) {
        for (LogicalType type : new LogicalType[] {LogicalType.TIMESTAMP, LogicalType.INSTANT}) {
            Row row = Row.builder(Texts.schema(type)).setPrimitive(0, micros).build();
            assertThat(Texts.parse(type, ValueText.of(row, 0)).primitive(0)).isEqualTo(micros);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1969-12-31 23:59:59.999999Z, 1969-12-31T23:59:59.999999Z",
        "2024-01-01t00:00:00z, 2024-01-01T00:00:00Z",
        "2024-01-01 00:00:00+18:00, 2023-12-31T06:00:00Z",
        "2024-01-01 00:00:00-00:30, 2024-01-01T00:30:00Z",
        "2024-01-01 00:00:00+01:02:03, 2023-12-31T22:57:57Z",
        "+12345-01-01 00:00:00, +12345-01-01T00:00:00Z",
        "-0044-03-15 12:00:00+01, -0044-03-15T11:00:00Z"
    })
    void readsInstants(String text, Instant expected) {
        assertThat(Texts.value(LogicalType.INSTANT, text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2024-01-01",
                "2024-01-01 00:00:00+",
                "2024-01-01 00:00:00+19",
                "2024-01-01 00:00:00+01:60",
                "2024-01-01 00:00:00 UTC",
                "2024-01-01 00:00:00ZZ",
                "2024-01-01 00:00:00+0x:00",
                "2024-02-30 00:00:00Z",
                "2024-01-01 25:00:00Z",
                "2024-01-01 00:00:00Z+01",
                "2024-01-01 "
            })
    void refusesWhatIsNoInstant(String text) {
        assertThatThrownBy(() -> Texts.parse(LogicalType.INSTANT, text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected instant, such as 2024-02-29 23:59:59Z or 2024-02-29T23:59:59.999999+02:00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2024-01-01", "2024-01-01 00:00:00Z", "2024-01-01  00:00:00", "2024-01-01_00:00:00"})
    void refusesWhatIsNoTimestamp(String text) {
        assertThatThrownBy(() -> Texts.parse(LogicalType.TIMESTAMP, text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected timestamp, such as 2024-02-29 23:59:59 or 2024-02-29T23:59:59.999999");
    }

    @Test
    void refusesTimestampsThatDoNotFitMicroseconds() {
        assertThatThrownBy(() -> Texts.parse(LogicalType.TIMESTAMP, "+300000-01-01 00:00:00"))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("within 290000 years from 1970");
    }
}
