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

/** A table of ten million rows with a heap of 256 megabytes; one minute, and two gigabytes of disk. */
@Tag("slow")
class LargeTableTest {
    private static final int ROWS = 10_000_000;
    private static final Duration LONGEST = Duration.ofMinutes(5);

    @TempDir
    Path directory = Path.of("");

    @Test
    void aTableLargerThanTheHeapIsWritten() throws Exception {
        Path target = directory.resolve("target");
        try (Child child = ChildProgram.of(LargeTable.class, target.toString(), String.valueOf(ROWS), "100000")
                .heapMegabytes(256)
                .start()) {
            assertThat(child.awaitEnd(LONGEST)).isTrue();
            assertThat(child.exitCode()).as(String.join("\n", child.lines())).isZero();
        }

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
