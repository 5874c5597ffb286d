package io.cdcsdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickStartTest {
    @TempDir
    Path directory;

    @Test
    void consolidatesATable() throws IOException {
        Path folder = Files.createDirectories(directory.resolve("input/hr/person"));
        InputFiles.write(folder.resolve("LOAD00000001.csv"), "1,Ada,London", "2,Bob,Paris");
        InputFiles.write(folder.resolve("20260101-000000000.csv"), "D,1,Ada,London", "I,3,Eve,NULL");
        Path output = directory.resolve("output");

        QuickStart.run(directory.resolve("input"), output);

        assertThat(output.resolve("hr.person.csv")).hasContent("""
                PersonID,FullName,City
                2,Bob,Paris
                3,Eve,NULL
                """);
    }
}
