package io.cdcsdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryGeneratorTest {
    @TempDir
    Path directory;

    private Path generate(String folder, long seed) throws IOException {
        Path output = Files.createDirectory(directory.resolve(folder));
        new HistoryGenerator(
                        new HistoryGenerator.Plan(200, 5_000, Duration.ofHours(4), 1_000, 10, 2, 4, 5, seed), output)
                .write();
        return output;
    }

    private static List<Path> files(Path folder, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    private static List<CsvRecord> changes(Path folder) throws IOException {
        List<CsvRecord> changes = new ArrayList<>();
        for (Path file : files(folder, "2026")) {
            try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(file)) {
                List<CsvRecord> records = reader.stream().toList();
                assertThat(records.get(0).getField(0)).isEqualTo("Op");
                changes.addAll(records.subList(1, records.size()));
            }
        }
        return changes;
    }

    @Test
    void theSameSeedGivesTheSameFiles() throws IOException {
        Path one = generate("one", 3);
        Path other = generate("other", 3);
        Path different = generate("different", 4);

        assertThat(files(one, "")).hasSizeGreaterThan(5);
        for (Path file : files(one, "")) {
            assertThat(other.resolve(file.getFileName())).hasSameBinaryContentAs(file);
        }
        assertThat(different.resolve("LOAD00000001.csv")).isRegularFile();
        assertThat(Files.readString(different.resolve("LOAD00000001.csv")))
                .isNotEqualTo(Files.readString(one.resolve("LOAD00000001.csv")));
    }

    @Test
    void changesComeLateTooLateAndTwice() throws IOException {
        List<CsvRecord> changes = changes(generate("table", 5));
        Set<List<String>> seen = new HashSet<>();
        String newest = "";
        int late = 0;
        int repeats = 0;
        for (CsvRecord change : changes) {
            assertThat(change.getFieldCount()).isEqualTo(7);
            assertThat(change.getField(0)).isIn("I", "U", "D");
            late += change.getField(1).compareTo(newest) < 0 ? 1 : 0;
            repeats += seen.add(change.getFields()) ? 0 : 1;
            newest = change.getField(1).compareTo(newest) > 0 ? change.getField(1) : newest;
        }
        assertThat(changes).hasSizeGreaterThan(5_000);
        assertThat(late).isBetween(400, 1_200);
        assertThat(repeats).isBetween(100, 400);
    }

    @Test
    void namesEveryMistake() {
        StringWriter err = new StringWriter();
        int code = Examples.execute(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err),
                "generate-history",
                "--output",
                directory.toString(),
                "--late-percent",
                "60",
                "--too-late-percent",
                "50",
                "--keys",
                "-1");

        assertThat(code).isEqualTo(2);
        assertThat(err.toString())
                .contains("--too-late-percent: is 50; expected a whole number from 0 to 40", "--keys: is -1");
    }
}
