package io.cdcsdk.examples;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.sink.file.FileSink;
import io.cdcsdk.source.dms.DmsFileSource;
import java.nio.file.Path;

/** The shortest pipeline that is of use; the README shows its region. */
final class QuickStart {
    private QuickStart() {}

    /** Consolidates the DMS files of table {@code hr.person}, which lie in {@code input/hr/person}, into one file. */
    static void run(Path input, Path output) {
        // tag::pipeline[]
        TableSchema person = TableSchema.builder(TableId.of("hr", "person"))
                .key("PersonID", LogicalType.INT64)
                .column("FullName", LogicalType.STRING)
                .column("City", LogicalType.STRING)
                .build();

        try (Pipeline pipeline = Pipeline.builder("people")
                .source(DmsFileSource.builder().directory(input).table(person).build())
                .sink("files", FileSink.builder().directory(output).build())
                .build()) {
            pipeline.stopOnTermination().run(); // until the last file has been read and committed
        }
        // end::pipeline[]
    }
}
