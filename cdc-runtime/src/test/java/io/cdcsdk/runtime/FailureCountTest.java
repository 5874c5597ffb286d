package io.cdcsdk.runtime;

import static io.cdcsdk.runtime.People.PERSON;
import static io.cdcsdk.runtime.People.persons;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.testkit.EventScript;
import io.cdcsdk.testkit.Faults;
import io.cdcsdk.testkit.InMemorySink;
import io.cdcsdk.testkit.InMemoryTarget;
import io.cdcsdk.testkit.ScriptedOrigin;
import io.cdcsdk.testkit.ScriptedSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What listeners are told of failures that are final: each of them once, with where it went wrong. */
@Timeout(60)
class FailureCountTest {
    private final InMemoryTarget target = new InMemoryTarget();
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    private final PipelineListener listener = new PipelineListener() {
        @Override
        public void failed(Failed failed) {
            told.add(failed.sink() + " " + failed.category());
        }
    };

    private Pipeline.Builder pipeline(ScriptedOrigin origin, Faults ofSource, Faults ofSink) {
        return Pipeline.builder("people")
                .source(ScriptedSource.over(origin)
                        .faults(ofSource)
                        .skipsUndecodable()
                        .build())
                .sink("memory", InMemorySink.builder(target).faults(ofSink).build())
                .retry(RetryPolicy.none())
                .listener(listener);
    }

    private static ScriptedOrigin origin() {
        return new ScriptedOrigin().append("lane", persons(20).take());
    }

    private void failsWith(Pipeline.Builder builder, String... expected) {
        assertThatThrownBy(() -> builder.build().run()).isInstanceOf(CdcException.class);
        assertThat(told).containsExactly(expected);
    }

    @Test
    void aCallOfTheSourceThatIsMadeNoMore() {
        Faults faults = new Faults()
                .fail(Faults.Point.POLL, 1, () -> new Retryable("not now"))
                .fail(Faults.Point.POLL, 2, () -> new Retryable("not now"));
        failsWith(
                pipeline(origin(), faults, new Faults())
                        .retry(RetryPolicy.none()
                                .withAttempts(2)
                                .withPauses(Duration.ofMillis(1), Duration.ofMillis(1))),
                "null SOURCE");
    }

    @Test
    void aCallOfASinkThatIsMadeNoMore() {
        for (Faults.Point point : List.of(Faults.Point.OPEN, Faults.Point.CLAIM, Faults.Point.WRITE)) {
            told.clear();
            failsWith(
                    pipeline(origin(), new Faults(), new Faults().fail(point, 1, () -> new Retryable("not now"))),
                    "memory SINK");
        }
    }

    @Test
    void aFatalFailure() {
        failsWith(
                pipeline(origin(), new Faults(), new Faults().fail(Faults.Point.WRITE, 1, () -> new Fatal("broken"))),
                "memory SINK");
        told.clear();
        failsWith(
                pipeline(origin(), new Faults().fail(Faults.Point.POLL, 1, () -> new Fatal("broken")), new Faults()),
                "null SOURCE");
    }

    @Test
    void aRowThatATransformRefusesWhereThereAreNoDeadLetters() {
        failsWith(
                pipeline(origin(), new Faults(), new Faults()).transform((event, schema) -> {
                    throw new BadRecord("no");
                }),
                "null TRANSFORM");
        told.clear();
        failsWith(
                pipeline(origin(), new Faults(), new Faults()).transform((event, schema) -> {
                    throw new BadRecord(ErrorCategory.VALIDATION, "no");
                }),
                "null VALIDATION");
    }

    @Test
    void aRowThatASinkRefusesWhereThereAreNoDeadLetters() {
        failsWith(
                pipeline(origin(), new Faults(), new Faults().fail(Faults.Point.WRITE, 1, () -> new BadRecord("no"))),
                "memory SINK");
    }

    @Test
    void aHaltedLaneCountsOnce() {
        ScriptedOrigin origin = origin();
        origin.spoil("lane", Position.of(7), "spoilt");
        failsWith(pipeline(origin, new Faults(), new Faults()), "null PARSING");
        told.clear();
        failsWith(
                pipeline(
                        origin.append("other", persons(20).take())
                                .append("third", persons(20).take()),
                        new Faults(),
                        new Faults()),
                "null PARSING");
    }

    @Test
    void aTableThatASinkCannotTake() {
        TableSchema keyless = TableSchema.builder(TableId.of("public", "visit"))
                .column("at", LogicalType.STRING)
                .build();
        ScriptedOrigin origin = new ScriptedOrigin()
                .append(
                        "lane",
                        EventScript.create().insert(Row.of(keyless, "here")).take());
        failsWith(
                Pipeline.builder("people")
                        .source(ScriptedSource.over(origin).build())
                        .sink("memory", new ForwardingSink(InMemorySink.on(target)) {
                            @Override
                            public Set<SinkCapability> capabilities() {
                                return Set.of(SinkCapability.CURSOR);
                            }
                        })
                        .listener(listener),
                "memory SCHEMA");
    }

    @Test
    void nothingWhereNothingFails() {
        pipeline(origin(), new Faults(), new Faults()).build().run();
        assertThat(told).isEmpty();
        assertThat(target.rows(PERSON)).hasSize(20);
    }
}
