package com.example.people;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.sink.file.FileSink;
import io.cdcsdk.source.dms.DmsFileSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsumerTest {
    @TempDir
    Path directory;

    @Test
    void movesATable() throws IOException {
        TableSchema person = TableSchema.builder(TableId.of("person"))
                .key("id", LogicalType.INT64)
                .column("name", LogicalType.STRING)
                .build();
        Path input = Files.createDirectories(directory.resolve("input/person"));
        Files.write(input.resolve("LOAD00000001.csv"), List.of("1,Ada", "2,Bob"));
        Files.write(input.resolve("20260101-000000000.csv"), List.of("U,2,Rob", "I,3,Eve", "D,1,Ada"));
        Path output = directory.resolve("output");

        try (Pipeline pipeline = Pipeline.builder("people")
                .source(DmsFileSource.builder()
                        .directory(directory.resolve("input"))
                        .table(person)
                        .build())
                .sink("files", FileSink.builder().directory(output).build())
                .build()) {
            pipeline.run();
        }

        assertEquals(List.of("id,name", "2,Rob", "3,Eve"), Files.readAllLines(output.resolve("person.csv")));
    }
}
