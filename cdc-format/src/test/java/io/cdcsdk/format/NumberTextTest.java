package io.cdcsdk.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.LogicalType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberTextTest {
    private static final int ROUNDS = 20_000;

    @ParameterizedTest
    @ValueSource(strings = {"true", "TRUE", "True", "t", "T", "1", "yes", "YES"})
    void readsTrue(String text) {
        assertThat(Texts.value(LogicalType.BOOLEAN, text)).isEqualTo(true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "FALSE", "f", "F", "0", "no", "No"})
    void readsFalse(String text) {
        assertThat(Texts.value(LogicalType.BOOLEAN, text)).isEqualTo(false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "tru", "truee", " true", "on", "\u0131"})
    void refusesOtherBooleans(String text) {
        assertThatThrownBy(() -> Texts.parse(LogicalType.BOOLEAN, text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected boolean: true, t, 1, yes, false, f, 0 or no");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void readsWholeNumbersOfEveryLength(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            long number = random.nextLong() >> random.nextInt(64);
            String zeros = "0".repeat(random.nextInt(25));
            String text = number < 0 ? "-" + zeros + Long.toString(number).substring(1) : zeros + number;
            assertThat(Texts.value(LogicalType.INT64, text)).isEqualTo(number);
            assertThat(Texts.text(LogicalType.INT64, number)).isEqualTo(Long.toString(number));
            if (number == (int) number) {
                assertThat(Texts.value(LogicalType.INT32, text)).isEqualTo((int) number);
            } else {
                assertThatThrownBy(() -> Texts.parse(LogicalType.INT32, text))
                        .isExactlyInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {4, 5})
    void refusesWholeNumbersBeyondTheRange(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            BigInteger number = new BigInteger(60 + random.nextInt(10), random);
            BigInteger signed = random.nextBoolean() ? number : number.negate();
            if (signed.bitLength() < Long.SIZE) {
                assertThat(Texts.value(LogicalType.INT64, signed.toString())).isEqualTo(signed.longValueExact());
            } else {
                assertThatThrownBy(() -> Texts.parse(LogicalType.INT64, signed.toString()))
                        .isExactlyInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void readsTheEdgesOfWholeNumbers() {
        assertThat(Texts.value(LogicalType.INT64, "9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertThat(Texts.value(LogicalType.INT64, "-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
        assertThat(Texts.value(LogicalType.INT64, "+7")).isEqualTo(7L);
        assertThat(Texts.value(LogicalType.INT32, "2147483647")).isEqualTo(Integer.MAX_VALUE);
        assertThat(Texts.value(LogicalType.INT32, "-2147483648")).isEqualTo(Integer.MIN_VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+",
                "1.0",
                " 1",
                "1 ",
                "--1",
                "1e3",
                "0x1",
                "9223372036854775808",
                "-9223372036854775809",
                "99999999999999999999",
                "\u0661"
            })
    void refusesWhatIsNoInt64(String text) {
        assertThatThrownBy(() -> Texts.parse(LogicalType.INT64, text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected int64, a whole number from -9223372036854775808 to 9223372036854775807");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2147483648", "-2147483649", "4294967296", "99999999999999999999"})
    void refusesWhatIsNoInt32(String text) {
        assertThatThrownBy(() -> Texts.parse(LogicalType.INT32, text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected int32, a whole number from -2147483648 to 2147483647");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {6, 7, 8})
    void readsFloatingNumbersAsTheJdkDoes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            String text = randomNumber(random);
            assertThat(Texts.parse(LogicalType.FLOAT64, text).primitive(0))
                    .as(text)
                    .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(text)));
            assertThat((int) Texts.parse(LogicalType.FLOAT32, text).primitive(0))
                    .as(text)
                    .isEqualTo(Float.floatToRawIntBits(Float.parseFloat(text)));
        }
    }

    private static String randomNumber(Random random) {
        long digits = random.nextLong() >>> 1 + random.nextInt(63);
        String text = switch (random.nextInt(4)) {
            case 0 -> Long.toString(digits);
            case 1 -> BigDecimal.valueOf(digits, random.nextInt(30)).toPlainString();
            case 2 -> digits + "e" + (random.nextInt(60) - 30);
            default ->
                String.format(
                        Locale.ROOT, "%s.%sE%+03d", digits % 1000, random.nextInt(100_000), random.nextInt(660) - 330);
        };
        return (random.nextBoolean() ? "" : random.nextBoolean() ? "-" : "+") + text;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {9, 10})
    void floatingNumbersKeepTheirBits(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            double wide = Double.longBitsToDouble(random.nextLong());
            float narrow = Float.intBitsToFloat(random.nextInt());
            assertThat(Texts.value(LogicalType.FLOAT64, Texts.text(LogicalType.FLOAT64, wide)))
                    .isEqualTo(wide);
            assertThat(Texts.value(LogicalType.FLOAT32, Texts.text(LogicalType.FLOAT32, narrow)))
                    .isEqualTo(narrow);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NaN, NaN",
        "nan, NaN",
        "Infinity, Infinity",
        "+inf, Infinity",
        "-INFINITY, -Infinity",
        "-inf, -Infinity",
        "-0, -0.0",
        "0, 0.0",
        "-0.0, -0.0",
        ".5, 0.5",
        "5., 5.0",
        "1e400, Infinity",
        "1e-400, 0.0",
        "9007199254740993, 9007199254740992",
        "4.9E-324, 4.9E-324",
        "1.7976931348623157E308, 1.7976931348623157E308"
    })
    void readsTheEdgesOfFloat64(String text, String value) {
        assertThat(Texts.parse(LogicalType.FLOAT64, text).primitive(0))
                .isEqualTo(Double.doubleToLongBits(Double.parseDouble(value)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "-", "e5", "1e", "1e+", "1..2", "1.2.3", "1d", "1f", "0x1p3", " 1", "1 ", "-nan"})
    void refusesWhatIsNoFloatingNumber(String text) {
        assertThatThrownBy(() -> Texts.parse(LogicalType.FLOAT64, text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected float64, a decimal number such as -12.5 or 1.5E300");
        assertThatThrownBy(() -> Texts.parse(LogicalType.FLOAT32, text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected float32, a decimal number such as -12.5 or 1.5E30");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12})
    void decimalsComeBackWithTheirScale(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            int precision = 1 + random.nextInt(45);
            LogicalType type = LogicalType.decimal(precision, random.nextInt(precision + 1));
            BigDecimal value = RandomValues.decimal(random, type);
            assertThat(Texts.value(type, Texts.text(type, value))).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10, 2, 12.5, 12.5", "10, 2, -12.50, -12.50", "10, 2, 12.5000, 12.50", "10, 2, 1e3, 1E+3", "2, 2, 0, 0",
        "2, 2, 0.00000, 0.00", "10, 0, 1E-0, 1", "3, 1, 99.9, 99.9", "5, 2, 0e99999, 0.00", "5, 2, 00000012.30, 12.30"
    })
    void readsDecimalsWithoutRounding(int precision, int scale, String text, String value) {
        assertThat(Texts.value(LogicalType.decimal(precision, scale), text)).isEqualTo(new BigDecimal(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"100", "0.001", "1e2", "1E-1999999999", "1E1999999999", "12.345", "99.995"})
    void refusesDecimalsOfTooManyDigits(String text) {
        assertThatThrownBy(() -> Texts.parse(LogicalType.decimal(4, 2), text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected decimal(4,2), a number of at most 2 digits before the point and 2 behind it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "1,5", "1.2.3", " 1", "NaN"})
    void refusesWhatIsNoDecimal(String text) {
        assertThatThrownBy(() -> Texts.parse(LogicalType.decimal(4, 2), text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected decimal(4,2), a decimal number such as -12.50");
    }
}
