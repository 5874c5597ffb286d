package io.cdcsdk.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.source.dms.DmsFileSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitoredTest {
    @TempDir
    Path directory;

    @Test
    void countsWhatItMoves() throws IOException {
        Path folder = Files.createDirectories(directory.resolve("input/hr/person"));
        InputFiles.write(folder.resolve("LOAD00000001.csv"), "1,Ada", "2,Bob");
        InputFiles.write(folder.resolve("20260101-000000000.csv"), "D,1,Ada");
        TableSchema person = TableSchema.builder(TableId.of("hr", "person"))
                .key("PersonID", LogicalType.INT64)
                .column("FullName", LogicalType.STRING)
                .build();
        DmsFileSource source = DmsFileSource.builder()
                .directory(directory.resolve("input"))
                .table(person)
                .build();

        String metrics = Monitored.run(source, directory.resolve("output"), 0);

        assertThat(metrics)
                .contains(
                        "cdc_source_events_total{operation=\"snapshot\",pipeline=\"people\",source=\"dms\"} 2.0",
                        "cdc_source_events_total{operation=\"delete\",pipeline=\"people\",source=\"dms\"} 1.0",
                        "cdc_source_backlog_bytes{pipeline=\"people\",source=\"dms\"} 0.0",
                        "cdc_pipeline_phase{phase=\"ended\",pipeline=\"people\"} 1.0");
    }
}
