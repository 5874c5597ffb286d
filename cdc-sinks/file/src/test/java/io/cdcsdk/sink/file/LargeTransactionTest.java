package io.cdcsdk.sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transaction of five million events with a heap of 256 megabytes, and the pipeline's own bounds. */
@Tag("slow")
class LargeTransactionTest {
    private static final int EVENTS = 5_000_000;

    @TempDir
    Path directory = Path.of("");

    @Test
    void aTransactionLargerThanTheHeapPasses() throws Exception {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeTransaction.class.getName(),
                        directory.toString(),
                        String.valueOf(EVENTS))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();

        try (BufferedReader lines = Files.newBufferedReader(directory.resolve("target/person.csv"))) {
            assertThat(lines.readLine()).isEqualTo("id,name,city");
            for (long id = 1; id <= EVENTS; id++) {
                String expected = id + ",Person number " + id + ",Rome";
                String line = lines.readLine();
                if (!expected.equals(line)) {
                    assertThat(line).isEqualTo(expected);
                }
            }
            assertThat(lines.readLine()).isNull();
        }
    }
}
