package io.cdcsdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills the example with SIGKILL at random moments, starts it again until it ends, and compares the history and the dead letters
 * with those of an undisturbed run. Six kills in the plain build; forty with {@code -Pslow}, which takes about a minute.
 */
class DmsHistoryKillTest {
    private static final String COMMIT = "Commit ";
    private static final Duration LONGEST_RUN = Duration.ofMinutes(2);
    private static final Duration LONGEST_AFTER_COMMIT = Duration.ofMillis(30);
    private static final Duration LONGEST_AFTER_START = Duration.ofMillis(1500);

    @TempDir
    Path directory;

    private Path input = Path.of("");

    @ParameterizedTest(name = "6 kills, seed {0}")
    @ValueSource(longs = 1)
    void comesOutTheSameAfterSomeKills(long seed) throws Exception {
        comesOutTheSame(6, 2_000, 20, seed);
    }

    @Tag("slow")
    @ParameterizedTest(name = "40 kills, seed {0}")
    @ValueSource(longs = 2)
    void comesOutTheSameAfterManyKills(long seed) throws Exception {
        comesOutTheSame(40, 20_000, 40, seed);
    }

    @Test
    void saysThatItWasStoppedAndGoesOnInTheNextRun() throws Exception {
        writeInput(2_000, 3);
        Path output = directory.resolve("stopped");
        try (ExampleProcess example = start(output, 5)) {
            example.awaitLines(DmsHistoryKillTest::isCommit, 1);
            example.terminate();
            assertThat(example.exitCode()).isNotZero();
            assertThat(example.lines()).contains("Stopped; run again to go on.");
        }
        assertThat(output.resolve("history.csv")).doesNotExist();

        runToTheEnd(output, 1_000);
        Path undisturbed = directory.resolve("undisturbed");
        runToTheEnd(undisturbed, 1_000);
        assertThat(output.resolve("history.csv")).hasSameBinaryContentAs(undisturbed.resolve("history.csv"));
    }

    private void comesOutTheSame(int kills, int changes, int batchRows, long seed) throws Exception {
        writeInput(changes, seed);
        Path undisturbed = directory.resolve("undisturbed");
        Path disturbed = directory.resolve("disturbed");
        long left = runToTheEnd(undisturbed, batchRows);

        Random random = new Random(seed);
        List<Long> commits = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            // Half of an even share, so that a run that is killed late leaves commits for those after it.
            long share = Math.max(1, left / (2L * (kills - i)));
            long made = runAndKill(disturbed, batchRows, share, random);
            commits.add(made);
            left -= made;
        }
        commits.add(runToTheEnd(disturbed, batchRows));

        assertThat(disturbed.resolve("history.csv")).hasSameBinaryContentAs(undisturbed.resolve("history.csv"));
        assertThat(disturbed.resolve("dead.jsonl")).hasSameBinaryContentAs(undisturbed.resolve("dead.jsonl"));
        assertThat(Files.readAllLines(disturbed.resolve("dead.jsonl"))).isNotEmpty();
        assertThat(commits.stream().filter(made -> made > 0).count())
                .as("runs that committed something: %s", commits)
                .isGreaterThanOrEqualTo((int) Math.ceil(kills * 0.6));
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

    private ExampleProcess start(Path output, int batchRows) throws IOException {
        return ExampleProcess.start(List.of(
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
                "--show-commits"));
    }

    /** Returns how many commits the run has made. */
    private long runToTheEnd(Path output, int batchRows) throws Exception {
        try (ExampleProcess example = start(output, batchRows)) {
            assertThat(example.exitCode()).as("%s", example.lines()).isZero();
            return example.count(DmsHistoryKillTest::isCommit);
        }
    }

    /** Kills three runs out of four soon after one of their first commits, and the fourth anywhere from its start on. */
    private long runAndKill(Path output, int batchRows, long mostCommits, Random random) throws Exception {
        try (ExampleProcess example = start(output, batchRows)) {
            if (random.nextInt(4) == 0) {
                example.awaitLines(DmsHistoryKillTest::isCommit, mostCommits, randomUpTo(LONGEST_AFTER_START, random));
            } else {
                example.awaitLines(DmsHistoryKillTest::isCommit, random.nextLong(mostCommits) + 1, LONGEST_RUN);
                example.awaitLines(DmsHistoryKillTest::isCommit, mostCommits, randomUpTo(LONGEST_AFTER_COMMIT, random));
            }
            example.kill();
            return example.count(DmsHistoryKillTest::isCommit);
        }
    }

    private static boolean isCommit(String line) {
        return line.startsWith(COMMIT);
    }

    private static Duration randomUpTo(Duration most, Random random) {
        return Duration.ofNanos(random.nextLong(most.toNanos()));
    }
}
