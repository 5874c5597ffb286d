package io.cdcsdk.runtime;

import static io.cdcsdk.runtime.People.ORDER;
import static io.cdcsdk.runtime.People.PERSON;
import static io.cdcsdk.runtime.People.eventually;
import static io.cdcsdk.runtime.People.order;
import static io.cdcsdk.runtime.People.person;
import static io.cdcsdk.runtime.People.persons;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.SinkCapability;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PipelineTest {
    private final InMemoryTarget target = new InMemoryTarget();
    private final List<PipelineListener.Committed> commits = Collections.synchronizedList(new ArrayList<>());
    private final PipelineListener recording = new PipelineListener() {
        @Override
        public void committed(Committed committed) {
            commits.add(committed);
        }
    };

    private Pipeline.Builder pipeline(ScriptedSource source) {
        return Pipeline.builder("test").source(source).listener(recording);
    }

    private Pipeline.Builder pipeline(ScriptedSource source, Faults faults) {
        return pipeline(source)
                .sink("memory", InMemorySink.builder(target).faults(faults).build());
    }

    private static List<Row> people(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(id -> person(id, "name " + id))
                .toList();
    }

    @Test
    void bringsEverythingAndAcknowledgesIt() {
        ScriptedSource source = ScriptedSource.of("lane", persons(1000).take());
        pipeline(source).sink("memory", InMemorySink.on(target)).build().run();

        assertThat(target.rows(PERSON)).containsExactlyInAnyOrderElementsOf(people(1, 1000));
        assertThat(target.cursors())
                .containsExactlyInAnyOrder(
                        new Cursor("public.person", "lane", Position.of(1000)),
                        new Cursor(Cursor.WHOLE_LANE, "lane", Position.of(1000)));
        assertThat(source.acknowledged().of("lane")).isEqualTo(Position.of(1000));
        assertThat(source.closes()).isOne();
    }

    @Test
    void commitsByRows() {
        pipeline(ScriptedSource.over(new ScriptedOrigin()
                                .append("lane", persons(1000).take()))
                        .batchSize(10)
                        .build())
                .sink("memory", InMemorySink.on(target))
                .commit(CommitBounds.standard().withRows(100))
                .build()
                .run();
        assertThat(commits).hasSize(10).allMatch(commit -> commit.rows() == 100);
    }

    @Test
    void commitsByBytes() {
        pipeline(ScriptedSource.over(new ScriptedOrigin()
                                .append("lane", persons(1000).take()))
                        .batchSize(10)
                        .build())
                .sink("memory", InMemorySink.on(target))
                .commit(CommitBounds.standard().withBytes(100 * 256))
                .build()
                .run();
        assertThat(commits).hasSize(10).allMatch(commit -> commit.bytes() == 100 * 256);
    }

    @Test
    void commitsByAge() throws InterruptedException {
        ScriptedSource source = ScriptedSource.over(
                        new ScriptedOrigin().append("lane", persons(3).take()))
                .endless()
                .build();
        try (Pipeline pipeline = pipeline(source)
                .sink("memory", InMemorySink.on(target))
                .commit(CommitBounds.standard().withAge(Duration.ofMillis(50)))
                .build()) {
            pipeline.start();
            eventually(() -> target.rows(PERSON).size() == 3);
            eventually(() -> source.acknowledged().of("lane") != null);
        }
        assertThat(commits).hasSize(1);
    }

    @Test
    void goesOnAfterARestart() {
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", persons(100).take());
        pipeline(ScriptedSource.over(origin).build())
                .sink("memory", InMemorySink.on(target))
                .build()
                .run();
        origin.append(
                "lane", EventScript.after(100).insert(person(101, "name 101")).take());
        commits.clear();
        pipeline(ScriptedSource.over(origin).build())
                .sink("memory", InMemorySink.on(target))
                .build()
                .run();
        assertThat(target.rows(PERSON)).containsExactlyInAnyOrderElementsOf(people(1, 101));
        assertThat(commits.stream().mapToLong(PipelineListener.Committed::rows).sum())
                .isOne();
    }

    @Test
    void routesTablesToSinksAndResumesEachLaneOnlyWhereItIsNeeded() {
        InMemoryTarget orders = new InMemoryTarget();
        ScriptedOrigin origin = new ScriptedOrigin()
                .append("a", persons(50).take())
                .append("b", EventScript.create().insert(order(1, "first")).take());
        for (int run = 0; run < 2; run++) {
            ScriptedSource source = ScriptedSource.over(origin).build();
            commits.clear();
            pipeline(source)
                    .sink("people", InMemorySink.on(target), TablePattern.of("public.person"))
                    .sink("orders", InMemorySink.on(orders), TablePattern.of("public.order"))
                    .build()
                    .run();
            assertThat(target.rows(PERSON)).hasSize(50);
            assertThat(target.rows(ORDER)).isEmpty();
            assertThat(orders.rows(ORDER)).containsExactly(order(1, "first"));
            assertThat(orders.rows(PERSON)).isEmpty();
            assertThat(source.acknowledged().asMap())
                    .containsEntry("a", Position.of(50))
                    .containsEntry("b", Position.of(1));
        }
        assertThat(orders.cursors()).contains(new Cursor(Cursor.WHOLE_LANE, "a", Position.of(50)));
        assertThat(commits).as("the second run finds nothing to do").isEmpty();
    }

    @Test
    void givesANewSinkTheWholeHistoryAndAnOldOneNothingTwice() {
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", persons(10).take());
        pipeline(ScriptedSource.over(origin).build())
                .sink(
                        "old",
                        InMemorySink.builder(target)
                                .without(SinkCapability.UPSERT)
                                .build())
                .build()
                .run();
        InMemoryTarget added = new InMemoryTarget();
        pipeline(ScriptedSource.over(origin).build())
                .sink(
                        "old",
                        InMemorySink.builder(target)
                                .without(SinkCapability.UPSERT)
                                .build())
                .sink("new", InMemorySink.on(added))
                .build()
                .run();
        assertThat(added.rows(PERSON)).hasSize(10);
        assertThat(target.rows(PERSON))
                .as("appended rows would show a repetition")
                .hasSize(10);
    }

    @Test
    void takesANewTableIntoAnOldLane() {
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", persons(10).take());
        pipeline(ScriptedSource.over(origin).build())
                .sink("memory", InMemorySink.on(target))
                .build()
                .run();
        origin.append("lane", EventScript.after(10).insert(order(1, "new")).take());
        ScriptedSource source = ScriptedSource.over(origin).build();
        pipeline(source).sink("memory", InMemorySink.on(target)).build().run();
        assertThat(target.rows(ORDER)).containsExactly(order(1, "new"));
        assertThat(target.cursors())
                .containsExactlyInAnyOrder(
                        new Cursor("public.person", "lane", Position.of(10)),
                        new Cursor("public.order", "lane", Position.of(11)),
                        new Cursor(Cursor.WHOLE_LANE, "lane", Position.of(11)));
        assertThat(source.acknowledged().of("lane")).isEqualTo(Position.of(11));
    }

    @Test
    void dropsWhatATargetAlreadyHasWhenAnotherIsBehind() {
        List<ChangeEvent> events = EventScript.create()
                .insert(person(1, "a"))
                .insert(order(1, "b"))
                .insert(person(2, "c"))
                .insert(order(2, "d"))
                .take();
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", events);
        Faults faults = new Faults().fail(Faults.Point.INSIDE_COMMIT, 1, () -> new Fatal("killed"));
        InMemorySink appending = InMemorySink.builder(target)
                .without(SinkCapability.UPSERT)
                .faults(faults)
                .build();
        Pipeline killed = pipeline(ScriptedSource.over(origin).build())
                .sink("memory", appending)
                .build();
        assertThatThrownBy(killed::run).hasMessage("killed");
        assertThat(target.cursors()).as("one of three targets was committed").hasSize(1);

        pipeline(ScriptedSource.over(origin).build())
                .sink(
                        "memory",
                        InMemorySink.builder(target)
                                .without(SinkCapability.UPSERT)
                                .build())
                .build()
                .run();
        assertThat(target.rows(PERSON)).containsExactlyInAnyOrder(person(1, "a"), person(2, "c"));
        assertThat(target.rows(ORDER)).containsExactlyInAnyOrder(order(1, "b"), order(2, "d"));
    }

    @Test
    void movesTheWatermarkWhereNothingIsWritten() throws InterruptedException {
        ScriptedOrigin origin = new ScriptedOrigin()
                .append("lane", EventScript.create().insert(order(1, "only")).take());
        ScriptedSource source = ScriptedSource.over(origin).endless().build();
        try (Pipeline pipeline = pipeline(source)
                .sink("memory", InMemorySink.on(target))
                .transform((event, schema) -> event.schema() == ORDER ? event : null)
                .commit(CommitBounds.standard().withAge(Duration.ofMillis(20)))
                .idleCommit(Duration.ofMillis(50), Long.MAX_VALUE)
                .build()) {
            pipeline.start();
            eventually(() -> Position.of(1).equals(source.acknowledged().of("lane")));
            EventScript filtered = EventScript.after(1);
            for (int id = 1; id <= 100; id++) {
                filtered.insert(person(id, "filtered"));
            }
            origin.append("lane", filtered.take());
            eventually(() -> Position.of(101).equals(source.acknowledged().of("lane")));
        }
        assertThat(target.rows(PERSON)).isEmpty();
        assertThat(target.cursors())
                .containsExactlyInAnyOrder(
                        new Cursor("public.order", "lane", Position.of(1)),
                        new Cursor(Cursor.WHOLE_LANE, "lane", Position.of(101)));
    }

    @Test
    void movesTheWatermarkAfterSoManyBytes() throws InterruptedException {
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", persons(100).take());
        ScriptedSource source = ScriptedSource.over(origin).endless().build();
        try (Pipeline pipeline = pipeline(source)
                .sink("memory", InMemorySink.on(target))
                .transform((event, schema) -> null)
                .idleCommit(Duration.ofHours(1), 100 * 256)
                .build()) {
            pipeline.start();
            eventually(() -> Position.of(100).equals(source.acknowledged().of("lane")));
        }
    }

    @Test
    void acknowledgesOnlyWhatEverySinkHolds() throws InterruptedException {
        Faults slow = new Faults();
        Faults.Hang hang = slow.hang(Faults.Point.BEFORE_COMMIT, 1);
        ScriptedSource source = ScriptedSource.over(
                        new ScriptedOrigin().append("lane", persons(10).take()))
                .endless()
                .build();
        try (Pipeline pipeline = pipeline(source)
                .sink("fast", InMemorySink.on(new InMemoryTarget()))
                .sink("slow", InMemorySink.builder(target).faults(slow).build())
                .commit(CommitBounds.standard().withRows(10))
                .build()) {
            pipeline.start();
            assertThat(hang.awaitReached()).isTrue();
            eventually(() -> commits.size() == 1);
            assertThat(source.acknowledged().isEmpty()).isTrue();
            hang.release();
            eventually(() -> Position.of(10).equals(source.acknowledged().of("lane")));
        }
    }

    @Test
    void aFullQueueHoldsTheSourceBackAndNotTheOtherSinkBefore() throws InterruptedException {
        Faults slow = new Faults();
        Faults.Hang hang = slow.hang(Faults.Point.WRITE, 1);
        InMemoryTarget fast = new InMemoryTarget();
        ScriptedSource source = ScriptedSource.over(
                        new ScriptedOrigin().append("lane", persons(1000).take()))
                .batchSize(10)
                .build();
        Pipeline pipeline = pipeline(source)
                .sink("fast", InMemorySink.on(fast))
                .sink("slow", InMemorySink.builder(target).faults(slow).build())
                .queueBytes(20 * 2560)
                .commit(CommitBounds.standard().withRows(10))
                .build();
        pipeline.start();
        assertThat(hang.awaitReached()).isTrue();
        eventually(() -> fast.rows(PERSON).size() >= 200);
        assertThat(fast.rows(PERSON).size()).isLessThan(300);
        hang.release();
        pipeline.await();
        assertThat(fast.rows(PERSON)).hasSize(1000);
        assertThat(target.rows(PERSON)).hasSize(1000);
    }

    @Test
    void stopDrainsWhatWasRead() throws InterruptedException {
        ScriptedSource source = ScriptedSource.over(
                        new ScriptedOrigin().append("lane", persons(500).take()))
                .endless()
                .build();
        Pipeline pipeline =
                pipeline(source).sink("memory", InMemorySink.on(target)).build();
        Position first = Position.of(100);
        pipeline.start();
        eventually(() -> commits.stream()
                .anyMatch(commit -> commit.commit().moves().stream().anyMatch(move -> !first.isAfter(move.to()))));
        pipeline.stop();
        pipeline.await();
        List<Row> rows = target.rows(PERSON);
        Position acknowledged = source.acknowledged().of("lane");
        assertThat(rows).hasSizeGreaterThanOrEqualTo(300);
        assertThat(acknowledged).isEqualTo(Position.of(rows.size()));
        assertThat(source.closes()).isOne();
    }

    @Test
    void aSinkThatHangsLongerThanTheDrainTimeFailsThePipelineAndIsNotAcknowledged() throws InterruptedException {
        Faults faults = new Faults();
        Faults.Hang hang = faults.hang(Faults.Point.BEFORE_COMMIT, 1);
        ScriptedSource source = ScriptedSource.over(
                        new ScriptedOrigin().append("lane", persons(5).take()))
                .endless()
                .build();
        Pipeline pipeline = pipeline(source, faults)
                .commit(CommitBounds.standard().withRows(1))
                .drainTimeout(Duration.ofMillis(200))
                .build();
        pipeline.start();
        assertThat(hang.awaitReached()).isTrue();
        pipeline.stop();
        assertThatThrownBy(pipeline::await)
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("had not committed everything within PT0.2S")
                .hasMessageContaining("has not been acknowledged");
        assertThat(source.acknowledged().isEmpty()).isTrue();
        hang.release();
    }

    @Test
    void aFailingSinkStopsThePipelineAndTheNextRunLosesNothing() {
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", persons(100).take());
        for (Faults.Point point : List.of(
                Faults.Point.OPEN,
                Faults.Point.CLAIM,
                Faults.Point.WRITE,
                Faults.Point.BEFORE_COMMIT,
                Faults.Point.INSIDE_COMMIT,
                Faults.Point.AFTER_COMMIT)) {
            ScriptedSource source = ScriptedSource.over(origin).batchSize(10).build();
            Faults faults = new Faults().fail(point, 1, () -> new Retryable("not now: " + point));
            Pipeline failing = Pipeline.builder("test")
                    .retry(RetryPolicy.none())
                    .source(source)
                    .sink(
                            "memory",
                            InMemorySink.builder(target)
                                    .without(SinkCapability.UPSERT)
                                    .faults(faults)
                                    .build())
                    .commit(CommitBounds.standard().withRows(20))
                    .build();
            int before = target.rows(PERSON).size();
            if (before < 100) {
                assertThatThrownBy(failing::run).isInstanceOf(Retryable.class).hasMessage("not now: " + point);
            } else {
                failing.close();
            }
            assertThat(source.closes()).isOne();
        }
        pipeline(ScriptedSource.over(origin).build())
                .sink(
                        "memory",
                        InMemorySink.builder(target)
                                .without(SinkCapability.UPSERT)
                                .build())
                .build()
                .run();
        assertThat(target.rows(PERSON)).containsExactlyInAnyOrderElementsOf(people(1, 100));
    }

    @Test
    void aFailingSinkLetsTheOtherCommitWhatItHas() {
        ScriptedOrigin origin = new ScriptedOrigin().append("lane", persons(100).take());
        InMemoryTarget healthy = new InMemoryTarget();
        Faults faults = new Faults().fail(Faults.Point.BEFORE_COMMIT, 1, () -> new Fatal("disk on fire"));
        Pipeline pipeline = pipeline(ScriptedSource.over(origin).build(), faults)
                .sink("healthy", InMemorySink.on(healthy))
                .build();
        assertThatThrownBy(pipeline::run).hasMessage("disk on fire");
        assertThat(target.rows(PERSON)).isEmpty();
        assertThat(healthy.rows(PERSON)).hasSize(100);
    }

    @Test
    void anUnexpectedExceptionIsFatalAndNamesTheSink() {
        Faults faults = new Faults().fail(Faults.Point.WRITE, 1, () -> new IllegalStateException("surprise"));
        Pipeline pipeline =
                pipeline(ScriptedSource.of("lane", persons(1).take()), faults).build();
        assertThatThrownBy(pipeline::run)
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("sink 'memory'")
                .hasMessageContaining("surprise");
    }

    @Test
    void aFailingSourceStopsThePipelineAfterCommittingWhatWasRead() {
        Faults faults = new Faults().fail(Faults.Point.POLL, 4, () -> new Fatal("the log has gone"));
        ScriptedSource source = ScriptedSource.over(
                        new ScriptedOrigin().append("lane", persons(100).take()))
                .batchSize(10)
                .faults(faults)
                .build();
        Pipeline pipeline =
                pipeline(source).sink("memory", InMemorySink.on(target)).build();
        assertThatThrownBy(pipeline::run).hasMessage("the log has gone");
        assertThat(target.rows(PERSON)).hasSize(30);
        assertThat(source.acknowledged().of("lane")).isEqualTo(Position.of(30));
    }

    @Test
    void aPipelineRunsOnce() {
        Pipeline pipeline = pipeline(ScriptedSource.of("lane", persons(1).take()))
                .sink("memory", InMemorySink.on(target))
                .build();
        pipeline.run();
        assertThatThrownBy(pipeline::run).isInstanceOf(IllegalStateException.class);
        pipeline.close();
        pipeline.close();
    }

    @Test
    void closingWithoutARunClosesSourceAndSinks() {
        ScriptedSource source = ScriptedSource.of("lane", persons(1).take());
        pipeline(source).sink("memory", InMemorySink.on(target)).build().close();
        assertThat(source.closes()).isOne();
        assertThat(target.cursors()).isEmpty();
    }

    @Test
    void leavesNoThreadBehind() throws InterruptedException {
        pipeline(ScriptedSource.of("lane", persons(10).take()))
                .sink("memory", InMemorySink.on(target))
                .build()
                .run();
        eventually(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("cdc-test-")));
    }
}
