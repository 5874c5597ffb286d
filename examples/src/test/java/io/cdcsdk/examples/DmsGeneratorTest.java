package io.cdcsdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DmsGeneratorTest {
    private static final int ROWS = 3_000;
    private static final int CHANGES = 5_000;

    @TempDir
    Path directory;

    private DmsGenerator.Summary generate(String folder, long seed, GeneratedLayout layout) throws IOException {
        Path output = Files.createDirectories(directory.resolve(folder));
        return new DmsGenerator(new DmsGenerator.Plan(ROWS, CHANGES, 12, 3, seed, layout)).writeTo(output);
    }

    private List<Path> files(String folder, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(folder))) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    private static List<CsvRecord> records(Path file) throws IOException {
        try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(file)) {
            return reader.stream().toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void writesEveryKeyOnceAndOnlyChangesThatAreValid(GeneratedLayout layout) throws IOException {
        DmsGenerator.Summary summary = generate("table", 7, layout);
        int prefix = layout == GeneratedLayout.WIDE ? 2 : 0;
        int width = layout == GeneratedLayout.WIDE ? 11 : 3;
        Set<Long> live = new HashSet<>();

        for (Path file : files("table", "LOAD")) {
            for (CsvRecord row : records(file)) {
                assertThat(row.getFieldCount()).isEqualTo(width);
                assertThat(live.add(Long.parseLong(row.getField(prefix)))).isTrue();
            }
        }
        assertThat(live).hasSize(ROWS).contains(1L, (long) ROWS);

        int key = Math.max(prefix, 1);
        for (Path file : files("table", "2026")) {
            for (CsvRecord row : records(file)) {
                assertThat(row.getFieldCount()).isEqualTo(key + width - prefix);
                long id = Long.parseLong(row.getField(key));
                switch (row.getField(0)) {
                    case "I" -> assertThat(live.add(id)).isTrue();
                    case "U" -> assertThat(live).contains(id);
                    default -> assertThat(live.remove(id)).isTrue();
                }
            }
        }
        assertThat(summary.liveRows()).isEqualTo(live.size());
        assertThat(summary.inserts() + summary.updates() + summary.deletes()).isEqualTo(CHANGES);
    }

    @Test
    void namesFullLoadFilesInHex() throws IOException {
        generate("table", 7, GeneratedLayout.PERSON);

        assertThat(files("table", "LOAD"))
                .extracting(file -> String.valueOf(file.getFileName()))
                .contains("LOAD00000009.csv", "LOAD0000000A.csv", "LOAD0000000C.csv");
    }

    @Test
    void writesTheSameBytesForTheSameSeedAndOthersForAnother() throws IOException {
        generate("one", 7, GeneratedLayout.WIDE);
        generate("again", 7, GeneratedLayout.WIDE);
        generate("other", 8, GeneratedLayout.WIDE);

        for (Path file : files("one", "")) {
            assertThat(directory.resolve("again").resolve(file.getFileName())).hasSameBinaryContentAs(file);
        }
        assertThat(files("other", "LOAD").get(0))
                .content()
                .isNotEqualTo(Files.readString(files("one", "LOAD").get(0)));
    }

    @Test
    void containsWhatIsHardToParse() throws IOException {
        generate("table", 7, GeneratedLayout.PERSON);

        String text = Files.readString(files("table", "LOAD").get(0));
        assertThat(text).contains("\"Washington, D.C.\"", "NULL", " \"\"Ace\"\" ", "𠮷田", ",\n");
        assertThat(records(files("table", "LOAD").get(0)))
                .anyMatch(row -> row.getField(1).contains("\n"));
    }

    @Test
    void refusesADirectoryWithFiles() throws IOException {
        Files.writeString(directory.resolve("mine.txt"), "precious");
        StringWriter err = new StringWriter();

        int exitCode = Examples.execute(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err),
                "generate-dms",
                "--output",
                directory.toString());

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains("--output " + directory + " is not empty");
        assertThat(files(".", "")).hasSize(1);
    }
}
