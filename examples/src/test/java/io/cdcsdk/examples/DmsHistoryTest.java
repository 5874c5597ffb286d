package io.cdcsdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.format.JsonEvents;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DmsHistoryTest {
    private static final Path SHIPPED = Path.of("data", "history");
    private static final Path EXPECTED = Path.of("data", "expected", "history.csv");
    private static final String COLUMNS = "id:int64:key,name:string,city:string";
    private static final String HEADER = "id,name,city,_valid_from,_valid_to,_is_current,operation";

    @TempDir
    Path directory;

    private Path input = Path.of("");
    private Path output = Path.of("");
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @BeforeEach
    void makeFolders() throws IOException {
        input = Files.createDirectory(directory.resolve("input"));
        output = directory.resolve("output").resolve("history.csv");
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("dms-history"));
        if (!List.of(arguments).contains("--output")) {
            all.addAll(List.of("--output", output.toString()));
        }
        all.addAll(List.of(arguments));
        out = new StringWriter();
        err = new StringWriter();
        return Examples.execute(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
    }

    private int runOnInput(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("--input", input.toString(), "--columns", COLUMNS, "--timestamp-column", "ts"));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    private int runOnShipped(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--input", SHIPPED.toString()));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    private void write(String name, String... lines) throws IOException {
        InputFiles.write(input.resolve(name), lines);
    }

    private List<String> history() throws IOException {
        return Files.readAllLines(output);
    }

    /** The history without its header. */
    private List<String> versions() throws IOException {
        List<String> lines = history();
        return lines.subList(1, lines.size());
    }

    private static String at(String time) {
        return "2026-01-01 " + time;
    }

    private static String version(String row, String from, String to, String operation) {
        return row + ',' + at(from) + ".000000," + (to.equals("NULL") ? "NULL,true," : at(to) + ".000000,false,")
                + operation;
    }

    private static void generate(Path folder, HistoryGenerator.Plan plan) throws IOException {
        Files.createDirectories(folder);
        new HistoryGenerator(plan, folder).write();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                InputFiles.age(file);
            }
        }
    }

    @Test
    void keepsTheHistoryOfTheShippedFiles() {
        assertThat(runOnShipped()).as(() -> err.toString()).isZero();

        assertThat(output).hasSameBinaryContentAs(EXPECTED);
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString())
                .contains("│ events                 │            27 │ keys                 │             8 │")
                .contains("│ late, put in place     │             1 │", "18 versions in " + output)
                .contains("person_id = 1: 8 versions", "u     █████", "city: London → Paris", "······", "is back", "▶");
        assertThat(out.toString().lines()).allMatch(line -> TextTable.width(line) <= 100);
    }

    @Test
    void drawsTheKeyThatIsAskedFor() {
        assertThat(runOnShipped("--key", "3", "--deletes", "marker")).isZero();
        assertThat(out.toString())
                .contains("person_id = 3: 3 versions", "full_name: Zoë Müller → Zoë Müller-Koch", "░", "deleted");

        assertThat(runOnShipped("--key", "33")).isZero();
        assertThat(out.toString()).contains("There is no version of the key 33.");
    }

    @Test
    void drawsTheLastVersionsOfAKeyWithMany() throws IOException {
        String[] changes = new String[30];
        for (int i = 0; i < changes.length; i++) {
            changes[i] = "U," + at("10:00:" + (10 + i)) + ",1,Ann,city " + i;
        }
        write("20260101-100000000.csv", changes);

        assertThat(runOnInput()).isZero();

        assertThat(out.toString())
                .contains(
                        "id = 1: 30 versions, the last 12 of them:",
                        "city: city 17 → city 18",
                        "city: city 28 → city 29")
                .doesNotContain("city 16");
    }

    @ParameterizedTest(name = "batches of {0}")
    @ValueSource(ints = {1, 7, 1000})
    void batchesOfAnySizeGiveTheSameFile(int rows) throws IOException {
        assertThat(runOnShipped("--batch-rows", String.valueOf(rows))).isZero();
        assertThat(output).hasSameBinaryContentAs(EXPECTED);

        generate(input, new HistoryGenerator.Plan(100, 3_000, Duration.ofHours(3), 500, 10, 3, 5, 10, 11));
        assertThat(run("--input", input.toString(), "--batch-rows", "100000", "--deletes", "marker"))
                .isZero();
        byte[] whole = Files.readAllBytes(output);
        String[] warnings = err.toString().split("warning: ", -1);
        assertThat(run("--input", input.toString(), "--batch-rows", String.valueOf(rows), "--deletes", "marker"))
                .isZero();
        assertThat(output).hasBinaryContent(whole);
        assertThat(err.toString()).endsWith(warnings[warnings.length - 1]);
    }

    @Test
    void takesFilesWithAHeaderAndColumnsInAnyOrder() throws IOException {
        write(
                "LOAD00000001.csv",
                "city,ts,id,name",
                "Ulm," + at("10:00:00") + ",1,Ann",
                "Bonn," + at("10:00:01") + ",2,Bob");
        write("20260101-110000000.csv", "Op,ts,id,name,city", "U," + at("11:00:00") + ",1,Ann,Jena");

        assertThat(runOnInput()).as(() -> err.toString()).isZero();

        assertThat(history())
                .containsExactly(
                        HEADER,
                        version("1,Ann,Ulm", "10:00:00", "11:00:00", "c"),
                        version("1,Ann,Jena", "11:00:00", "NULL", "u"),
                        version("2,Bob,Bonn", "10:00:00", "NULL", "c"));
    }

    @Test
    void takesFilesWithoutAHeader() throws IOException {
        write("LOAD00000001.csv", at("10:00:00") + ",1,Ann,Ulm");
        write("20260101-110000000.csv", "U," + at("11:00:00") + ",1,Ann,Jena", "D," + at("12:00:00") + ",1,NULL,NULL");

        assertThat(runOnInput()).as(() -> err.toString()).isZero();

        assertThat(versions())
                .containsExactly(
                        version("1,Ann,Ulm", "10:00:00", "11:00:00", "c"),
                        version("1,Ann,Jena", "11:00:00", "12:00:00", "u"));
    }

    @Test
    void refusesAFolderOfFilesWithAndWithoutAHeader() throws IOException {
        write("20260101-100000000.csv", "Op,ts,id,name,city", "U," + at("10:00:00") + ",1,Ann,Jena");
        write("20260101-110000000.csv", "U," + at("11:00:00") + ",1,Ann,Ulm");
        write("20260101-120000000.csv");

        assertThat(runOnInput()).isEqualTo(2);

        assertThat(err.toString())
                .contains("--input: 20260101-100000000.csv begins with a line of column names, and "
                        + "20260101-110000000.csv does not");
        assertThat(output).doesNotExist();
    }

    @Test
    void looksForTheHeaderInCompressedFilesAndInDatePartitions() throws IOException {
        Path partition = Files.createDirectories(input.resolve("2026/01/01"));
        Path file = partition.resolve("20260101-100000000.csv.gz");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
            gzip.write(("Op,ts,id,name,city\nI," + at("10:00:00") + ",1,Ann,Ulm\n").getBytes(StandardCharsets.UTF_8));
        }
        InputFiles.age(file);

        assertThat(runOnInput()).as(() -> err.toString()).isZero();

        assertThat(versions()).containsExactly(version("1,Ann,Ulm", "10:00:00", "NULL", "c"));
    }

    @Test
    void allFilesWithoutOperationsAreOneFullLoadThatIsReadFirst() throws IOException {
        write("LOAD00000001.csv", at("10:00:00") + ",1,Ann,Ulm");
        write("LOAD00000002.csv", at("10:00:00") + ",2,Bob,Bonn");
        write("changes.csv", "U," + at("11:00:00") + ",1,Ann,Jena", "U," + at("11:00:00") + ",4,Dora,Gera");
        write("part1.csv", at("10:00:00") + ",3,Cid,Hof");
        write("people.csv", at("10:00:00") + ",4,Dora,Ulm");

        assertThat(runOnInput()).as(() -> err.toString()).isZero();

        assertThat(versions())
                .containsExactly(
                        version("1,Ann,Ulm", "10:00:00", "11:00:00", "c"),
                        version("1,Ann,Jena", "11:00:00", "NULL", "u"),
                        version("2,Bob,Bonn", "10:00:00", "NULL", "c"),
                        version("3,Cid,Hof", "10:00:00", "NULL", "c"),
                        version("4,Dora,Ulm", "10:00:00", "11:00:00", "c"),
                        version("4,Dora,Gera", "11:00:00", "NULL", "u"));
    }

    @Test
    void filesOfAnyNameAreReadWithAHeaderTooAndInDatePartitions() throws IOException {
        write("cdc_1.csv", "Op,ts,id,name,city", "U," + at("11:00:00") + ",1,Ann,Jena");
        Files.createDirectories(input.resolve("2026").resolve("01"));
        write("2026/01/full.csv", "id,name,city", "1,Ann,Ulm");
        Files.createDirectories(input.resolve("old"));
        write("old/full.csv", "id,name,city", "9,Eva,Ulm");

        assertThat(runOnInput()).isEqualTo(1);
        assertThat(err.toString()).contains("error: full.csv: this full load has no timestamp column", "--load-time");

        assertThat(runOnInput("--load-time", at("09:00:00")))
                .as(() -> err.toString())
                .isZero();
        assertThat(versions())
                .containsExactly(
                        version("1,Ann,Ulm", "09:00:00", "11:00:00", "c"),
                        version("1,Ann,Jena", "11:00:00", "NULL", "u"));
        assertThat(err.toString())
                .contains("warning: not read", input.resolve("old/full.csv").toString());
    }

    @Test
    void aDeleteMayLeaveOutAllButTheKey() throws IOException {
        write(
                "20260101-100000000.csv",
                "I," + at("10:00:00") + ",1,5,true,2026-01-01",
                "D," + at("10:10:00") + ",1,,,");

        assertThat(run(
                        "--input",
                        input.toString(),
                        "--timestamp-column",
                        "ts",
                        "--columns",
                        "id:int64:key,a:int64,b:boolean,c:date"))
                .as(() -> err.toString())
                .isZero();
        assertThat(versions()).containsExactly(version("1,5,true,2026-01-01", "10:00:00", "10:10:00", "c"));

        write("20260101-110000000.csv", "I," + at("10:20:00") + ",2,,true,2026-01-01");
        assertThat(run(
                        "--input",
                        input.toString(),
                        "--timestamp-column",
                        "ts",
                        "--columns",
                        "id:int64:key,a:int64,b:boolean,c:date"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("20260101-110000000.csv", "column 'a'");
    }

    @Test
    void aRunThatKeptNothingDoesNotFixTheOptionsOfItsStore() throws IOException {
        String store = "disk:" + directory.resolve("store");
        write("20260101-110000000.csv", "U," + at("11:00:00") + ",1,Ann,Jena");
        assertThat(run("--input", input.toString(), "--columns", "id:int64:key,a:int64,b:int64", "--store", store))
                .isEqualTo(1);

        assertThat(runOnInput("--store", store)).as(() -> err.toString()).isZero();
        assertThat(versions()).hasSize(1);
        assertThat(runOnInput("--store", store, "--deletes", "marker")).isEqualTo(2);
    }

    @Test
    void aHistoryOnDiskRefusesAFullLoadThatComesLater() throws IOException {
        String store = "disk:" + directory.resolve("store");
        write("part1.csv", at("10:00:00") + ",1,Ann,Ulm");
        write("changes.csv", "U," + at("11:00:00") + ",1,Ann,Jena");
        assertThat(runOnInput("--store", store)).as(() -> err.toString()).isZero();
        assertThat(runOnInput("--store", store)).as(() -> err.toString()).isZero();

        write("part2.csv", at("10:00:00") + ",2,Bob,Bonn");
        assertThat(runOnInput("--store", store)).isEqualTo(2);
        assertThat(err.toString()).contains("--input: part2.csv: part of a full load", "choose another --store");
        assertThat(versions()).hasSize(2);
    }

    @Test
    void saysBeforeReadingThatTheOutputCannotBeWritten() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertThat(runOnInput("--output", file.resolve("history.csv").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--output: " + file + " is a file; expected a directory");

        Path among = input.resolve("history.csv");
        assertThat(runOnInput("--output", among.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--output: " + among + " would be read as a file of --input");
        assertThat(among).doesNotExist();
    }

    @Test
    void aFullLoadWithoutATimeNeedsOne() throws IOException {
        write("LOAD00000001.csv", "id,name,city", "1,Ann,Ulm");
        write("20260101-110000000.csv", "Op,ts,id,name,city", "U," + at("11:00:00") + ",1,Ann,Jena");

        assertThat(runOnInput()).isEqualTo(1);
        assertThat(err.toString()).contains("LOAD00000001.csv: this full load has no timestamp column", "--load-time");
        assertThat(output).doesNotExist();

        assertThat(runOnInput("--load-time", at("09:00:00")))
                .as(() -> err.toString())
                .isZero();
        assertThat(versions())
                .containsExactly(
                        version("1,Ann,Ulm", "09:00:00", "11:00:00", "c"),
                        version("1,Ann,Jena", "11:00:00", "NULL", "u"));
    }

    @Test
    void anEmptyFullLoadNeedsNoTime() throws IOException {
        write("LOAD00000001.csv", "ts,id,name,city");
        write("20260101-110000000.csv", "Op,ts,id,name,city", "I," + at("11:00:00") + ",1,Ann,Jena");
        assertThat(runOnInput()).as(() -> err.toString()).isZero();
        assertThat(versions()).containsExactly(version("1,Ann,Jena", "11:00:00", "NULL", "c"));

        write("later.csv", "ts,id,name,city");
        assertThat(runOnInput()).as(() -> err.toString()).isZero();
        assertThat(versions()).containsExactly(version("1,Ann,Jena", "11:00:00", "NULL", "c"));
    }

    @Test
    void aFolderWithoutChangesGivesAHeaderAlone() throws IOException {
        assertThat(runOnInput()).as(() -> err.toString()).isZero();

        assertThat(history()).containsExactly(HEADER);
        assertThat(out.toString()).contains("There was nothing to read.", "0 versions in ");
    }

    @Test
    void aLateChangeSplitsAVersionAndOneThatIsTooLateIsLeftOutWithAWarning() throws IOException {
        write(
                "20260101-100000000.csv",
                "I," + at("10:00:00") + ",1,Ann,Ulm",
                "U," + at("12:00:00") + ",1,Ann,Hof",
                "U," + at("11:15:00") + ",1,Ann,Jena",
                "U," + at("10:59:59") + ",1,Ann,Bonn");

        assertThat(runOnInput()).isZero();
        assertThat(versions())
                .containsExactly(
                        version("1,Ann,Ulm", "10:00:00", "11:15:00", "c"),
                        version("1,Ann,Jena", "11:15:00", "12:00:00", "u"),
                        version("1,Ann,Hof", "12:00:00", "NULL", "u"));
        assertThat(out.toString())
                .contains("│ late, put in place     │             1 │", "│ too late               │             1 │");
        assertThat(err.toString())
                .contains("warning: left out: ", "20260101-100000000.csv", "warning: 1 change is not in the history")
                .contains("--lateness", "--dead-letters");

        assertThat(runOnInput("--lateness", "unlimited")).isZero();
        assertThat(versions()).contains(version("1,Ann,Bonn", "10:59:59", "11:15:00", "u"));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void sourceOrderTakesFilesAndLinesAsTheyCome() throws IOException {
        write(
                "20260101-100000000.csv",
                "I," + at("10:00:00") + ",1,Ann,Ulm",
                "U," + at("12:00:00") + ",1,Ann,Hof",
                "U," + at("11:15:00") + ",1,Ann,Jena");

        assertThat(runOnInput("--order", "source")).isZero();

        assertThat(versions())
                .containsExactly(
                        version("1,Ann,Ulm", "10:00:00", "12:00:00", "c"),
                        version("1,Ann,Jena", "12:00:00", "NULL", "u"));
    }

    @Test
    void theChangeSequenceOrdersChangesOfOneCommitTime() throws IOException {
        String later = "20260101110000000000000000000000002";
        String earlier = "20260101110000000000000000000000001";
        write(
                "20260101-100000000.csv",
                "Op,ts,id,name,city,seq",
                "U," + at("11:00:00") + ",1,Ann,Hof," + later,
                "I," + at("11:00:00") + ",1,Ann,Ulm," + earlier);

        assertThat(runOnInput("--change-sequence-column", "seq"))
                .as(() -> err.toString())
                .isZero();

        assertThat(versions()).containsExactly(version("1,Ann,Hof", "11:00:00", "NULL", "u"));
    }

    @Test
    void keepsTooLateAndBrokenChangesAsDeadLettersEachOnce() throws IOException {
        Path letters = directory.resolve("letters").resolve("dead.jsonl");
        write(
                "20260101-100000000.csv",
                "I," + at("12:00:00") + ",1,Ann,Ulm",
                "I," + at("10:59:59") + ",2,\"B\"\"ob\nLe\",Hof",
                "I,NULL,3,Cid,Jena");

        assertThat(runOnInput("--dead-letters", letters.toString()))
                .as(() -> err.toString())
                .isZero();
        assertThat(out.toString()).contains("2 changes are not in the history and kept in " + letters);
        assertThat(versions()).containsExactly(version("1,Ann,Ulm", "12:00:00", "NULL", "c"));
        List<String> lines = Files.readAllLines(letters);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .startsWith("{\"lane\":\"input\",\"category\":\"too-late\",\"message\":\"")
                .contains("20260101-100000000.csv");
        assertThat(lines.get(1)).startsWith("{\"lane\":\"input\",\"category\":\"invalid\",\"message\":\"");
        String json = lines.get(0)
                .substring(lines.get(0).indexOf(",\"event\":") + 9, lines.get(0).length() - 1);
        ChangeEvent event = JsonEvents.read(json);
        assertThat(event.position().offset()).isEqualTo(2);

        // A crash in the middle of a line, before the commit: the events come again, and stand there once.
        Files.writeString(letters, lines.get(0) + "\n" + lines.get(1).substring(0, 40));
        assertThat(runOnInput("--dead-letters", letters.toString()))
                .as(() -> err.toString())
                .isZero();
        assertThat(Files.readAllLines(letters)).isEqualTo(lines);
    }

    @Test
    void doesNotAddDeadLettersToAFileOfAnotherKind() throws IOException {
        Path notes = Files.writeString(directory.resolve("notes.txt"), "remember the milk");
        write("20260101-100000000.csv", "I," + at("12:00:00") + ",1,Ann,Ulm");

        assertThat(runOnInput("--dead-letters", notes.toString())).isEqualTo(2);

        assertThat(err.toString()).contains("--dead-letters: " + notes + ", line 1: this is not a dead letter");
        assertThat(notes).hasContent("remember the milk");
    }

    @Test
    void aBrokenChangeStopsTheRunWithoutDeadLetters() throws IOException {
        write("20260101-100000000.csv", "I," + at("12:00:00") + ",1,Ann,Ulm", "I,NULL,3,Cid,Jena");

        assertThat(runOnInput()).isEqualTo(1);

        assertThat(err.toString()).contains("20260101-100000000.csv", "--dead-letters");
        assertThat(output).doesNotExist();
    }

    @Test
    void aDeleteClosesOrLeavesAMarker() throws IOException {
        write(
                "20260101-100000000.csv",
                "I," + at("10:00:00") + ",1,Ann,Ulm",
                "D," + at("10:10:00") + ",1,NULL,NULL",
                "I," + at("10:20:00") + ",1,Ann,Ulm",
                "D," + at("10:30:00") + ",2,NULL,NULL",
                "I," + at("10:40:00") + ",3,Cid,Hof",
                "D," + at("10:40:00") + ",3,Cid,Hof");

        assertThat(runOnInput()).isZero();
        assertThat(versions())
                .containsExactly(
                        version("1,Ann,Ulm", "10:00:00", "10:10:00", "c"),
                        version("1,Ann,Ulm", "10:20:00", "NULL", "c"));

        assertThat(runOnInput("--deletes", "marker")).isZero();
        assertThat(versions())
                .containsExactly(
                        version("1,Ann,Ulm", "10:00:00", "10:10:00", "c"),
                        version("1,Ann,Ulm", "10:10:00", "10:20:00", "d"),
                        version("1,Ann,Ulm", "10:20:00", "NULL", "c"));
    }

    @Test
    void onlyTrackedColumnsOpenVersionsAndOthersAreOverwritten() throws IOException {
        write(
                "20260101-100000000.csv",
                "I," + at("10:00:00") + ",1,Ann,Ulm",
                "U," + at("10:10:00") + ",1,Anna,Ulm",
                "U," + at("10:20:00") + ",1,Anna,Hof",
                "U," + at("10:30:00") + ",1,Anne,Hof");
        String[] expected = {
            version("1,Anna,Ulm", "10:00:00", "10:20:00", "c"), version("1,Anne,Hof", "10:20:00", "NULL", "u")
        };

        assertThat(runOnInput("--tracked", "city")).isZero();
        assertThat(versions()).containsExactly(expected);

        assertThat(runOnInput("--overwritten", "name")).isZero();
        assertThat(versions()).containsExactly(expected);
    }

    @Test
    void tellsNullFromTheWordAndQuotesWhatNeedsIt() throws IOException {
        write(
                "20260101-100000000.csv",
                "I," + at("10:00:00") + ",10,NULL,\"NULL\"",
                "I," + at("10:00:00") + ",9,\"\",\"a \"\"b\"\", c\"");

        assertThat(runOnInput()).isZero();

        assertThat(versions())
                .containsExactly(
                        version("9,\"\",\"a \"\"b\"\", c\"", "10:00:00", "NULL", "c"),
                        version("10,NULL,\"NULL\"", "10:00:00", "NULL", "c"));
    }

    @Test
    void sortsTextKeysByCodePoints() throws IOException {
        write(
                "20260101-100000000.csv",
                "I,2026-01-01 10:00:00,𠮷",
                "I,2026-01-01 10:00:00,\uFFEE",
                "I,2026-01-01 10:00:00,B");

        assertThat(run("--input", input.toString(), "--columns", "code:string:key"))
                .as(() -> err.toString())
                .isZero();

        assertThat(versions().stream().map(line -> line.substring(0, line.indexOf(','))))
                .containsExactly("B", "\uFFEE", "𠮷");
    }

    @Test
    void goesOnWhereItStoppedWithAHistoryOnDisk() throws IOException {
        String store = "disk:" + directory.resolve("store");
        write("LOAD00000001.csv", at("10:00:00") + ",1,Ann,Ulm");
        write("20260101-110000000.csv", "U," + at("11:00:00") + ",1,Ann,Jena");
        assertThat(runOnInput("--store", store)).as(() -> err.toString()).isZero();
        String first = version("1,Ann,Ulm", "10:00:00", "11:00:00", "c");
        assertThat(versions()).containsExactly(first, version("1,Ann,Jena", "11:00:00", "NULL", "u"));

        assertThat(runOnInput("--store", store)).isZero();
        assertThat(out.toString()).contains("Resumed after the end of 20260101-110000000.csv", "Nothing new since");
        assertThat(versions()).hasSize(2);

        write("20260101-120000000.csv", "U," + at("11:30:00") + ",1,Ann,Hof", "U," + at("10:30:00") + ",1,Ann,Bonn");
        assertThat(runOnInput("--store", store)).isZero();
        assertThat(versions())
                .containsExactly(
                        version("1,Ann,Ulm", "10:00:00", "10:30:00", "c"),
                        version("1,Ann,Bonn", "10:30:00", "11:00:00", "u"),
                        version("1,Ann,Jena", "11:00:00", "11:30:00", "u"),
                        version("1,Ann,Hof", "11:30:00", "NULL", "u"));
    }

    @Test
    void aHistoryOnDiskTakesNoOtherInputAndNoOtherRules() throws IOException {
        String store = "disk:" + directory.resolve("store");
        write("20260101-110000000.csv", "U," + at("11:00:00") + ",1,Ann,Jena");
        assertThat(runOnInput("--store", store)).as(() -> err.toString()).isZero();

        assertThat(runOnShipped("--store", store)).isEqualTo(2);
        assertThat(err.toString()).contains("holds the table of the input " + input, "choose another --store");

        assertThat(runOnInput("--store", store, "--deletes", "marker", "--tracked", "city"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("--deletes: is 'marker', and the history in " + directory.resolve("store")
                        + " was begun with 'close'")
                .contains("--tracked: is 'city'", "was begun with nothing");
        assertThat(versions()).hasSize(1);
    }

    @ParameterizedTest(name = "batches of {0}")
    @ValueSource(ints = {50, 1000})
    void memoryAndDiskGiveTheSameFile(int rows) throws IOException {
        generate(input, new HistoryGenerator.Plan(100, 3_000, Duration.ofHours(3), 500, 10, 3, 5, 10, 12));
        assertThat(run("--input", input.toString())).isZero();
        byte[] inMemory = Files.readAllBytes(output);

        assertThat(run(
                        "--input",
                        input.toString(),
                        "--batch-rows",
                        String.valueOf(rows),
                        "--store",
                        "disk:" + directory.resolve("store")))
                .as(() -> err.toString())
                .isZero();

        assertThat(output).hasBinaryContent(inMemory);
    }

    @Test
    void namesEveryMistakeAtOnce() {
        assertThat(runOnShipped(
                        "--tracked",
                        "town",
                        "--overwritten",
                        "city,nmae",
                        "--lateness",
                        "an hour",
                        "--store",
                        "disc:/tmp",
                        "--batch-rows",
                        "0",
                        "--order",
                        "any",
                        "--deletes",
                        "never",
                        "--load-time",
                        "noon",
                        "--dead-letters",
                        output.toString()))
                .isEqualTo(2);

        assertThat(err.toString())
                .contains("--overwritten: excludes tracked")
                .contains("--tracked: names the column 'town'", "--overwritten: names the column 'nmae'")
                .contains("--lateness: 'an hour' is not valid; expected a duration such as PT1H, or unlimited")
                .contains("--store: 'disc:/tmp' is not valid; expected memory, or disk:DIR")
                .contains("--batch-rows: '0'", "--deletes: 'never'", "--load-time: 'noon'")
                .contains("--order: 'any' is not valid; expected one of commit-time, source")
                .contains("--dead-letters: " + output + " is the --output too");
        assertThat(output).doesNotExist();
    }

    @Test
    void namesTheOptionThatIsWrong() {
        assertThat(run("--input", directory.resolve("missing").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--input: ", "is not a directory").doesNotContain("watch");

        assertThat(runOnShipped("--columns", "id:int65:key")).isEqualTo(2);
        assertThat(err.toString()).contains("--columns: ", "int65");

        assertThat(runOnShipped("--columns", "id:int64,name:string")).isEqualTo(2);
        assertThat(err.toString()).contains("--columns: ", "name the columns that identify a row");

        assertThat(runOnInput("--colums", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("--colums").contains("See examples/run dms-history --help");
    }
}
