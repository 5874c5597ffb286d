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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DmsToFileTest {
    private static final Path SHIPPED = Path.of("data", "person");
    private static final Path EXPECTED = Path.of("data", "expected", "person.csv");

    @TempDir
    Path directory;

    private Path input = Path.of("");
    private Path output = Path.of("");
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @BeforeEach
    void makeFolders() throws IOException {
        input = Files.createDirectory(directory.resolve("input"));
        output = directory.resolve("output");
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("dms-to-file", "--output", output.toString()));
        all.addAll(List.of(arguments));
        out = new StringWriter();
        err = new StringWriter();
        return Examples.execute(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
    }

    private int runOnInput(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--input", input.toString()));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    private void write(String name, String... lines) throws IOException {
        InputFiles.write(input.resolve(name), lines);
    }

    private List<String> result() throws IOException {
        return Files.readAllLines(output.resolve(DmsToFile.FINAL_OUTPUT));
    }

    @Test
    void consolidatesTheShippedFiles() {
        assertThat(run("--input", SHIPPED.toString())).as(() -> err.toString()).isZero();

        assertThat(output.resolve(DmsToFile.FINAL_OUTPUT)).hasSameTextualContentAs(EXPECTED);
        assertThat(out.toString())
                .contains("10 snapshot rows, 4 inserts, 6 updates, 3 deletes")
                .contains("│ PersonID │ FullName", "│ 8        │ Fatma↵Şahin", "11 rows in ");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void findsNothingNewWhenRunAgain() {
        run("--input", SHIPPED.toString());

        assertThat(run("--input", SHIPPED.toString())).isZero();

        assertThat(out.toString())
                .contains("Resumed after the end of 20260106-093000000.csv", "Nothing new since the last run.");
        assertThat(output.resolve(DmsToFile.FINAL_OUTPUT)).hasSameTextualContentAs(EXPECTED);
    }

    @Test
    void goesOnWithTheFilesThatAreNew() throws IOException {
        write("LOAD00000001.csv", "1,Ada,London", "2,Bob,Paris");
        assertThat(runOnInput()).isZero();
        write("20260101-000000000.csv", "U,2,Bob,Rome", "I,3,Eve,Oslo", "D,1,Ada,London");

        assertThat(runOnInput()).isZero();

        assertThat(out.toString()).contains("0 snapshot rows, 1 inserts, 1 updates, 1 deletes");
        assertThat(result()).containsExactly("PersonID,FullName,City", "2,Bob,Rome", "3,Eve,Oslo");
    }

    @Test
    void takesEachFileWithoutOperationsAsASnapshotWhereNamesTellNothing() throws IOException {
        write("a.csv", "1,Ada,London", "2,Bob,Paris");
        write("b.csv", "U,1,Ada,Rome");
        write("c.csv", "3,Eve,Oslo", "4,Dan,Bern");
        write("d.csv", "D,4,Dan,Bern");

        assertThat(runOnInput()).as(() -> err.toString()).isZero();

        assertThat(result()).containsExactly("PersonID,FullName,City", "3,Eve,Oslo");
    }

    @Test
    void refusesToMixTwoInputsInOneOutput() throws IOException {
        run("--input", SHIPPED.toString());
        write("LOAD00000001.csv", "1,Ada,London");

        assertThat(runOnInput()).isEqualTo(2);

        assertThat(err.toString())
                .contains(
                        output + " holds the table of the input " + SHIPPED.toAbsolutePath(),
                        "and not of " + input,
                        "choose another --output");
        assertThat(output.resolve(DmsToFile.FINAL_OUTPUT)).hasSameTextualContentAs(EXPECTED);
    }

    @Test
    void refusesAnInputOfTheSameNameInAnotherPlace() throws IOException {
        Path january = directory.resolve("jan").resolve("person");
        Path february = directory.resolve("feb").resolve("person");
        InputFiles.write(Files.createDirectories(january).resolve("LOAD00000001.csv"), "1,Ada,London");
        InputFiles.write(Files.createDirectories(february).resolve("LOAD00000001.csv"), "2,Bob,Paris");
        assertThat(run("--input", january.toString())).isZero();

        assertThat(run("--input", february.toString())).isEqualTo(2);
        assertThat(err.toString()).contains(january.toString(), february.toString());
        assertThat(result()).containsExactly("PersonID,FullName,City", "1,Ada,London");

        assertThat(run("--input", february.resolve("../../jan/person").toString()))
                .isZero();
        Files.delete(output.resolve(InputMark.FILE));
        assertThat(run("--input", january.toString())).isZero();
    }

    @Test
    void aMistakeInTheOptionsDoesNotMarkTheOutput() throws IOException {
        write("LOAD00000001.csv", "1,Ada,London");
        assertThat(runOnInput("--columns", "PersonID:int65:key")).isEqualTo(2);

        assertThat(output.resolve(InputMark.FILE)).doesNotExist();
    }

    @Test
    void takesOtherColumns() throws IOException {
        write("LOAD00000001.csv", "b,2,1.50,NULL", "a,1,2.25,x");

        assertThat(runOnInput("--columns", "code:string:key,number:int32,price:decimal(10,2),note:string"))
                .as(() -> err.toString())
                .isZero();

        assertThat(result()).containsExactly("code,number,price,note", "a,1,2.25,x", "b,2,1.50,NULL");
    }

    @Test
    void namesTheFileTheLineAndTheColumnOfABadValue() throws IOException {
        write("LOAD00000001.csv", "1,Ada,London", "zwei,Bob,Paris");

        assertThat(runOnInput()).isEqualTo(1);

        assertThat(err.toString()).startsWith("error: ").contains("LOAD00000001.csv", "line 2", "PersonID", "int64");
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void showsTheStackTraceOnRequestAlone() throws IOException {
        write("LOAD00000001.csv", "zwei,Bob,Paris");

        assertThat(runOnInput("--verbose")).isEqualTo(1);

        assertThat(err.toString()).contains("\tat io.cdcsdk.");
    }

    @Test
    void namesTheOptionThatIsWrong() {
        assertThat(run("--input", directory.resolve("missing").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--input: ", "is not a directory");

        assertThat(runOnInput("--columns", "PersonID:int65:key")).isEqualTo(2);
        assertThat(err.toString()).contains("columns", "int65");

        assertThat(runOnInput("--commit-rows", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("commit-rows");

        assertThat(runOnInput("--colums", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("--colums").contains("See examples/run dms-to-file --help");
    }

    @Test
    void helpsWithEveryExample() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("--input", "--output", "--watch", "--columns", "--commit-rows");
    }

    @Test
    void watchesUntilItIsTerminatedAndDrains() throws Exception {
        write("LOAD00000001.csv", "1,Ada,London");
        try (Child example = ExampleProgram.of(
                        "dms-to-file",
                        "--watch",
                        "--show-commits",
                        "--commit-rows",
                        "1",
                        "--input",
                        input.toString(),
                        "--output",
                        output.toString())
                .start()) {
            example.awaitLines(line -> line.contains("LOAD00000001.csv"), 1);
            write("LOAD00000002.csv", "3,Eve,Oslo");
            example.awaitLines(line -> line.contains("LOAD00000002.csv"), 1);
            assertThat(output.resolve(DmsToFile.FINAL_OUTPUT))
                    .as("the load may not be complete before the first change file")
                    .doesNotExist();
            write("20260101-000000000.csv", "I,2,Bob,Paris");
            example.awaitLines(line -> line.contains("20260101-000000000.csv"), 1);

            example.terminate();

            assertThat(example.awaitEnd(Duration.ofSeconds(30))).isTrue();
            int unused = example.exitCode();
            assertThat(example.lines()).contains("3 rows in " + output.resolve(DmsToFile.FINAL_OUTPUT));
        }
        assertThat(result()).containsExactly("PersonID,FullName,City", "1,Ada,London", "2,Bob,Paris", "3,Eve,Oslo");
    }
}
