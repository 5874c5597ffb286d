package io.cdcsdk.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterFilter;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.OutcomeUnknown;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.Transform;
import io.cdcsdk.testkit.Faults;
import io.cdcsdk.testkit.InMemoryDeadLetterStore;
import io.cdcsdk.testkit.InMemorySink;
import io.cdcsdk.testkit.InMemoryTarget;
import io.cdcsdk.testkit.ScriptedOrigin;
import io.cdcsdk.testkit.ScriptedSource;
import io.cdcsdk.testkit.Workload;
import io.cdcsdk.testkit.WorkloadGenerator;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rows are refused by a transform and by the sink, calls fail, pipelines die and start again, and letters are replayed with fewer
 * and fewer rows refused: in the end the target equals the source, which it only can if the events of each key came in order.
 */
@Timeout(120)
class DeadLetterPropertyTest {
    private static final int MOST_RUNS = 100;

    private static final List<String> SINKS = List.of("one", "other");

    private final Map<String, InMemoryTarget> targets =
            Map.of("one", InMemoryTarget.thatKeepsEvents(), "other", InMemoryTarget.thatKeepsEvents());
    private final InMemoryDeadLetterStore store = new InMemoryDeadLetterStore();
    private final Set<Position> refusedBySink = new HashSet<>();
    private final Set<Position> refusedByTransform = new HashSet<>();

    static IntStream seeds() {
        return IntStream.rangeClosed(1, 300);
    }

    static IntStream moreSeeds() {
        return IntStream.rangeClosed(301, 5000);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("moreSeeds")
    @Tag("slow")
    void everyKeyComesInOrderManyTimes(int seed) {
        everyKeyComesInOrder(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyKeyComesInOrder(int seed) {
        Random random = new Random(seed);
        Workload workload = WorkloadGenerator.builder(random.nextLong())
                .table(TableId.of("shop", "table"))
                .length(50 + random.nextInt(200))
                .generate();
        refuse(workload, random);
        ScriptedOrigin origin = new ScriptedOrigin();
        int first = random.nextInt(workload.events().size());
        origin.append("lane", workload.events().subList(0, first));
        runToTheEnd(random, origin);
        heal(random);
        replay(random, origin, () -> refuse(workload, random));
        origin.append("lane", workload.events().subList(first, workload.events().size()));
        runToTheEnd(random, origin);
        refusedBySink.clear();
        refusedByTransform.clear();
        replay(random, origin, () -> {});

        for (String sink : SINKS) {
            assertThat(OpenLetter.read(store, "letters", sink)).as(sink).isEmpty();
            InMemoryTarget target = Objects.requireNonNull(targets.get(sink));
            assertThat(target.rows(workload.schema()))
                    .as(sink)
                    .containsExactlyInAnyOrderElementsOf(workload.expected());
            assertThatNoEventOvertakesAnotherOfItsKey(target.events());
        }
    }

    private static void assertThatNoEventOvertakesAnotherOfItsKey(List<ChangeEvent> events) {
        Map<List<Object>, Position> last = new HashMap<>();
        for (ChangeEvent event : events) {
            if (event instanceof RowChange change) {
                for (List<Object> key : keys(change)) {
                    Position before = last.put(key, event.position());
                    assertThat(event.position().isAfter(before))
                            .as("%s comes behind %s", event, before)
                            .isTrue();
                }
            }
        }
    }

    private static Set<List<Object>> keys(RowChange change) {
        Set<List<Object>> keys = new HashSet<>();
        for (Row row : Stream.of(change.before(), change.after())
                .filter(Objects::nonNull)
                .toList()) {
            List<Object> key = new ArrayList<>();
            for (int i = 0; i < change.schema().keySize(); i++) {
                Object value = row.value(change.schema().keyOrdinal(i));
                key.add(value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : Objects.requireNonNull(value));
            }
            keys.add(key);
        }
        return keys;
    }

    private void refuse(Workload workload, Random random) {
        for (int i = 0; i < workload.events().size(); i++) {
            if (random.nextInt(20) == 0) {
                (random.nextBoolean() ? refusedBySink : refusedByTransform).add(Position.of(i + 1));
            }
        }
    }

    private void heal(Random random) {
        refusedBySink.removeIf(position -> random.nextBoolean());
        refusedByTransform.removeIf(position -> random.nextBoolean());
    }

    private void runToTheEnd(Random random, ScriptedOrigin origin) {
        for (int run = 1; run <= MOST_RUNS; run++) {
            try (Pipeline pipeline = pipeline(random, origin)) {
                pipeline.run();
                return;
            } catch (CdcException e) {
                assertThat(run).as("runs until one went through").isLessThan(MOST_RUNS);
            }
        }
    }

    private void replay(Random random, ScriptedOrigin origin, Runnable before) {
        for (int run = 1; run <= MOST_RUNS; run++) {
            before.run();
            try {
                for (String sink : SINKS) {
                    replay(random, origin, sink);
                }
                return;
            } catch (CdcException e) {
                assertThat(run).as("runs until one went through").isLessThan(MOST_RUNS);
            }
        }
    }

    /** Replays with a pipeline that is made for it, or with one that runs. */
    private void replay(Random random, ScriptedOrigin origin, String sink) {
        try (Pipeline pipeline = pipeline(random, origin)) {
            boolean running = random.nextBoolean();
            if (running) {
                pipeline.start();
            }
            ReplayResult result;
            try {
                result = pipeline.replay(sink, DeadLetterFilter.all());
            } catch (IllegalStateException e) {
                // It has come to its end already.
                assertThat(running).isTrue();
                replay(random, origin, sink);
                return;
            }
            if (running) {
                pipeline.await();
            }
            assertThat(result.failed() == 0 || !refusedBySink.isEmpty() || !refusedByTransform.isEmpty())
                    .as("%s", result)
                    .isTrue();
        }
    }

    private Pipeline pipeline(Random random, ScriptedOrigin origin) {
        return Pipeline.builder("letters")
                .source(ScriptedSource.over(origin)
                        .batchSize(1 + random.nextInt(30))
                        .build())
                .transform(refusing())
                .sink("one", sink(random, "one"))
                .sink("other", sink(random, "other"))
                .commit(new CommitBounds(1 + random.nextInt(60), Long.MAX_VALUE, Duration.ofSeconds(5)))
                .retry(RetryPolicy.standard().withPauses(Duration.ofMillis(1), Duration.ofMillis(4)))
                .deadLetters(store)
                .build();
    }

    private Transform refusing() {
        return (event, schema) -> {
            refuse(event, refusedByTransform);
            return event;
        };
    }

    private static void refuse(ChangeEvent event, Set<Position> refused) {
        if (event instanceof RowChange && refused.contains(event.position())) {
            throw new BadRecord("the row at " + event.position() + " does not fit");
        }
    }

    private Sink sink(Random random, String name) {
        Faults faults = new Faults();
        for (Faults.Point point : List.of(
                Faults.Point.OPEN,
                Faults.Point.CLAIM,
                Faults.Point.WRITE,
                Faults.Point.BEFORE_COMMIT,
                Faults.Point.INSIDE_COMMIT,
                Faults.Point.AFTER_COMMIT)) {
            if (random.nextInt(4) == 0) {
                List<Supplier<RuntimeException>> failures = List.of(
                        () -> new Fatal("fatal at " + point),
                        () -> new Retryable("retryable at " + point),
                        () -> new OutcomeUnknown("unknown at " + point, new RuntimeException("lost")));
                faults.fail(point, 1 + random.nextInt(6), failures.get(random.nextInt(failures.size())));
            }
        }
        return new ForwardingSink(InMemorySink.builder(Objects.requireNonNull(targets.get(name)))
                .faults(faults)
                .build()) {
            @Override
            public void write(EventBatch batch) {
                batch.events().forEach(event -> refuse(event, refusedBySink));
                super.write(batch);
            }
        };
    }
}
