package io.cdcsdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.testkit.kill.ChildProgram;
import io.cdcsdk.testkit.kill.KillSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills the example with SIGKILL at random moments, starts it again until it ends, and compares with an undisturbed run. Six kills
 * in the plain build; thirty with {@code -Pslow}, which takes about a minute. The file sink itself is killed more often.
 */
class DmsToFileKillTest {
    @TempDir
    Path directory;

    @ParameterizedTest(name = "6 kills, seed {0}")
    @ValueSource(longs = 1)
    void comesOutTheSameAfterSomeKills(long seed) throws Exception {
        comesOutTheSame(seed, 6, new DmsGenerator.Plan(300, 300, 40, 60, seed, GeneratedLayout.PERSON));
    }

    @Tag("slow")
    @ParameterizedTest(name = "30 kills, seed {0}")
    @ValueSource(longs = 2)
    void comesOutTheSameAfterManyKills(long seed) throws Exception {
        comesOutTheSame(seed, 30, new DmsGenerator.Plan(2_000, 2_000, 250, 450, seed, GeneratedLayout.PERSON));
    }

    private void comesOutTheSame(long seed, int kills, DmsGenerator.Plan plan) throws Exception {
        Path input = generate(plan);
        KillSuite.of(directory, seed, output -> program(input, output), DmsToFileKillTest::assertSame)
                .kill(kills);
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

    private static ChildProgram program(Path input, Path output) {
        return ExampleProgram.of(
                "dms-to-file",
                "--input",
                input.toString(),
                "--output",
                output.toString(),
                "--commit-rows",
                "10",
                "--show-commits");
    }

    private static void assertSame(Path undisturbed, Path disturbed) throws IOException {
        assertThat(disturbed.resolve(DmsToFile.FINAL_OUTPUT))
                .hasSameBinaryContentAs(undisturbed.resolve(DmsToFile.FINAL_OUTPUT));
        assertThat(filesBesidesState(disturbed)).containsExactlyElementsOf(filesBesidesState(undisturbed));
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
