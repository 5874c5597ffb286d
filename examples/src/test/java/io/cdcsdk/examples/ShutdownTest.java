package io.cdcsdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.testkit.kill.Child;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With which code an example ends that a signal has told to. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ShutdownTest {
    private static final int SIGTERM = 128 + 15;

    @TempDir
    Path directory;

    private Child watch(String... more) throws Exception {
        Path input = Files.createDirectory(directory.resolve("input"));
        InputFiles.write(input.resolve("LOAD00000001.csv"), "1,Ada,London");
        InputFiles.write(input.resolve("20260101-000000000.csv"), "I,2,Bob,Paris");
        String[] options = {
            "dms-to-file",
            "--watch",
            "--input",
            input.toString(),
            "--output",
            directory.resolve("output").toString(),
            "--dead-letters",
            directory.resolve("letters").toString(),
            "--show-commits",
            "--commit-rows",
            "1",
            "--monitor",
            "0"
        };
        return ExampleProgram.of(Stream.concat(Arrays.stream(options), Arrays.stream(more))
                        .toArray(String[]::new))
                .start();
    }

    @Test
    void aSignalThatDrainsShowsAsTheSignal() throws Exception {
        try (Child child = watch()) {
            child.awaitLines(line -> line.contains("20260101-000000000.csv"), 1);
            String monitoring = child.lines().stream()
                    .filter(line -> line.startsWith("Monitoring at "))
                    .findFirst()
                    .orElseThrow();
            String url = monitoring.substring("Monitoring at ".length(), monitoring.indexOf("/metrics"));
            HttpResponse<String> health = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(url + "/health")).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(health.statusCode()).isEqualTo(200);

            child.terminate();

            assertThat(child.exitCode()).isEqualTo(SIGTERM);
            assertThat(child.lines()).contains("2 rows in " + directory.resolve("output/" + DmsToFile.FINAL_OUTPUT));
        }
    }

    @Test
    void brokenRulesShowInTheMetrics() throws Exception {
        Path rules = directory.resolve("rules.properties");
        Files.writeString(rules, "range.PersonID=..1\non-violation=warn\n");
        try (Child child = watch("--validate", rules.toString())) {
            child.awaitLines(line -> line.contains("20260101-000000000.csv"), 1);
            String monitoring = child.lines().stream()
                    .filter(line -> line.startsWith("Monitoring at "))
                    .findFirst()
                    .orElseThrow();
            String url = monitoring.substring("Monitoring at ".length()).split(",")[0];
            HttpResponse<String> metrics = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(metrics.body().lines().filter(line -> line.startsWith("cdc_validation_failures_total")))
                    .singleElement()
                    .asString()
                    .contains("action=\"warn\",column=\"PersonID\",pipeline=\"dms-to-file\"")
                    .endsWith(" 1.0");
            child.terminate();
            assertThat(child.exitCode()).isEqualTo(SIGTERM);
        }
    }

    @Test
    void aSinkThatHangsLongerThanTheDrainTimeoutShowsAsACodeOfItsOwn() throws Exception {
        // Whoever opens a named pipe waits for the other end.
        Path letters = Files.createDirectories(directory.resolve("letters/dms-to-file.file"));
        Process pipe = new ProcessBuilder("mkfifo", letters.resolve("salt").toString()).start();
        assertThat(pipe.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(pipe.exitValue()).isZero();
        try (Child child = watch("--drain-timeout", "PT1S")) {
            child.awaitLines(line -> line.startsWith("Monitoring at "), 1);

            child.terminate();

            assertThat(child.exitCode()).as(() -> child.lines().toString()).isEqualTo(Termination.NOT_DRAINED);
            assertThat(child.lines().toString())
                    .contains(
                            "error: ",
                            "PT1S",
                            "what was not committed has not been acknowledged and will be read again");
        }
        Path result = directory.resolve("output/" + DmsToFile.FINAL_OUTPUT);
        assertThat(result).doesNotExist();

        Files.delete(letters.resolve("salt"));
        try (Child next = ExampleProgram.of(
                        "dms-to-file",
                        "--input",
                        directory.resolve("input").toString(),
                        "--output",
                        directory.resolve("output").toString(),
                        "--dead-letters",
                        directory.resolve("letters").toString())
                .start()) {
            assertThat(next.exitCode()).isZero();
        }
        assertThat(Files.readAllLines(result)).contains("1,Ada,London", "2,Bob,Paris");
    }
}
