package io.cdcsdk.runtime;

import static io.cdcsdk.runtime.People.PERSON;
import static io.cdcsdk.runtime.People.eventually;
import static io.cdcsdk.runtime.People.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Retryable;
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
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where commits fall in the transactions of the source. */
@Timeout(60)
class PipelineTransactionTest {
    private final InMemoryTarget target = new InMemoryTarget();
    private final List<PipelineListener.Committed> commits = Collections.synchronizedList(new ArrayList<>());

    private Pipeline.Builder pipeline(ScriptedSource source, long rows) {
        return Pipeline.builder("transactions")
                .retry(RetryPolicy.none())
                .source(source)
                .sink("memory", InMemorySink.on(target))
                .commit(CommitBounds.standard().withRows(rows))
                .listener(new PipelineListener() {
                    @Override
                    public void committed(Committed committed) {
                        commits.add(committed);
                    }
                });
    }

    private static EventScript transaction(EventScript script, String id, int from, int rows) {
        script.transaction(id);
        for (int i = 0; i < rows; i++) {
            script.insert(person(from + i, id));
        }
        return script;
    }

    @Test
    void cutsNoTransactionThatFitsTheBounds() {
        EventScript script = EventScript.create();
        for (int i = 0; i < 20; i++) {
            transaction(script, "t" + i, 30 * i, 30);
        }
        pipeline(
                        ScriptedSource.over(new ScriptedOrigin().append("lane", script.take()))
                                .batchSize(7)
                                .build(),
                        40)
                .build()
                .run();
        assertThat(commits).hasSizeGreaterThan(5).allSatisfy(commit -> {
            assertThat(commit.rows() % 30).isZero();
            assertThat(commit.commit().boundary()).isEqualTo(EventBatch.Boundary.TRANSACTION_END);
        });
        assertThat(target.rows(PERSON)).hasSize(600);
    }

    @Test
    void commitsATransactionThatExceedsTheBoundsInParts() {
        pipeline(
                        ScriptedSource.over(new ScriptedOrigin()
                                        .append(
                                                "lane",
                                                transaction(EventScript.create(), "huge", 0, 1000)
                                                        .take()))
                                .batchSize(50)
                                .build(),
                        100)
                .build()
                .run();
        assertThat(commits).hasSize(10);
        assertThat(commits.subList(0, 9))
                .allMatch(commit -> commit.commit().boundary() == EventBatch.Boundary.INSIDE_TRANSACTION);
        assertThat(target.rows(PERSON)).hasSize(1000);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void keepsTheBoundsWithManyLanesInsideTransactions(long seed) {
        Random random = new Random(seed);
        ScriptedOrigin origin = new ScriptedOrigin();
        int rows = 0;
        for (int lane = 0; lane < 8; lane++) {
            EventScript script = EventScript.create();
            for (int i = 0; i < 100; i++) {
                int size = 37 + random.nextInt(30);
                transaction(script, "t" + i, rows, size);
                rows += size;
            }
            origin.append("lane" + lane, script.take());
        }
        pipeline(ScriptedSource.over(origin).batchSize(10).build(), 100).build().run();
        assertThat(target.rows(PERSON)).hasSize(rows);
        assertThat(commits).allSatisfy(commit -> {
            assertThat(commit.rows()).isLessThan(200);
            assertThat(commit.commit().boundary()).isEqualTo(EventBatch.Boundary.TRANSACTION_END);
        });
    }

    @Test
    void aFailureInsideATransactionShowsNothingOfIt() {
        Faults faults = new Faults().fail(Faults.Point.POLL, 4, () -> new Retryable("the network is gone"));
        EventScript script = transaction(EventScript.create(), "first", 0, 10);
        ScriptedOrigin origin = new ScriptedOrigin()
                .append("lane", transaction(script, "second", 10, 10).take());
        Pipeline failing = pipeline(
                        ScriptedSource.over(origin).batchSize(5).faults(faults).build(), 1000)
                .build();
        assertThatThrownBy(failing::run).hasMessage("the network is gone");
        assertThat(target.rows(PERSON)).as("the first transaction alone").hasSize(10);

        pipeline(ScriptedSource.over(origin).batchSize(5).build(), 1000).build().run();
        assertThat(target.rows(PERSON)).hasSize(20);
    }

    @Test
    void stoppingInsideATransactionShowsNothingOfIt() throws InterruptedException {
        Faults faults = new Faults();
        Faults.Hang hang = faults.hang(Faults.Point.POLL, 4);
        EventScript script = transaction(EventScript.create(), "first", 0, 10);
        ScriptedOrigin origin = new ScriptedOrigin()
                .append("lane", transaction(script, "second", 10, 10).take());
        Pipeline stopped = pipeline(
                        ScriptedSource.over(origin).batchSize(5).faults(faults).build(), 1000)
                .build();
        stopped.start();
        assertThat(hang.awaitReached()).isTrue();
        stopped.stop();
        hang.release();
        stopped.await();
        assertThat(target.rows(PERSON).size()).isIn(10, 20);

        pipeline(ScriptedSource.over(origin).batchSize(5).build(), 1000).build().run();
        assertThat(target.rows(PERSON)).hasSize(20);
    }

    @Test
    void aBadRowShowsNothingOfItsTransactionAndAllOfThoseBefore() {
        EventScript script = transaction(EventScript.create(), "first", 0, 10);
        transaction(script, "second", 10, 10);
        ScriptedSource source = ScriptedSource.over(new ScriptedOrigin().append("lane", script.take()))
                .batchSize(4)
                .build();
        Pipeline pipeline = Pipeline.builder("transactions")
                .source(source)
                .sink("memory", new ForwardingSink(InMemorySink.on(target)) {
                    @Override
                    public void write(EventBatch batch) {
                        if (batch.events().stream()
                                .anyMatch(event -> event.position().offset() == 20)) {
                            throw new BadRecord("the row at " + batch.resumeAfter() + " does not fit");
                        }
                        super.write(batch);
                    }
                })
                .build();
        assertThatThrownBy(pipeline::run).isInstanceOf(BadRecord.class);
        assertThat(target.rows(PERSON)).as("the first transaction, whole").hasSize(10);
    }

    @Test
    void commitsATransactionThatTheEndOfTheSourceLeavesOpen() {
        List<ChangeEvent> events =
                transaction(EventScript.create(), "open", 0, 10).take();
        ScriptedSource whole = ScriptedSource.of("lane", events);
        Pipeline.builder("transactions")
                .source(new ForwardingSource(whole) {
                    @Override
                    public EventBatch poll(Duration maxWait) throws InterruptedException {
                        EventBatch batch = super.poll(maxWait);
                        return batch.isEndOfSource()
                                ? batch
                                : EventBatch.of(
                                        batch.lane(),
                                        batch.events(),
                                        batch.resumeAfter(),
                                        batch.bytes(),
                                        EventBatch.Boundary.INSIDE_TRANSACTION);
                    }
                })
                .sink("memory", InMemorySink.on(target))
                .build()
                .run();
        assertThat(target.rows(PERSON)).hasSize(10);
    }

    @Test
    void takesLanesThatAppearWhileItRuns() throws InterruptedException {
        ScriptedOrigin origin = new ScriptedOrigin()
                .append("first", transaction(EventScript.create(), "t", 0, 10).take());
        ScriptedSource source = ScriptedSource.over(origin).endless().build();
        try (Pipeline pipeline = pipeline(source, 5).build()) {
            pipeline.start();
            eventually(() -> target.rows(PERSON).size() == 10);
            origin.append(
                    "second", transaction(EventScript.create(), "t", 10, 10).take());
            eventually(() -> target.rows(PERSON).size() == 20);
            eventually(() -> source.acknowledged().lanes().size() == 2);
        }
    }
}
