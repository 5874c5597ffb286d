package io.cdcsdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.testkit.kill.Child;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLettersTest {
    private static final Path SHIPPED = Path.of("data", "person");
    private static final Path EXPECTED = Path.of("data", "expected", "person.csv");
    private static final Path RULES = Path.of("data", "rules", "person.properties");

    @TempDir
    Path directory;

    private Path input = Path.of("");
    private Path output = Path.of("");
    private Path letters = Path.of("");
    private String out = "";
    private String err = "";

    @BeforeEach
    void makeFolders() throws IOException {
        input = Files.createDirectory(directory.resolve("input"));
        output = directory.resolve("output");
        letters = directory.resolve("letters");
    }

    private int execute(String... arguments) {
        StringWriter printed = new StringWriter();
        StringWriter errors = new StringWriter();
        int code = Examples.execute(new PrintWriter(printed), new PrintWriter(errors), arguments);
        out = printed.toString();
        err = errors.toString();
        return code;
    }

    /** Runs an example in a process of its own; both of its streams come as one. */
    private int runChild(String... arguments) throws IOException, InterruptedException {
        try (Child child = ExampleProgram.of(arguments).start()) {
            int code = child.exitCode();
            out = String.join("\n", child.lines());
            return code;
        }
    }

    /** A command with the options that say where everything is. */
    private String[] on(Path from, List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of("--input", from.toString(), "--output", output.toString()));
        all.addAll(List.of("--dead-letters", letters.toString()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private String[] consolidate(String... more) {
        return on(input, List.of("dms-to-file"), more);
    }

    private String[] letters(String command, String... more) {
        return on(input, List.of("dead-letters", command), more);
    }

    private String[] list(String... more) {
        return Stream.concat(Stream.of("dead-letters", "list", "--dead-letters", letters.toString()), Stream.of(more))
                .toArray(String[]::new);
    }

    private Path rules(String... lines) throws IOException {
        return Files.write(directory.resolve("rules.properties"), List.of(lines));
    }

    private void write(String name, String... lines) throws IOException {
        InputFiles.write(input.resolve(name), lines);
    }

    private List<String> result() throws IOException {
        return Files.readAllLines(output.resolve(DmsToFile.FINAL_OUTPUT));
    }

    /** The ids of the letters that the last list shows. */
    private List<String> ids() {
        return out.lines()
                .filter(line -> line.matches("│ [0-9a-f]+:[0-9]+ .*"))
                .map(line -> line.substring(2, line.indexOf(' ', 2)))
                .toList();
    }

    @Test
    void rejectedRowsAreListedShownAndReplayed() throws Exception {
        input = SHIPPED;
        assertThat(runChild(consolidate("--validate", RULES.toString())))
                .as(() -> out)
                .isZero();
        assertThat(out)
                .contains("5 events were set aside in this run, and 5 dead letters are not in the table")
                .contains("  ./examples/run dead-letters list --dead-letters " + letters)
                .contains("  ./examples/run dead-letters replay --input " + SHIPPED + " --output " + output
                        + " --dead-letters " + letters + " --validate " + RULES)
                .contains("8 rows in ");

        assertThat(runChild(list())).isZero();
        assertThat(out)
                .contains("LOAD00000002.csv, record 2", "breaks the rule 'is not null' of column 'FullName'")
                .contains("5 dead letters: 2 behind, 3 validation");
        List<String> ids = ids();
        assertThat(ids).hasSize(5);
        assertThat(out).contains("waits behind " + ids.get(0), "waits behind " + ids.get(1));

        assertThat(runChild("dead-letters", "show", ids.get(0), "--dead-letters", letters.toString()))
                .isZero();
        assertThat(out)
                .containsPattern("id +[0-9TZ]+-[0-9a-f]{16}:1\n")
                .containsPattern("category +validation\n")
                .containsPattern("behind it +" + ids.get(3))
                .containsPattern("│ FullName +│ string │ +│ \\(null\\) +│")
                .containsPattern("│ City +│ string │ +│ Lagos +│");

        assertThat(runChild(letters("replay", "--validate", RULES.toString()))).isOne();
        assertThat(out).contains("0 written, 3 failed again, 2 wait behind others", "5 dead letters are left");

        assertThat(runChild(letters(
                        "replay", "--validate", rules("not-null=PersonID").toString())))
                .isZero();
        assertThat(out).contains("5 written, 0 failed again, 0 wait behind others");
        assertThat(output.resolve(DmsToFile.FINAL_OUTPUT)).hasSameTextualContentAs(EXPECTED);

        assertThat(runChild(list())).isZero();
        assertThat(out).contains("There are no dead letters in " + letters);
        assertThat(runChild(letters("replay"))).isZero();
        assertThat(out).contains("There are no dead letters in " + letters);
        assertThat(runChild(consolidate())).isZero();
        assertThat(out).contains("Nothing new since the last run.").doesNotContain("dead letter");
    }

    @Test
    void laterChangesOfAKeyWaitInLaterRunsToo() throws IOException {
        Path rules = rules("one-of.City=London,Paris,Rome");
        write("LOAD00000001.csv", "1,Ada,Atlantis", "2,Bob,Paris");
        assertThat(execute(consolidate("--validate", rules.toString()))).isZero();
        write("20260101-000000000.csv", "U,1,Ada,Rome", "U,2,Bob,Rome");

        assertThat(execute(consolidate("--validate", rules.toString()))).isZero();

        assertThat(out).contains("1 event was set aside in this run, and 2 dead letters are not in the table");
        assertThat(result()).containsExactly("PersonID,FullName,City", "2,Bob,Rome");
        assertThat(execute(letters("replay"))).as(() -> err).isZero();
        assertThat(result()).containsExactly("PersonID,FullName,City", "1,Ada,Rome", "2,Bob,Rome");
    }

    @Test
    void choosesLetters() throws IOException {
        Path rules = rules("one-of.City=London,Paris,Rome");
        write("LOAD00000001.csv", "1,Ada,Atlantis", "2,Bob,Eden", "3,Eve,Rome");
        write("20260101-000000000.csv", "U,1,Ada,Rome", "U,2,Bob,Rome");
        assertThat(execute(consolidate("--validate", rules.toString()))).isZero();

        assertThat(execute(list("--category", "validation,sink"))).isZero();
        List<String> failed = ids();
        assertThat(failed).hasSize(2);
        assertThat(out).contains("2 dead letters: 2 validation");
        assertThat(execute(list("--table", "input", "--lane", "input"))).isZero();
        assertThat(ids()).hasSize(4);
        assertThat(execute(list("--table", "other"))).isZero();
        assertThat(out).contains("None of the 4 dead letters in " + letters + " is chosen.");
        assertThat(execute(list("--id", failed.get(1)))).isZero();
        assertThat(ids()).containsExactly(failed.get(1));

        assertThat(execute(letters("replay", "--id", failed.get(1)))).isZero();
        assertThat(out).contains("2 written, 0 failed again, 0 wait behind others", "2 dead letters are left");
        assertThat(result()).containsExactly("PersonID,FullName,City", "2,Bob,Rome", "3,Eve,Rome");
        assertThat(execute(letters("replay", "--id", failed.get(1)))).isEqualTo(2);
        assertThat(err).contains("--id: there is no dead letter " + failed.get(1));
    }

    @Test
    void dropsOnRequestAlone() throws IOException {
        Path rules = rules("one-of.City=London,Paris,Rome");
        write("LOAD00000001.csv", "1,Ada,Atlantis", "2,Bob,Eden");
        write("20260101-000000000.csv", "U,1,Ada,Rome");
        assertThat(execute(consolidate("--validate", rules.toString()))).isZero();
        execute(list());
        List<String> ids = ids();

        assertThat(execute(letters("drop"))).isEqualTo(2);
        assertThat(err).contains("--all: is not set, and no option chooses letters");
        assertThat(execute(letters("drop", "--all", "--id", ids.get(0)))).isEqualTo(2);
        assertThat(err).contains("--all: excludes options that choose letters");
        assertThat(execute(letters("drop", "--id", ids.get(0)))).isEqualTo(2);
        assertThat(out).contains("1 dead letter: 1 validation");
        assertThat(err).contains("--yes: is not set; nothing was forgotten");
        execute(list());
        assertThat(ids()).isEqualTo(ids);

        assertThat(execute(letters("drop", "--id", ids.get(0), "--yes"))).isZero();
        assertThat(out).contains("1 dropped, 2 left");
        assertThat(execute(letters("replay", "--id", ids.get(2)))).isZero();
        assertThat(result()).as("what stood behind is written").contains("1,Ada,Rome");
        assertThat(execute(letters("drop", "--all"))).isZero();
        assertThat(out).contains("1 dropped, 0 left");
        assertThat(result()).containsExactly("PersonID,FullName,City", "1,Ada,Rome");
    }

    @ParameterizedTest(name = "5 kills, seed {0}")
    @ValueSource(longs = {1, 2})
    void aReplayThatIsKilledAndRunAgainWritesEverythingOnce(long seed) throws Exception {
        new DmsGenerator(new DmsGenerator.Plan(4_000, 3_000, 2_000, 1_000, seed, GeneratedLayout.PERSON))
                .writeTo(input);
        try (Stream<Path> files = Files.list(input)) {
            for (Path file : files.toList()) {
                InputFiles.age(file);
            }
        }
        Path undisturbed = directory.resolve("undisturbed");
        assertThat(execute("dms-to-file", "--input", input.toString(), "--output", undisturbed.toString()))
                .isZero();
        assertThat(execute(consolidate("--validate", rules("range.PersonID=..0").toString())))
                .isZero();

        Random random = new Random(seed);
        long written = 0;
        for (int kills = 0; kills < 5; kills++) {
            try (Child child =
                    ExampleProgram.of(letters("replay", "--show-commits")).start()) {
                if (kills % 2 == 0) {
                    child.awaitCommits(1 + random.nextInt(2));
                } else {
                    boolean unused = child.awaitCommits(1, Duration.ofMillis(300 + random.nextInt(1_000)));
                }
                child.kill();
                written += child.commits();
            }
        }
        assertThat(written).as("commits of those that were killed").isPositive();
        assertThat(runChild(letters("replay"))).as(() -> out).isZero();

        assertThat(output.resolve(DmsToFile.FINAL_OUTPUT))
                .hasSameBinaryContentAs(undisturbed.resolve(DmsToFile.FINAL_OUTPUT));
        assertThat(runChild(list())).isZero();
        assertThat(out).contains("There are no dead letters in ");
    }

    @Test
    void aReplayTakesTheOutputFromARunThatWatches() throws Exception {
        Path rules = rules("one-of.City=London,Paris,Rome");
        write("LOAD00000001.csv", "1,Ada,Atlantis", "2,Bob,Paris");
        write("20260101-000000000.csv", "I,3,Eve,Rome");
        try (Child watching = ExampleProgram.of(
                        consolidate("--validate", rules.toString(), "--watch", "--show-commits", "--commit-rows", "1"))
                .start()) {
            watching.awaitLines(line -> line.contains("20260101-000000000.csv"), 1);

            assertThat(execute(letters("replay"))).as(() -> err).isZero();
            write("20260102-000000000.csv", "U,1,Ada,London");

            assertThat(watching.exitCode()).isOne();
            assertThat(watching.lines().toString()).contains("error: ", "lane");
        }
        assertThat(execute(consolidate("--validate", rules.toString()))).isZero();
        assertThat(result()).containsExactly("PersonID,FullName,City", "1,Ada,London", "2,Bob,Paris", "3,Eve,Rome");
    }

    @Test
    void withoutDeadLettersTheFirstRejectedRowStopsTheRun() throws IOException {
        write("LOAD00000001.csv", "1,Ada,London", "2,NULL,Paris");

        assertThat(execute(
                        "dms-to-file",
                        "--input",
                        input.toString(),
                        "--output",
                        output.toString(),
                        "--validate",
                        RULES.toString()))
                .isOne();

        assertThat(err)
                .contains("breaks the rule 'is not null' of column 'FullName'")
                .contains("With --dead-letters DIR such rows are set aside, and the run goes on");
        assertThat(err.lines()).hasSize(1);
    }

    @Test
    void anOutputAndItsDeadLettersStayTogether() throws IOException {
        write("LOAD00000001.csv", "1,Ada,London");
        assertThat(execute(consolidate())).isZero();

        assertThat(execute("dms-to-file", "--input", input.toString(), "--output", output.toString()))
                .isEqualTo(2);
        assertThat(err).contains("--dead-letters: is not set, and " + output + " keeps its dead letters in " + letters);

        output = directory.resolve("other");
        assertThat(execute(consolidate())).isEqualTo(2);
        assertThat(err).contains("--dead-letters: " + letters + " holds the dead letters of the output ");
        assertThat(output).doesNotExist();
    }

    @Test
    void tellsEveryMistakeAtOnce() throws IOException {
        Path rules = rules("not-null=Nobody", "range.City=1..2", "color=red");
        Path file = Files.createFile(directory.resolve("file"));

        assertThat(execute(
                        "dms-to-file",
                        "--input",
                        directory.resolve("missing").toString(),
                        "--output",
                        file.toString(),
                        "--dead-letters",
                        file.toString(),
                        "--validate",
                        rules.toString(),
                        "--columns",
                        "PersonID:int65:key",
                        "--full-load",
                        "maybe",
                        "--commit-rows",
                        "0",
                        "--drain-timeout",
                        "PT-1S",
                        "--monitor",
                        "65536"))
                .isEqualTo(2);
        assertThat(err)
                .contains("--input: ", "--output: " + file + " is a file", "--dead-letters: " + file + " is a file")
                .contains("--validate: " + rules + ": color: ", "--columns: 'int65'", "--full-load: 'maybe'")
                .contains("--commit-rows: '0'", "--drain-timeout: 'PT-1S'", "--monitor: '65536'")
                .contains("has 9 mistakes");

        assertThat(execute(consolidate(
                        "--validate",
                        rules("not-null=Nobody", "range.City=1..2").toString())))
                .isEqualTo(2);
        assertThat(err).contains("--validate: ", "Nobody", "City");
        assertThat(letters).doesNotExist();

        assertThat(execute(letters("drop", "--category", "bad", "--columns", "x")))
                .isEqualTo(2);
        assertThat(err).contains("--output: ", "--dead-letters: ", "--category: 'bad'", "--columns: ");
        assertThat(execute("dead-letters", "list", "--dead-letters", input.toString()))
                .isEqualTo(2);
        assertThat(err).contains("--dead-letters: " + input + " holds no dead letters of dms-to-file");
        assertThat(input).isEmptyDirectory();
        assertThat(execute("dead-letters", "show", "3f9a:1")).isEqualTo(2);
        assertThat(err).contains("--dead-letters: is not set");
        assertThat(execute("dead-letters")).isEqualTo(2);
    }

    @Test
    void namesALetterThatDoesNotExist() throws IOException {
        write("LOAD00000001.csv", "1,Ada,London");
        assertThat(execute(consolidate())).isZero();

        for (String id : List.of("3f9a:1", "3f9a", ":1", "")) {
            assertThat(execute("dead-letters", "show", id, "--dead-letters", letters.toString()))
                    .isEqualTo(2);
            assertThat(err).contains("ID: there is no dead letter " + id);
        }
        assertThat(execute(letters("replay"))).isZero();
        assertThat(out).contains("There are no dead letters in ");
    }

    @Test
    void helpsWithEveryCommand() {
        assertThat(execute("dead-letters", "--help")).isZero();
        assertThat(out).contains("list", "show", "replay", "drop");
        assertThat(execute("dead-letters", "list", "--help")).isZero();
        assertThat(out).contains("--category", "--table", "--lane", "--id");
        assertThat(execute("dead-letters", "show", "--help")).isZero();
        assertThat(out).contains("ID", "--dead-letters");
        assertThat(execute("dead-letters", "replay", "--help")).isZero();
        assertThat(out).contains("--output", "--validate", "--category", "at the same");
        assertThat(execute("dead-letters", "drop", "--help")).isZero();
        assertThat(out).contains("--yes", "--all", "at the same");
    }
}
