package io.cdcsdk.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.OutcomeUnknown;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.TableId;
import io.cdcsdk.testkit.Faults;
import io.cdcsdk.testkit.InMemorySink;
import io.cdcsdk.testkit.InMemoryTarget;
import io.cdcsdk.testkit.ScriptedOrigin;
import io.cdcsdk.testkit.ScriptedSource;
import io.cdcsdk.testkit.Workload;
import io.cdcsdk.testkit.WorkloadGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever fails, and how often: at the end every target equals its source, and the source was never told more than that. */
@Timeout(60)
class PipelineFailureTest {
    private static final int MOST_RUNS = 200;

    static IntStream seeds() {
        return IntStream.rangeClosed(1, 100);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyTargetEqualsItsSource(int seed) {
        Random random = new Random(seed);
        ScriptedOrigin origin = new ScriptedOrigin();
        List<Workload> workloads = new ArrayList<>();
        for (int lane = 0; lane < 1 + random.nextInt(3); lane++) {
            Workload workload = WorkloadGenerator.builder(random.nextLong())
                    .table(TableId.of("shop", "table" + lane))
                    .length(50 + random.nextInt(200))
                    .generate();
            workloads.add(workload);
            origin.append("lane" + lane, workload.events());
        }
        InMemoryTarget all = new InMemoryTarget();
        InMemoryTarget first = new InMemoryTarget();
        int runs = 0;
        ScriptedSource source;
        do {
            source = ScriptedSource.over(origin)
                    .batchSize(1 + random.nextInt(30))
                    .faults(faults(random, Faults.Point.OPEN, Faults.Point.POLL, Faults.Point.ACKNOWLEDGE))
                    .build();
            runs++;
        } while (!succeeds(pipeline(random, source, all, first)) && runs < MOST_RUNS);

        assertThat(runs).as("runs until one went through").isLessThan(MOST_RUNS);
        for (Workload workload : workloads) {
            assertThat(all.rows(workload.schema())).containsExactlyInAnyOrderElementsOf(workload.expected());
        }
        Workload routed = workloads.get(0);
        assertThat(first.rows(routed.schema())).containsExactlyInAnyOrderElementsOf(routed.expected());
        for (int lane = 0; lane < workloads.size(); lane++) {
            assertThat(source.acknowledged().of("lane" + lane))
                    .isEqualTo(Position.of(workloads.get(lane).events().size()));
        }
    }

    private static Pipeline pipeline(Random random, ScriptedSource source, InMemoryTarget all, InMemoryTarget first) {
        return Pipeline.builder("test")
                .retry(RetryPolicy.standard().withPauses(Duration.ofMillis(1), Duration.ofMillis(5)))
                .source(source)
                .sink("all", sink(random, all))
                .sink("first", sink(random, first), TablePattern.of("shop.table0"))
                .commit(new CommitBounds(1 + random.nextInt(60), Long.MAX_VALUE, Duration.ofSeconds(5)))
                .queueBytes(1 + random.nextInt(20_000))
                .build();
    }

    private static InMemorySink sink(Random random, InMemoryTarget target) {
        return InMemorySink.builder(target)
                .faults(faults(
                        random,
                        Faults.Point.OPEN,
                        Faults.Point.CLAIM,
                        Faults.Point.WRITE,
                        Faults.Point.BEFORE_COMMIT,
                        Faults.Point.INSIDE_COMMIT,
                        Faults.Point.AFTER_COMMIT))
                .build();
    }

    private static Faults faults(Random random, Faults.Point... points) {
        Faults faults = new Faults();
        for (Faults.Point point : points) {
            if (random.nextInt(4) == 0) {
                List<Supplier<RuntimeException>> failures = List.of(
                        () -> new Fatal("fatal at " + point),
                        () -> new Retryable("retryable at " + point),
                        () -> new OutcomeUnknown("unknown at " + point, new RuntimeException("lost")),
                        () -> new IllegalStateException("unexpected at " + point));
                faults.fail(point, 1 + random.nextInt(8), failures.get(random.nextInt(failures.size())));
            }
        }
        return faults;
    }

    private static boolean succeeds(Pipeline pipeline) {
        try (pipeline) {
            pipeline.run();
            return true;
        } catch (CdcException e) {
            return false;
        }
    }
}
