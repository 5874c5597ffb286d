package io.cdcsdk.examples;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import io.cdcsdk.runtime.CommitBounds;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.runtime.PipelineListener;
import io.cdcsdk.runtime.deadletter.FileDeadLetterStore;
import io.cdcsdk.runtime.metrics.MetricsFile;
import io.cdcsdk.runtime.metrics.PipelineMetrics;
import io.cdcsdk.runtime.transform.KeyedTokenizer;
import io.cdcsdk.runtime.transform.Mask;
import io.cdcsdk.runtime.transform.MaskingKey;
import io.cdcsdk.runtime.transform.Validate;
import io.cdcsdk.scd.Scd2Sink;
import io.cdcsdk.scd.Scd2Spec;
import io.cdcsdk.scd.Sequence;
import io.cdcsdk.scd.rocksdb.RocksHistoryStore;
import io.cdcsdk.sink.file.FileSink;
import io.cdcsdk.source.dms.DmsFileSource;
import io.cdcsdk.testkit.kill.ChildProgress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** DMS files to a file and a history on disk, personal data masked. Prints what stops it, and ends with 1 then. */
final class MaskedPipeline {
    private static final TableSchema PERSON = TableSchema.builder(TableId.of("hr", "person"))
            .key("ssn", LogicalType.STRING)
            .column("name", LogicalType.STRING)
            .column("phone", LogicalType.STRING)
            .column("account", LogicalType.INT64)
            .column("state", LogicalType.STRING)
            .build();

    private MaskedPipeline() {}

    /** Runs it: input, output, and {@code mask} or anything else for none. */
    public static void main(String[] arguments) {
        Path input = Path.of(arguments[0]);
        Path output = Path.of(arguments[1]);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        PipelineMetrics metrics = PipelineMetrics.builder("people", registry).build();
        try (MetricsFile file = MetricsFile.start(registry, output.resolve("metrics.json"), Duration.ofMillis(200));
                Pipeline pipeline = pipeline(input, output, arguments[2].equals("mask"))
                        .listener(metrics)
                        .build()) {
            metrics.observe(pipeline::status);
            pipeline.run();
            file.write();
        } catch (CdcException e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static Pipeline.Builder pipeline(Path input, Path output, boolean masked) {
        return Pipeline.builder("people")
                .source(new SmallBatches(
                        DmsFileSource.builder()
                                .directory(input)
                                .table(PERSON)
                                .timestampColumn("ts")
                                .build(),
                        20))
                .transform(Validate.table("hr.*")
                        .oneOf("state", "ok")
                        .pattern("name", "none")
                        .onViolation(Validate.Action.WARN))
                .transform(masked ? mask() : (event, schema) -> event)
                .sink(
                        "files",
                        FileSink.builder().directory(output.resolve("files")).build())
                .sink(
                        "history",
                        Scd2Sink.builder(RocksHistoryStore.builder()
                                        .directory(output.resolve("history"))
                                        .build())
                                .spec(Scd2Spec.builder()
                                        .sequence(Sequence.commitTime())
                                        .build())
                                .build())
                .commit(CommitBounds.standard().withRows(50))
                .deadLetters(FileDeadLetterStore.builder()
                        .directory(output.resolve("letters"))
                        .build())
                .listener(new PipelineListener() {
                    @Override
                    public void committed(Committed committed) {
                        ChildProgress.committed();
                    }
                });
    }

    private static Transform mask() {
        MaskingKey key = MaskingKey.of(LeakTest.KEY.getBytes(StandardCharsets.UTF_8));
        return Mask.table("hr.*").hash("ssn", key).redact("name", "account").tokenize("phone", KeyedTokenizer.of(key));
    }
}
