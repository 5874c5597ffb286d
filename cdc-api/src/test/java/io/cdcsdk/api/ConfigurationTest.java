package io.cdcsdk.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
    private static Configuration configuration(String... keysAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
        }
        return Configuration.of("test source", properties);
    }

    @Test
    void readsOptionsOfEveryType() {
        Configuration configuration = configuration(
                "folder",
                "/data",
                "rows",
                " 10_000 ",
                "wait",
                "PT5S",
                "separator",
                ";",
                "boundary",
                "inside-transaction",
                "type",
                "int64");
        assertThat(configuration.requiredText("folder", "a folder")).isEqualTo("/data");
        assertThat(configuration.number("rows", 1, 1)).isEqualTo(10_000);
        assertThat(configuration.duration("wait", Duration.ZERO)).isEqualTo(Duration.ofSeconds(5));
        assertThat(configuration.character("separator", ',')).isEqualTo(';');
        assertThat(configuration.choice("boundary", EventBatch.Boundary.TRANSACTION_END))
                .isEqualTo(EventBatch.Boundary.INSIDE_TRANSACTION);
        assertThat(configuration.value("type", LogicalType.DATE, "a type", LogicalType::parse))
                .isEqualTo(LogicalType.INT64);
        assertThatCode(configuration::throwIfInvalid).doesNotThrowAnyException();
    }

    @Test
    void fallsBackWhereAnOptionIsNotSet() {
        Configuration configuration = configuration();
        assertThat(configuration.text("folder")).isNull();
        assertThat(configuration.number("rows", 7, 1)).isEqualTo(7);
        assertThat(configuration.duration("wait", Duration.ofDays(1))).isEqualTo(Duration.ofDays(1));
        assertThat(configuration.character("separator", ',')).isEqualTo(',');
        assertThat(configuration.choice("boundary", EventBatch.Boundary.TRANSACTION_END))
                .isEqualTo(EventBatch.Boundary.TRANSACTION_END);
        assertThatCode(configuration::throwIfInvalid).doesNotThrowAnyException();
    }

    @Test
    void reportsAllMistakesAtOnce() {
        Configuration configuration = configuration(
                "rows", "0", "wait", "5 seconds", "separator", "||", "boundary", "never", "colour", "red");
        assertThat(configuration.requiredText("folder", "the folder with the files"))
                .isEmpty();
        assertThat(configuration.number("rows", 7, 1)).isEqualTo(7);
        assertThat(configuration.duration("wait", Duration.ZERO)).isEqualTo(Duration.ZERO);
        assertThat(configuration.character("separator", ',')).isEqualTo(',');
        assertThat(configuration.choice("boundary", EventBatch.Boundary.TRANSACTION_END))
                .isEqualTo(EventBatch.Boundary.TRANSACTION_END);
        assertThatThrownBy(configuration::throwIfInvalid)
                .isExactlyInstanceOf(InvalidConfiguration.class)
                .isInstanceOf(Fatal.class)
                .hasMessage("""
                        test source has 6 mistakes in its configuration:
                          folder: is not set; expected the folder with the files
                          rows: '0' is not valid; expected a whole number of at least 1
                          wait: '5 seconds' is not valid; expected a duration such as PT30S
                          separator: '||' is not valid; expected one character, or \\t
                          boundary: 'never' is not valid; expected one of transaction-end, inside-transaction
                          colour: is not an option; there are boundary, folder, rows, separator, wait""");
    }

    @Test
    void collectsTheMistakesOfABuilder() {
        Configuration configuration = Configuration.of("file sink").mistake("folder", "is not set");
        InvalidConfiguration failure = catchThrowableOfType(InvalidConfiguration.class, configuration::throwIfInvalid);
        assertThat(failure).hasMessage("file sink has 1 mistake in its configuration:\n  folder: is not set");
        assertThat(failure.mistakes()).containsExactly(new InvalidConfiguration.Mistake("folder", "is not set"));
    }

    @Test
    void aBlankTextIsNotSet() {
        Configuration configuration = configuration("folder", "  ");
        assertThat(configuration.requiredText("folder", "a folder")).isEmpty();
        assertThatThrownBy(configuration::throwIfInvalid).hasMessageContaining("folder: is not set");
    }

    @Test
    void takesEveryCharacterAlsoBlanks() {
        Configuration configuration = configuration("bar", "|", "blank", " ", "tab", "\t", "escaped-tab", "\\t");
        assertThat(configuration.character("bar", ',')).isEqualTo('|');
        assertThat(configuration.character("blank", ',')).isEqualTo(' ');
        assertThat(configuration.character("tab", ',')).isEqualTo('\t');
        assertThat(configuration.character("escaped-tab", ',')).isEqualTo('\t');
        assertThatCode(configuration::throwIfInvalid).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1.5", "-1", "99999999999999999999"})
    void refusesWhatIsNoNumber(String text) {
        Configuration configuration = configuration("rows", text);
        assertThat(configuration.number("rows", 7, 0)).isEqualTo(7);
        assertThatThrownBy(configuration::throwIfInvalid)
                .hasMessageContaining("rows: '" + text + "' is not valid; expected a whole number of at least 0");
    }
}
