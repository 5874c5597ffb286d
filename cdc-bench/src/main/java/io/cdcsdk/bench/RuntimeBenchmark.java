package io.cdcsdk.bench;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.runtime.PipelineStatus;
import io.cdcsdk.runtime.health.HealthCheck;
import io.cdcsdk.runtime.metrics.PipelineMetrics;
import io.cdcsdk.testkit.DiscardingSink;
import io.cdcsdk.testkit.InMemoryDeadLetterStore;
import io.cdcsdk.testkit.RepeatingSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The runtime alone: events built beforehand, one source, one sink that discards. */
@Command(
        name = "runtime",
        mixinStandardHelpOptions = true,
        description = "Events per second and bytes allocated per event of the runtime alone.")
final class RuntimeBenchmark implements Runnable {
    private static final int EVENTS = 262_144;
    private static final int BATCH = 4096;
    private static final int BYTES_PER_EVENT = 100;

    @Option(names = "--events", defaultValue = "50000000", description = "Events a round; default ${DEFAULT-VALUE}.")
    long events;

    @Option(names = "--rounds", defaultValue = "7", description = "Counted rounds; default ${DEFAULT-VALUE}.")
    int rounds;

    private final List<ChangeEvent> source = events();

    @Override
    public void run() {
        new Rounds("events")
                .add("one source, one discarding sink", () -> through())
                .add("with one transform that changes nothing", () -> through((event, schema) -> event))
                .add("with metrics, health and dead letters", this::watched)
                .run(2, rounds, System.out);
    }

    /** Events that were built beforehand. */
    static List<ChangeEvent> events() {
        TableSchema schema = TableSchema.builder(TableId.of("bench", "repeated"))
                .key("id", LogicalType.INT64)
                .column("name", LogicalType.STRING)
                .column("score", LogicalType.FLOAT64)
                .build();
        List<ChangeEvent> events = new ArrayList<>(EVENTS);
        for (long id = 1; id <= EVENTS; id++) {
            Row row = Row.of(schema, id, "name " + id, id / 7.0);
            events.add(RowChange.update(null, row, Origin.at(Position.of(id), id)));
        }
        return events;
    }

    private Rounds.Outcome through(Transform... transforms) {
        Allocations allocations = new Allocations();
        DiscardingSink sink = new DiscardingSink();
        Pipeline.Builder builder = pipeline(sink, allocations);
        for (Transform transform : transforms) {
            builder.transform(transform);
        }
        try (Pipeline pipeline = builder.build()) {
            pipeline.run();
        }
        return outcome(sink, allocations);
    }

    /** As it runs in production; the health is asked for all the time, which nobody does. */
    private Rounds.Outcome watched() {
        Allocations allocations = new Allocations();
        DiscardingSink sink = new DiscardingSink();
        try (PipelineMetrics metrics = PipelineMetrics.builder("bench", new SimpleMeterRegistry())
                        .build();
                Pipeline pipeline = pipeline(sink, allocations)
                        .listener(metrics)
                        .deadLetters(new InMemoryDeadLetterStore())
                        .build()) {
            metrics.observe(pipeline::status);
            pipeline.start();
            HealthCheck health = HealthCheck.of(pipeline::status);
            while (pipeline.status().phase() == PipelineStatus.Phase.RUNNING) {
                Objects.requireNonNull(health.check());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            pipeline.await();
        }
        return outcome(sink, allocations);
    }

    private Pipeline.Builder pipeline(DiscardingSink sink, Allocations allocations) {
        return Pipeline.builder("bench")
                .source(RepeatingSource.of(source, BATCH, BYTES_PER_EVENT, times()))
                .sink("discard", sink)
                .listener(allocations);
    }

    private int times() {
        return (int) ((events + EVENTS - 1) / EVENTS);
    }

    private Rounds.Outcome outcome(DiscardingSink sink, Allocations allocations) {
        if (sink.events() < events) {
            throw new IllegalStateException(sink.events() + " of " + events + " events arrived");
        }
        return new Rounds.Outcome(sink.events(), allocations.total());
    }
}
