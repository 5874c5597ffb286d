package io.cdcsdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.testkit.kill.Child;
import io.cdcsdk.testkit.kill.ChildProgram;
import io.cdcsdk.testkit.kill.KillSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills the example with SIGKILL at random moments, starts it again until it ends, and compares the history and the dead letters
 * with those of an undisturbed run. Six kills in the plain build; thirty with {@code -Pslow}, which takes about a minute. The store
 * itself is killed more often.
 */
class DmsHistoryKillTest {
    @TempDir
    Path directory;

    private Path input = Path.of("");

    @ParameterizedTest(name = "6 kills, seed {0}")
    @ValueSource(longs = 1)
    void comesOutTheSameAfterSomeKills(long seed) throws Exception {
        comesOutTheSame(6, 2_000, 20, seed);
    }

    @Tag("slow")
    @ParameterizedTest(name = "30 kills, seed {0}")
    @ValueSource(longs = 2)
    void comesOutTheSameAfterManyKills(long seed) throws Exception {
        comesOutTheSame(30, 20_000, 40, seed);
    }

    @Test
    void saysThatItWasStoppedAndGoesOnInTheNextRun() throws Exception {
        writeInput(2_000, 3);
        Path output = directory.resolve("stopped");
        try (Child example = program(output, 5).start()) {
            example.awaitCommits(1);
            example.terminate();
            assertThat(example.exitCode()).isNotZero();
            assertThat(example.lines()).contains("Stopped; run again to go on.");
        }
        assertThat(output.resolve("history.csv")).doesNotExist();

        runToTheEnd(output);
        Path undisturbed = directory.resolve("undisturbed");
        runToTheEnd(undisturbed);
        assertThat(output.resolve("history.csv")).hasSameBinaryContentAs(undisturbed.resolve("history.csv"));
    }

    private void runToTheEnd(Path output) throws Exception {
        try (Child example = program(output, 1_000).start()) {
            assertThat(example.exitCode()).as("%s", example.lines()).isZero();
        }
    }

    private void comesOutTheSame(int kills, int changes, int batchRows, long seed) throws Exception {
        writeInput(changes, seed);
        KillSuite.of(directory, seed, output -> program(output, batchRows), DmsHistoryKillTest::assertSame)
                .kill(kills);
    }

    private static void assertSame(Path undisturbed, Path disturbed) throws IOException {
        assertThat(disturbed.resolve("history.csv")).hasSameBinaryContentAs(undisturbed.resolve("history.csv"));
        assertThat(disturbed.resolve("dead.jsonl")).hasSameBinaryContentAs(undisturbed.resolve("dead.jsonl"));
        assertThat(Files.readAllLines(disturbed.resolve("dead.jsonl"))).isNotEmpty();
    }

    private void writeInput(int changes, long seed) throws IOException {
        input = Files.createDirectory(directory.resolve("input"));
        new HistoryGenerator(
                        new HistoryGenerator.Plan(200, changes, Duration.ofHours(4), 300, 10, 3, 5, 5, seed), input)
                .write();
        try (Stream<Path> files = Files.list(input)) {
            for (Path file : files.toList()) {
                InputFiles.age(file);
            }
        }
    }

    private ChildProgram program(Path output, int batchRows) {
        return ExampleProgram.of(
                "dms-history",
                "--input",
                input.toString(),
                "--output",
                output.resolve("history.csv").toString(),
                "--store",
                "disk:" + output.resolve("store"),
                "--dead-letters",
                output.resolve("dead.jsonl").toString(),
                "--batch-rows",
                String.valueOf(batchRows),
                "--show-commits");
    }
}
