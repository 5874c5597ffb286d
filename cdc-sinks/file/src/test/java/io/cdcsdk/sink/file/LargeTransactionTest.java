package io.cdcsdk.sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.testkit.kill.Child;
import io.cdcsdk.testkit.kill.ChildProgram;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transaction of five million events with a heap of 256 megabytes, and the pipeline's own bounds. */
@Tag("slow")
class LargeTransactionTest {
    private static final int EVENTS = 5_000_000;
    private static final Duration LONGEST = Duration.ofMinutes(5);

    @TempDir
    Path directory = Path.of("");

    @Test
    void aTransactionLargerThanTheHeapPasses() throws Exception {
        try (Child child = ChildProgram.of(LargeTransaction.class, directory.toString(), String.valueOf(EVENTS))
                .heapMegabytes(256)
                .start()) {
            assertThat(child.awaitEnd(LONGEST)).isTrue();
            assertThat(child.exitCode()).as(String.join("\n", child.lines())).isZero();
        }

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
