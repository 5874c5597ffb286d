package io.cdcsdk.bench;

import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Positions;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.source.dms.DmsFileSource;
import io.cdcsdk.source.dms.DmsOption;
import io.cdcsdk.testkit.DiscardingSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A DMS file of nine columns: to typed events, and through the whole runtime, beside FastCSV alone. */
@Command(
        name = "dms",
        mixinStandardHelpOptions = true,
        description = "Rows per second of DMS CSV to typed events, and through the runtime, beside bare FastCSV.")
final class DmsBenchmark implements Runnable {
    @Option(names = "--rows", defaultValue = "1000000", description = "Rows in the file; default ${DEFAULT-VALUE}.")
    int rows;

    @Option(names = "--rounds", defaultValue = "9", description = "Counted rounds; default ${DEFAULT-VALUE}.")
    int rounds;

    @Override
    public void run() {
        try {
            Path root = Files.createTempDirectory("cdc-bench");
            Path file = WideCsv.write(root, rows);
            System.out.printf("%,d rows, %,d bytes%n", rows, Files.size(file));
            new Rounds("rows")
                    .add("bare FastCSV to the same Java types", () -> bare(file))
                    .add("DMS source to typed events", () -> source(root))
                    .add("DMS source through the runtime", () -> pipeline(root))
                    .run(3, rounds, System.out);
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DmsFileSource newSource(Path root) {
        return DmsFileSource.builder()
                .directory(root)
                .table(WideCsv.SCHEMA)
                .header(DmsOption.Header.PRESENT)
                .timestampColumn(WideCsv.TIMESTAMP_COLUMN)
                .settleTime(Duration.ZERO)
                .build();
    }

    private Rounds.Outcome bare(Path file) throws IOException {
        long before = Allocations.ofThisThread();
        long read = BareCsv.read(file);
        return outcome(read, Allocations.ofThisThread() - before);
    }

    private Rounds.Outcome source(Path root) {
        long before = Allocations.ofThisThread();
        long read = 0;
        try (DmsFileSource source = newSource(root)) {
            source.open(lanes -> Positions.none());
            for (EventBatch batch = source.poll(Duration.ofSeconds(1));
                    !batch.isEndOfSource();
                    batch = source.poll(Duration.ofSeconds(1))) {
                read += batch.events().size();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return outcome(read, Allocations.ofThisThread() - before);
    }

    private Rounds.Outcome pipeline(Path root) {
        DiscardingSink sink = new DiscardingSink();
        Allocations allocations = new Allocations();
        try (Pipeline pipeline = Pipeline.builder("bench")
                .source(newSource(root))
                .sink("discard", sink)
                .listener(allocations)
                .build()) {
            pipeline.run();
        }
        return outcome(sink.events(), allocations.total());
    }

    private Rounds.Outcome outcome(long read, long allocated) {
        if (read < rows) {
            throw new IllegalStateException(read + " of " + rows + " rows were read");
        }
        return new Rounds.Outcome(rows, allocated);
    }
}
