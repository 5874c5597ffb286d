package io.cdcsdk.runtime;

import static io.cdcsdk.runtime.People.PERSON;
import static io.cdcsdk.runtime.People.eventually;
import static io.cdcsdk.runtime.People.person;
import static io.cdcsdk.runtime.People.persons;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.PositionLost;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.runtime.transform.Validate;
import io.cdcsdk.testkit.EventScript;
import io.cdcsdk.testkit.Faults;
import io.cdcsdk.testkit.InMemorySink;
import io.cdcsdk.testkit.InMemoryTarget;
import io.cdcsdk.testkit.ScriptedOrigin;
import io.cdcsdk.testkit.ScriptedSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong, and what is left then. */
@Timeout(60)
class PipelineFaultTest {
    private final InMemoryTarget target = new InMemoryTarget();

    private static Pipeline.Builder pipeline(ScriptedSource source) {
        return Pipeline.builder("fault").source(source).retry(RetryPolicy.none());
    }

    @Test
    void anErrorInASinkIsAFailureAndNotTheEnd() throws InterruptedException {
        ScriptedSource source = ScriptedSource.over(
                        new ScriptedOrigin().append("lane", persons(100).take()))
                .batchSize(1)
                .build();
        Pipeline pipeline = pipeline(source)
                .sink("broken", new ForwardingSink(InMemorySink.on(target)) {
                    @Override
                    public void write(EventBatch batch) {
                        throw new NoClassDefFoundError("io/example/Missing");
                    }
                })
                .queueBytes(1)
                .build();
        assertThatThrownBy(pipeline::run)
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("sink 'broken'")
                .hasMessageContaining("io/example/Missing");
        assertThat(source.acknowledged().isEmpty()).isTrue();
        assertNoThreadIsLeft();
    }

    @Test
    void anErrorInATransformIsAFailureAndNotTheEnd() throws InterruptedException {
        ScriptedSource source = ScriptedSource.of("lane", persons(10).take());
        Pipeline pipeline = pipeline(source)
                .transform((event, schema) -> {
                    throw new StackOverflowError("too deep");
                })
                .sink("memory", InMemorySink.on(target))
                .build();
        assertThatThrownBy(pipeline::run).isInstanceOf(Fatal.class).hasMessageContaining("too deep");
        assertThat(source.closes()).isOne();
        assertNoThreadIsLeft();
    }

    private static void assertNoThreadIsLeft() throws InterruptedException {
        eventually(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("cdc-fault-")));
    }

    @Test
    void whatCameBeforeARejectedEventIsCommitted() {
        Pipeline pipeline = pipeline(ScriptedSource.of("lane", persons(90).take()))
                .transform(Validate.table("person").rule("is not 50", "id", value -> (Long) value != 50))
                .sink("memory", InMemorySink.on(target))
                .build();
        assertThatThrownBy(pipeline::run).isInstanceOf(BadRecord.class).hasMessageContaining("is not 50");
        assertThat(target.rows(PERSON)).hasSize(49);
    }

    @Test
    void whatCameBeforeARowThatTheSinkRefusesIsCommitted() {
        Pipeline pipeline = pipeline(ScriptedSource.over(
                                new ScriptedOrigin().append("lane", persons(90).take()))
                        .batchSize(10)
                        .build())
                .sink("memory", new ForwardingSink(InMemorySink.on(target)) {
                    @Override
                    public void write(EventBatch batch) {
                        for (ChangeEvent event : batch.events()) {
                            if (event.position().offset() == 45) {
                                throw new BadRecord("the row at " + event.position() + " does not fit");
                            }
                        }
                        super.write(batch);
                    }
                })
                .build();
        assertThatThrownBy(pipeline::run).isInstanceOf(BadRecord.class).hasMessageContaining("1:0:45:");
        assertThat(target.rows(PERSON)).hasSize(40);
    }

    @Test
    void whatATransformOfTheApplicationThrowsDoesNotQuoteTheValue() {
        Pipeline pipeline = pipeline(ScriptedSource.of(
                        "lane", EventScript.create().insert(person(1, "secret")).take()))
                .transform((event, schema) -> {
                    throw new IllegalArgumentException("cannot parse 'secret'");
                })
                .sink("memory", InMemorySink.on(target))
                .build();
        BadRecord thrown = catchThrowableOfType(BadRecord.class, pipeline::run);
        assertThat(thrown)
                .hasMessageContaining("public.person")
                .hasMessageContaining("IllegalArgumentException")
                .hasMessageContaining("position 1:0:1:");
        assertThat(thrown.getMessage() + thrown.getCause()).doesNotContain("secret");
    }

    @Test
    void neitherOfTwoFailuresIsForgotten() {
        Faults source = new Faults().fail(Faults.Point.POLL, 2, () -> new PositionLost("the log was cut"));
        Faults sink = new Faults().fail(Faults.Point.BEFORE_COMMIT, 1, () -> new Retryable("hiccup"));
        Pipeline pipeline = pipeline(ScriptedSource.over(
                                new ScriptedOrigin().append("lane", persons(10).take()))
                        .batchSize(5)
                        .faults(source)
                        .build())
                .sink("memory", InMemorySink.builder(target).faults(sink).build())
                .build();
        Retryable thrown = catchThrowableOfType(Retryable.class, pipeline::run);
        assertThat(thrown.getSuppressed()).singleElement().isInstanceOf(PositionLost.class);
    }

    @Test
    void theLaterOfTwoPipelinesWinsAndTheEarlierChangesNothingMore() throws InterruptedException {
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", persons(10).take());
        Pipeline earlier = pipeline(ScriptedSource.over(origin).endless().build())
                .sink("memory", InMemorySink.on(target))
                .commit(CommitBounds.standard().withRows(1))
                .build();
        earlier.start();
        eventually(() -> target.rows(PERSON).size() == 10);
        try (Pipeline later = Pipeline.builder("later")
                .source(ScriptedSource.over(origin).endless().build())
                .sink("memory", InMemorySink.on(target))
                .commit(CommitBounds.standard().withRows(1))
                .build()) {
            later.start();
            eventually(() -> Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(thread -> thread.getName().equals("cdc-later-source")));
            later.stop();
            later.await();
            origin.append(
                    "lane", EventScript.after(10).insert(person(11, "late")).take());
            assertThatThrownBy(earlier::await).isInstanceOf(LaneLost.class);
        }
        assertThat(target.rows(PERSON)).hasSize(10);
    }

    @Test
    void aSourceThatDoesNotReturnIsInterrupted() {
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", persons(10).take());
        ScriptedSource slow = ScriptedSource.over(origin).endless().build();
        Pipeline pipeline = Pipeline.builder("fault")
                .retry(RetryPolicy.none())
                .source(new ForwardingSource(slow) {
                    @Override
                    public EventBatch poll(Duration maxWait) throws InterruptedException {
                        return super.poll(Duration.ofHours(1));
                    }
                })
                .sink("memory", InMemorySink.on(target))
                .drainTimeout(Duration.ofSeconds(2))
                .build();
        pipeline.start();
        pipeline.stop();
        pipeline.close();
        assertThat(slow.closes()).isOne();
    }

    @Test
    void aSourceThatNeverReturnsIsLeftAloneAndWhatWasReadIsCommitted() throws InterruptedException {
        Faults faults = new Faults();
        Faults.Hang hang = faults.hang(Faults.Point.POLL, 2);
        Pipeline pipeline = pipeline(ScriptedSource.over(
                                new ScriptedOrigin().append("lane", persons(10).take()))
                        .batchSize(5)
                        .faults(faults)
                        .build())
                .sink("memory", InMemorySink.on(target))
                .drainTimeout(Duration.ofMillis(300))
                .build();
        pipeline.start();
        assertThat(hang.awaitReached()).isTrue();
        pipeline.stop();
        assertThatThrownBy(pipeline::await)
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("its source did not return within PT0.3S");
        assertThat(target.rows(PERSON)).hasSize(5);
        hang.release();
    }

    @Test
    void anErrorWhileTheSourceClosesDoesNotHangTheRun() {
        Pipeline pipeline = Pipeline.builder("fault")
                .retry(RetryPolicy.none())
                .source(
                        new ForwardingSource(
                                ScriptedSource.of("lane", persons(10).take())) {
                            @Override
                            public void close() {
                                super.close();
                                throw new NoClassDefFoundError("io/example/Missing");
                            }
                        })
                .sink("memory", InMemorySink.on(target))
                .build();
        pipeline.run();
        assertThat(target.rows(PERSON)).hasSize(10);
    }

    @Test
    void twoSinksThatFailWithOneExceptionAreAFailure() {
        Fatal shared = new Fatal("the shared client is gone");
        Pipeline pipeline = pipeline(ScriptedSource.of("lane", persons(10).take()))
                .sink("one", failing(shared))
                .sink("two", failing(shared))
                .build();
        assertThatThrownBy(pipeline::run).isSameAs(shared);
    }

    private InMemorySink failing(Fatal cause) {
        return InMemorySink.builder(new InMemoryTarget())
                .faults(new Faults().fail(Faults.Point.BEFORE_COMMIT, 1, () -> cause))
                .build();
    }

    @Test
    void anErrorWhileAcknowledgingIsAFailure() {
        Pipeline pipeline = Pipeline.builder("fault")
                .retry(RetryPolicy.none())
                .source(
                        new ForwardingSource(
                                ScriptedSource.of("lane", persons(10).take())) {
                            @Override
                            public void acknowledge(Positions durable) {
                                throw new NoClassDefFoundError("io/example/Missing");
                            }
                        })
                .sink("memory", InMemorySink.on(target))
                .build();
        assertThatThrownBy(pipeline::run).isInstanceOf(Fatal.class).hasMessageContaining("io/example/Missing");
    }

    @Test
    void aSinkThatFailsStopsASourceThatDoesNotReturn() {
        Faults source = new Faults();
        Faults.Hang hang = source.hang(Faults.Point.POLL, 2);
        Faults sink = new Faults().fail(Faults.Point.WRITE, 1, () -> new Fatal("no room"));
        Pipeline pipeline = pipeline(ScriptedSource.over(
                                new ScriptedOrigin().append("lane", persons(10).take()))
                        .batchSize(5)
                        .faults(source)
                        .build())
                .sink("memory", InMemorySink.builder(target).faults(sink).build())
                .drainTimeout(Duration.ofMillis(300))
                .build();
        assertThatThrownBy(pipeline::run).hasMessage("no room");
        hang.release();
    }

    @Test
    void stoppingBeforeTheStartStopsASourceThatDoesNotReturn() {
        Faults source = new Faults();
        Faults.Hang hang = source.hang(Faults.Point.OPEN, 1);
        Pipeline pipeline = pipeline(
                        ScriptedSource.over(new ScriptedOrigin()).faults(source).build())
                .sink("memory", InMemorySink.on(target))
                .drainTimeout(Duration.ofMillis(300))
                .build();
        pipeline.stop();
        pipeline.start();
        assertThatThrownBy(pipeline::await).hasMessageContaining("its source did not return");
        hang.release();
    }

    @Test
    void anIdleSourceThatIsInterruptedByAStopIsNoFailure() throws InterruptedException {
        ScriptedSource source = ScriptedSource.over(
                        new ScriptedOrigin().append("lane", persons(10).take()))
                .endless()
                .build();
        Pipeline pipeline = pipeline(source)
                .sink("memory", InMemorySink.on(target))
                .commit(CommitBounds.standard().withRows(10))
                .drainTimeout(Duration.ofMillis(150))
                .build();
        pipeline.start();
        eventually(() -> target.rows(PERSON).size() == 10);
        pipeline.stop();
        pipeline.await();
        assertThat(source.closes()).isOne();
    }

    @Test
    void aCommitDoesNotClaimMoreThanWasReadAgain() {
        ScriptedOrigin origin = new ScriptedOrigin();
        EventScript script = EventScript.create();
        for (int id = 1; id <= 10; id++) {
            script.insert(person(id, "p")).insert(People.order(id, "o"));
        }
        origin.append("lane", script.take());
        pipeline(ScriptedSource.over(origin).build())
                .sink("a", InMemorySink.on(target), TablePattern.of("public.person"))
                .build()
                .run();

        // A release adds a table to the old sink, and a sink that has nothing: the lane is read again from its
        // beginning.
        Faults dying = new Faults().fail(Faults.Point.BEFORE_COMMIT, 2, () -> new Fatal("killed"));
        Pipeline killed = pipeline(ScriptedSource.over(origin).batchSize(4).build())
                .sink("a", InMemorySink.builder(target).faults(dying).build())
                .sink("b", InMemorySink.on(new InMemoryTarget()))
                .commit(CommitBounds.standard().withRows(2))
                .build();
        assertThatThrownBy(killed::run).hasMessage("killed");
        assertThat(target.cursors())
                .filteredOn(cursor -> cursor.target().equals("public.order"))
                .isNotEmpty()
                .allMatch(cursor -> !cursor.position().isAfter(Position.of(8)));
    }
}
