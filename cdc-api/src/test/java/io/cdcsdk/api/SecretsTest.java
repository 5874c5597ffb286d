package io.cdcsdk.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages and exceptions that were given a secret to show. */
class SecretsTest {
    private static final String SECRET = "Hunter2x";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cannot connect to postgresql://app:Hunter2x@db.example/shop",
                "cannot connect to jdbc:mysql://app:p@Hunter2x@db.example/shop",
                "no such folder: s3:/app:Hunter2x@bucket/in",
                "cannot connect to https://Hunter2x@db.example",
                "jdbc:oracle:thin:app/Hunter2x@db.example:1521",
                "jdbc:postgresql://db.example/shop?user=app&password=Hunter2x&ssl=true",
                "Server=db;Pwd=Hunter2x;Database=shop",
                "password = 'Hunter2x', ssl",
                "{\"user\":\"app\",\"secretKey\": \"Hunter2x\"}",
                "aws_secret_access_key=Hunter2x",
                "sasl.jaas.config=PlainLoginModule required password=\"Hunter2x\";"
            })
    void aMessageDoesNotShowIt(String message) {
        assertThat(new Fatal(message)).hasMessageNotContaining(SECRET).hasMessageContaining("***");
        assertThat(new Retryable(message, new IOException(message)))
                .hasMessageNotContaining(SECRET)
                .hasStackTraceContaining("java.io.IOException")
                .extracting(Throwable::getCause)
                .extracting(Throwable::toString)
                .asString()
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    the secret-key: is not set; expected a text
                    see https://example.org/a@b for the token
                    the file /data/in/LOAD1.csv, line 3: column 'a' cannot take 'x@y.z'
                    table public.token has no key
                    """)
    void otherMessagesStayAsTheyAre(String message) {
        IOException cause = new IOException(message);
        assertThat(new Fatal(message, cause)).hasMessage(message).hasCause(cause);
    }

    @Test
    void whatBelongsToACauseDoesNotShowItEither() {
        IOException inner = new IOException("http://u:" + SECRET + "@host");
        IOException other = new IOException("password=" + SECRET);
        IOException outer = new IOException("refused", inner);
        outer.addSuppressed(other);
        inner.addSuppressed(outer);
        Fatal fatal = new Fatal("failed", outer);
        assertThat(fatal).hasStackTraceContaining("java.io.IOException: http://***@host");
        assertThat(fatal).hasStackTraceContaining("java.io.IOException: password=***");
        java.io.StringWriter trace = new java.io.StringWriter();
        fatal.printStackTrace(new java.io.PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain(SECRET);
    }

    @Test
    void mistakesDoNotShowIt() {
        Properties properties = new Properties();
        properties.setProperty("password", SECRET);
        properties.setProperty("port", "http://app:" + SECRET + "@host");
        Configuration options = Configuration.of("sink", properties);
        options.number("password", 0, 0);
        options.number("port", 0, 0);
        options.mistake("url", "'ftp://app:" + SECRET + "@host' is not there");
        assertThatThrownBy(options::throwIfInvalid)
                .isInstanceOfSatisfying(InvalidConfiguration.class, e -> {
                    assertThat(e.mistakes())
                            .hasSize(3)
                            .noneMatch(each -> each.toString().contains(SECRET));
                })
                .hasMessageNotContaining(SECRET)
                .hasMessageContaining("password: is not valid; expected a whole number")
                .hasMessageContaining("'http://***@host' is not valid");
    }
}
