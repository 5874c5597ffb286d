package io.cdcsdk.sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table of ten million rows with a heap of 256 megabytes; one minute, and two gigabytes of disk. */
@Tag("slow")
class LargeTableTest {
    private static final int ROWS = 10_000_000;

    @TempDir
    Path directory = Path.of("");

    @Test
    void aTableLargerThanTheHeapIsWritten() throws Exception {
        Path output = directory.resolve("output");
        Path target = directory.resolve("target");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeTable.class.getName(),
                        target.toString(),
                        String.valueOf(ROWS),
                        "100000")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();

        long changed = 0;
        try (BufferedReader lines = Files.newBufferedReader(target.resolve("person.csv"))) {
            assertThat(lines.readLine()).isEqualTo("PersonID,FullName,City");
            for (long id = 0; id < ROWS; id++) {
                String line = lines.readLine();
                boolean paris = (id + ",Person number " + id + ",Paris").equals(line);
                changed += paris ? 1 : 0;
                if (!paris && !(id + ",Person number " + id + ",Rome").equals(line)) {
                    assertThat(line).isEqualTo(id + ",Person number " + id + ",Rome");
                }
            }
            assertThat(lines.readLine()).isNull();
        }
        assertThat(changed).isBetween(99_000L, 100_000L);
        assertThat(TableFiles.temporary(target)).isEmpty();
    }
}
