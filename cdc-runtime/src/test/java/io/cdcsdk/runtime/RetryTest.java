package io.cdcsdk.runtime;

import static io.cdcsdk.runtime.People.PERSON;
import static io.cdcsdk.runtime.People.eventually;
import static io.cdcsdk.runtime.People.persons;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.OutcomeUnknown;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Retryable;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that are made again, sinks that are left alone, and commits whose answers were lost. */
@Timeout(60)
class RetryTest {
    private static final RetryPolicy QUICK =
            RetryPolicy.standard().withPauses(Duration.ofMillis(1), Duration.ofMillis(4));

    private final InMemoryTarget target = new InMemoryTarget();

    /** Keeps what it hears. */
    private static final class Hearing implements PipelineListener {
        final List<Retried> retried = Collections.synchronizedList(new ArrayList<>());
        final List<String> breakers = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void retried(Retried event) {
            retried.add(event);
        }

        @Override
        public void breakerChanged(String sink, PipelineStatus.Breaker now) {
            breakers.add(sink + " " + now);
        }
    }

    private final Hearing hearing = new Hearing();

    private Pipeline.Builder pipeline(int persons) {
        return Pipeline.builder("retry")
                .source(ScriptedSource.over(new ScriptedOrigin()
                                .append("lane", persons(persons).take()))
                        .batchSize(10)
                        .build())
                .commit(CommitBounds.standard().withRows(10))
                .retry(QUICK)
                .listener(hearing);
    }

    private InMemorySink failing(Faults faults) {
        return InMemorySink.builder(target).faults(faults).build();
    }

    private static Faults fails(Faults.Point point, int times) {
        Faults faults = new Faults();
        for (int i = 1; i <= times; i++) {
            faults.fail(point, i, () -> new Retryable("not now"));
        }
        return faults;
    }

    @Test
    void everyCallOfASinkIsMadeAgain() {
        Faults faults = new Faults();
        for (Faults.Point point :
                List.of(Faults.Point.OPEN, Faults.Point.CLAIM, Faults.Point.WRITE, Faults.Point.BEFORE_COMMIT)) {
            faults.fail(point, 1, () -> new Retryable("not now: " + point));
            faults.fail(point, 2, () -> new Retryable("not now: " + point));
        }
        pipeline(100)
                .breaker(BreakerPolicy.standard().withFailureRate(100))
                .sink("memory", failing(faults))
                .build()
                .run();
        assertThat(target.rows(PERSON)).hasSize(100);
        assertThat(hearing.retried).hasSize(8).allSatisfy(retried -> {
            assertThat(retried.sink()).isEqualTo("memory");
            assertThat(retried.pause()).isBetween(Duration.ZERO, Duration.ofMillis(8));
        });
        assertThat(hearing.retried.stream().map(PipelineListener.Retried::attempt))
                .containsExactly(1, 2, 1, 2, 1, 2, 1, 2);
    }

    @Test
    void everyCallOfASourceIsMadeAgain() {
        Faults faults = fails(Faults.Point.POLL, 3);
        faults.fail(Faults.Point.ACKNOWLEDGE, 1, () -> new Retryable("not now"));
        faults.fail(Faults.Point.OPEN, 1, () -> new Retryable("not now"));
        ScriptedSource source = ScriptedSource.over(
                        new ScriptedOrigin().append("lane", persons(50).take()))
                .faults(faults)
                .build();
        pipeline(1)
                .source(source)
                .sink("memory", InMemorySink.on(target))
                .build()
                .run();
        assertThat(target.rows(PERSON)).hasSize(50);
        assertThat(source.acknowledged().of("lane")).isEqualTo(Position.of(50));
        assertThat(hearing.retried).hasSize(5).allMatch(retried -> retried.sink() == null);
    }

    @Test
    void attemptsHaveAnEnd() {
        Pipeline pipeline = pipeline(10)
                .retry("memory", QUICK.withAttempts(3))
                .sink("memory", failing(fails(Faults.Point.WRITE, 10)))
                .build();
        assertThatThrownBy(pipeline::run)
                .isInstanceOf(Retryable.class)
                .hasMessageContaining("sink 'memory' failed 3 times")
                .hasMessageContaining("not now");
        assertThat(hearing.retried).hasSize(2);
        assertThat(pipeline.status().phase()).isEqualTo(PipelineStatus.Phase.FAILED);
    }

    @Test
    void theTimeHasAnEnd() {
        Pipeline pipeline = pipeline(10)
                .retry(QUICK.withAttempts(Integer.MAX_VALUE).withWithin(Duration.ofMillis(50)))
                .breaker(BreakerPolicy.standard().withOpenFor(Duration.ofMillis(5)))
                .sink("memory", new ForwardingSink(InMemorySink.on(target)) {
                    @Override
                    public void write(EventBatch batch) {
                        throw new Retryable("never");
                    }
                })
                .build();
        assertThatThrownBy(pipeline::run).isInstanceOf(Retryable.class).hasMessageContaining("never");
    }

    @Test
    void aSinkThatIsAwayIsLeftAloneWhileTheOtherGoesOn() throws InterruptedException {
        AtomicBoolean away = new AtomicBoolean(true);
        AtomicInteger calls = new AtomicInteger();
        InMemoryTarget other = new InMemoryTarget();
        Pipeline pipeline = pipeline(200)
                .breaker(new BreakerPolicy(50, 4, 4, Duration.ofMillis(300), 1))
                .sink("away", new ForwardingSink(InMemorySink.on(target)) {
                    @Override
                    public void commit(Commit commit) {
                        calls.incrementAndGet();
                        if (away.get()) {
                            throw new Retryable("the network is gone");
                        }
                        super.commit(commit);
                    }
                })
                .sink("well", InMemorySink.on(other))
                .build();
        pipeline.start();
        eventually(() -> status(pipeline, "away").breaker() == PipelineStatus.Breaker.OPEN);
        eventually(() -> other.rows(PERSON).size() == 200);
        int before = calls.get();
        assertThat(status(pipeline, "away").isUp()).isFalse();
        assertThat(status(pipeline, "away").problem()).contains("the network is gone");
        assertThat(pipeline.status().phase()).isEqualTo(PipelineStatus.Phase.RUNNING);
        away.set(false);
        pipeline.await();
        assertThat(before).isBetween(2, 12);
        assertThat(target.rows(PERSON)).hasSize(200);
        assertThat(hearing.breakers).contains("away OPEN", "away HALF_OPEN", "away CLOSED");
    }

    private static PipelineStatus.SinkStatus status(Pipeline pipeline, String sink) {
        return pipeline.status().sinks().stream()
                .filter(each -> each.id().equals(sink))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aCommitThatHappenedIsNotRepeated() {
        Faults faults = new Faults()
                .fail(Faults.Point.AFTER_COMMIT, 2, () -> new OutcomeUnknown("no answer", new RuntimeException()));
        pipeline(100).sink("memory", failing(faults)).build().run();
        assertThat(target.rows(PERSON)).hasSize(100);
        assertThat(faults.arrivals(Faults.Point.OPEN)).isEqualTo(2);
        assertThat(faults.arrivals(Faults.Point.AFTER_COMMIT)).isEqualTo(10);
    }

    @Test
    void aCommitThatDidNotHappenIsMadeWithTheSameEvents() {
        Faults faults = new Faults()
                .fail(Faults.Point.BEFORE_COMMIT, 2, () -> new OutcomeUnknown("no answer", new RuntimeException()))
                .fail(Faults.Point.BEFORE_COMMIT, 3, () -> new OutcomeUnknown("no answer", new RuntimeException()));
        pipeline(100).sink("memory", failing(faults)).build().run();
        assertThat(target.rows(PERSON)).hasSize(100);
        assertThat(faults.arrivals(Faults.Point.OPEN)).isEqualTo(3);
    }

    @Test
    void aPipelineThatComesBackToALaneThatMovedOnIsFenced() {
        Pipeline pipeline = pipeline(100)
                .sink("memory", new ForwardingSink(InMemorySink.on(target)) {
                    private boolean lost;

                    @Override
                    public void commit(Commit commit) {
                        if (!lost) {
                            lost = true;
                            throw new OutcomeUnknown("no answer", new RuntimeException());
                        }
                        super.commit(commit);
                    }

                    @Override
                    public List<Cursor> claim(Set<String> lanes) {
                        List<Cursor> cursors = super.claim(lanes);
                        return lost ? List.of(new Cursor("public.person", "lane", Position.of(77))) : cursors;
                    }
                })
                .build();
        assertThatThrownBy(pipeline::run)
                .isInstanceOf(LaneLost.class)
                .hasMessageContaining("another one has taken over");
        assertThat(target.rows(PERSON)).isEmpty();
    }

    @Test
    void aStopDoesNotWaitForAPause() {
        Pipeline pipeline = pipeline(10)
                .retry(RetryPolicy.standard().withPauses(Duration.ofMinutes(1), Duration.ofMinutes(1)))
                .drainTimeout(Duration.ofMillis(300))
                .sink("memory", failing(fails(Faults.Point.WRITE, 1)))
                .build();
        pipeline.start();
        org.assertj.core.api.Assertions.assertThatCode(() -> eventually(() -> !hearing.retried.isEmpty()))
                .doesNotThrowAnyException();
        long start = System.nanoTime();
        pipeline.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(target.rows(PERSON)).isEmpty();
    }

    /** A source that is away from its second poll on. */
    private ScriptedSource awayAfterOnePoll(Faults faults) {
        for (int i = 2; i <= 100; i++) {
            faults.fail(Faults.Point.POLL, i, () -> new Retryable("the source is away"));
        }
        return ScriptedSource.over(
                        new ScriptedOrigin().append("lane", persons(50).take()))
                .batchSize(25)
                .faults(faults)
                .endless()
                .build();
    }

    @Test
    void aStopWhileTheSourceIsAwayCommitsWhatWasReadAndIsNoFailure() throws InterruptedException {
        ScriptedSource source = awayAfterOnePoll(new Faults());
        Pipeline pipeline = pipeline(1)
                .source(source)
                .retry(RetryPolicy.standard().withPauses(Duration.ofMinutes(1), Duration.ofMinutes(1)))
                .drainTimeout(Duration.ofMinutes(1))
                .commit(CommitBounds.standard().withRows(1000))
                .sink("memory", InMemorySink.on(target))
                .build();
        pipeline.start();
        eventually(() -> !hearing.retried.isEmpty());
        long start = System.nanoTime();
        pipeline.stop();
        pipeline.await();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        assertThat(pipeline.status().phase()).isEqualTo(PipelineStatus.Phase.ENDED);
        assertThat(target.rows(PERSON)).hasSize(25);
        assertThat(source.acknowledged().of("lane")).isEqualTo(Position.of(25));
    }

    @Test
    void aStopWhileTheSourceCannotBeToldWhatIsDurableIsNoFailure() throws InterruptedException {
        Faults faults = new Faults();
        for (int i = 1; i <= 100; i++) {
            faults.fail(Faults.Point.ACKNOWLEDGE, i, () -> new Retryable("the source is away"));
        }
        ScriptedSource source = awayAfterOnePoll(faults);
        Pipeline pipeline = pipeline(1)
                .source(source)
                .retry(RetryPolicy.standard().withPauses(Duration.ofMinutes(1), Duration.ofMinutes(1)))
                .sink("memory", InMemorySink.on(target))
                .build();
        pipeline.start();
        eventually(() -> !hearing.retried.isEmpty());
        pipeline.stop();
        pipeline.await();
        assertThat(pipeline.status().phase()).isEqualTo(PipelineStatus.Phase.ENDED);
        assertThat(target.rows(PERSON)).hasSize(25);
        assertThat(source.acknowledged().of("lane")).isNull();
    }

    @Test
    void aStopWhileTheSourceCannotBeOpenedIsNoFailure() throws InterruptedException {
        Faults faults = new Faults().fail(Faults.Point.OPEN, 1, () -> new Retryable("the source is away"));
        Pipeline pipeline = pipeline(1)
                .source(awayAfterOnePoll(faults))
                .retry(RetryPolicy.standard().withPauses(Duration.ofMinutes(1), Duration.ofMinutes(1)))
                .sink("memory", InMemorySink.on(target))
                .build();
        pipeline.start();
        eventually(() -> !hearing.retried.isEmpty());
        pipeline.stop();
        pipeline.await();
        assertThat(pipeline.status().phase()).isEqualTo(PipelineStatus.Phase.ENDED);
    }

    @Test
    void aStopWhileABreakerIsOpenEndsWithinTheDrainTimeAndAcknowledgesNothing() throws InterruptedException {
        ScriptedSource source = ScriptedSource.over(
                        new ScriptedOrigin().append("lane", persons(50).take()))
                .endless()
                .build();
        Pipeline pipeline = pipeline(1)
                .source(source)
                .breaker(new BreakerPolicy(50, 2, 2, Duration.ofMinutes(5), 1))
                .drainTimeout(Duration.ofMillis(500))
                .sink("memory", failing(fails(Faults.Point.BEFORE_COMMIT, 100)))
                .build();
        pipeline.start();
        eventually(() -> status(pipeline, "memory").breaker() == PipelineStatus.Breaker.OPEN);
        long start = System.nanoTime();
        pipeline.stop();
        assertThatThrownBy(pipeline::await).hasMessageContaining("had not committed everything within PT0.5S");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        assertThat(pipeline.status().phase()).isEqualTo(PipelineStatus.Phase.FAILED);
        assertThat(target.rows(PERSON)).isEmpty();
        assertThat(source.acknowledged().of("lane")).isNull();

        Pipeline next = pipeline(50).sink("memory", InMemorySink.on(target)).build();
        next.run();
        assertThat(target.rows(PERSON)).as("the next run reads it again").hasSize(50);
    }

    @Test
    void everyPartOfABreakerPolicyCanBeChanged() {
        assertThat(BreakerPolicy.standard()
                        .withFailureRate(10)
                        .withCalls(7, 3)
                        .withOpenFor(Duration.ofSeconds(2))
                        .withTrialCalls(4))
                .isEqualTo(new BreakerPolicy(10, 7, 3, Duration.ofSeconds(2), 4));
    }

    @Test
    void allMistakesInPoliciesAreTold() {
        assertThatThrownBy(() -> pipeline(1)
                        .sink("memory", InMemorySink.on(target))
                        .retry(new RetryPolicy(0, Duration.ZERO, Duration.ZERO, Duration.ZERO))
                        .breaker("memory", new BreakerPolicy(0, 0, 3, Duration.ZERO, 0))
                        .breaker("other", BreakerPolicy.standard())
                        .build())
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("retry-attempts")
                .hasMessageContaining("retry-first-pause")
                .hasMessageContaining("retry-within")
                .hasMessageContaining("memory.breaker-failure-rate")
                .hasMessageContaining("memory.breaker-calls")
                .hasMessageContaining("memory.breaker-trial-calls")
                .hasMessageContaining("'other'");
    }
}
