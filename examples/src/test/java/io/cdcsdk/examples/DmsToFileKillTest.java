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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills the example with SIGKILL at random moments, starts it again until it ends, and compares with an undisturbed run. Six kills
 * in the plain build; fifty with {@code -Pslow}, which takes one to two minutes.
 */
class DmsToFileKillTest {
    private static final String COMMIT = "Commit ";
    private static final Duration LONGEST_RUN = Duration.ofMinutes(2);
    private static final Duration LONGEST_AFTER_COMMIT = Duration.ofMillis(40);
    private static final Duration LONGEST_AFTER_START = Duration.ofMillis(1500);

    @TempDir
    Path directory;

    @ParameterizedTest(name = "6 kills, seed {0}")
    @ValueSource(longs = 1)
    void comesOutTheSameAfterSomeKills(long seed) throws Exception {
        comesOutTheSame(seed, 6, new DmsGenerator.Plan(2_000, 2_000, 40, 60, seed, GeneratedLayout.PERSON));
    }

    @Tag("slow")
    @ParameterizedTest(name = "50 kills, seed {0}")
    @ValueSource(longs = 2)
    void comesOutTheSameAfterManyKills(long seed) throws Exception {
        comesOutTheSame(seed, 50, new DmsGenerator.Plan(20_000, 20_000, 250, 450, seed, GeneratedLayout.PERSON));
    }

    private void comesOutTheSame(long seed, int kills, DmsGenerator.Plan plan) throws Exception {
        Path input = generate(plan);
        Path undisturbed = directory.resolve("undisturbed");
        Path disturbed = directory.resolve("disturbed");
        long left = runToTheEnd(input, undisturbed);

        Random random = new Random(seed);
        List<Long> commits = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            // Half of an even share, so that a run that is killed late leaves commits for those after it.
            long share = Math.max(1, left / (2L * (kills - i)));
            long made = runAndKill(input, disturbed, share, random);
            commits.add(made);
            left -= made;
        }
        commits.add(runToTheEnd(input, disturbed));

        assertThat(disturbed.resolve(DmsToFile.FINAL_OUTPUT))
                .hasSameBinaryContentAs(undisturbed.resolve(DmsToFile.FINAL_OUTPUT));
        assertThat(filesBesidesState(disturbed)).containsExactlyElementsOf(filesBesidesState(undisturbed));
        int between = killsBetweenFirstAndLastCommit(commits);
        System.out.println(between + " of " + kills + " kills fell between the first and the last commit");
        assertThat(between)
                .as("kills between the first and the last of the commits %s", commits)
                .isGreaterThanOrEqualTo((int) Math.ceil(kills * 0.7));
    }

    private Path generate(DmsGenerator.Plan plan) throws IOException {
        Path input = Files.createDirectory(directory.resolve("input"));
        new DmsGenerator(plan).writeTo(input);
        try (Stream<Path> files = Files.list(input)) {
            for (Path file : files.toList()) {
                InputFiles.age(file);
            }
        }
        return input;
    }

    private static ExampleProcess start(Path input, Path output) throws IOException {
        return ExampleProcess.start(List.of(
                "dms-to-file",
                "--input",
                input.toString(),
                "--output",
                output.toString(),
                "--commit-rows",
                "10",
                "--show-commits"));
    }

    /** Returns how many commits the run has made. */
    private static long runToTheEnd(Path input, Path output) throws Exception {
        try (ExampleProcess example = start(input, output)) {
            assertThat(example.exitCode()).as("%s", example.lines()).isZero();
            return example.count(DmsToFileKillTest::isCommit);
        }
    }

    /**
     * Kills three runs out of four some milliseconds after one of their first commits, and the fourth anywhere from its start on;
     * all of them when they have made so many commits.
     */
    private static long runAndKill(Path input, Path output, long mostCommits, Random random) throws Exception {
        try (ExampleProcess example = start(input, output)) {
            if (random.nextInt(4) == 0) {
                example.awaitLines(DmsToFileKillTest::isCommit, mostCommits, randomUpTo(LONGEST_AFTER_START, random));
            } else {
                example.awaitLines(DmsToFileKillTest::isCommit, random.nextLong(mostCommits) + 1, LONGEST_RUN);
                example.awaitLines(DmsToFileKillTest::isCommit, mostCommits, randomUpTo(LONGEST_AFTER_COMMIT, random));
            }
            example.kill();
            return example.count(DmsToFileKillTest::isCommit);
        }
    }

    private static boolean isCommit(String line) {
        return line.startsWith(COMMIT);
    }

    private static Duration randomUpTo(Duration most, Random random) {
        return Duration.ofNanos(random.nextLong(most.toNanos()));
    }

    private static int killsBetweenFirstAndLastCommit(List<Long> commits) {
        int kills = 0;
        for (int i = 0; i < commits.size() - 1; i++) {
            long before = commits.subList(0, i + 1).stream()
                    .mapToLong(Long::longValue)
                    .sum();
            long after = commits.subList(i + 1, commits.size()).stream()
                    .mapToLong(Long::longValue)
                    .sum();
            if (before > 0 && after > 0) {
                kills++;
            }
        }
        return kills;
    }

    /** Everything but the small files that tell cursors and claims: what a crash might have left must have gone. */
    private static List<Path> filesBesidesState(Path output) throws IOException {
        try (Stream<Path> files = Files.walk(output)) {
            return files.filter(Files::isRegularFile)
                    .map(output::relativize)
                    .filter(file -> !file.startsWith(".cdc/tables") && !file.startsWith(".cdc/lanes"))
                    .sorted()
                    .toList();
        }
    }
}
