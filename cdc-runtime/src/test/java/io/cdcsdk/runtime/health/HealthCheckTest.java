package io.cdcsdk.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.runtime.PipelineStatus;
import io.cdcsdk.runtime.PipelineStatus.Breaker;
import io.cdcsdk.runtime.PipelineStatus.Phase;
import io.cdcsdk.runtime.PipelineStatus.SinkStatus;
import io.cdcsdk.runtime.PipelineStatus.SourceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthCheckTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String SECRET = "4711-very-secret";

    /** By a clock that knows no dates. */
    private Instant now = START;
    /** How far the wall clock has been set forward since. */
    private Duration step = Duration.ZERO;

    private @Nullable PipelineStatus status;
    private final HealthCheck check = HealthCheck.of(
            () -> Objects.requireNonNull(status),
            Duration.ofMinutes(1),
            () -> Duration.between(START, now).toNanos() - 1_000_000_000_000L);

    private SinkStatus sink(
            boolean open, @Nullable String problem, Breaker breaker, long queued, @Nullable Instant lastCommit) {
        return new SinkStatus(
                "files", open, problem, breaker, queued, 0, shown(lastCommit), since(lastCommit), 0, 0, 0);
    }

    /** What the wall clock shows of a moment when the status is asked for. */
    private @Nullable Instant shown(@Nullable Instant time) {
        return time == null ? null : time.plus(step);
    }

    private @Nullable Duration since(@Nullable Instant time) {
        return time == null ? null : Duration.between(time, now);
    }

    private SinkStatus idle() {
        return sink(true, null, Breaker.CLOSED, 0, START);
    }

    private Health check(Phase phase, @Nullable String problem, @Nullable Instant lastPoll, SinkStatus... sinks) {
        status = new PipelineStatus(
                "people",
                phase,
                phase == Phase.FAILED ? SECRET : null,
                new SourceStatus(problem, shown(lastPoll), since(lastPoll), Map.of()),
                List.of(sinks));
        return check.check();
    }

    private Health afterTwoMinutes(@Nullable String problem, @Nullable Instant lastPoll, SinkStatus sink) {
        check(Phase.RUNNING, problem, lastPoll, sink);
        now = START.plusSeconds(120);
        return check(Phase.RUNNING, problem, lastPoll, sink);
    }

    @Test
    void isLiveAndReadyWhileAllIsWell() {
        Health health = check(Phase.RUNNING, null, START, idle());
        assertThat(health.isLive()).isTrue();
        assertThat(health.isReady()).isTrue();
        assertThat(health.liveness().reasons()).isEmpty();
        assertThat(health.readiness().reasons()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"NEW", "STOPPING", "ENDED"})
    void livesAndIsNotReadyWhereItDoesNotRun(Phase phase) {
        check(phase, null, null, idle());
        now = START.plusSeconds(3600);
        Health health = check(phase, null, START, idle());
        assertThat(health.isLive()).isTrue();
        assertThat(health.isReady()).isFalse();
        assertThat(health.readiness().reasons())
                .singleElement()
                .asString()
                .contains(phase.name().toLowerCase(Locale.ROOT));
    }

    @Test
    void doesNotLiveAfterAFailureAndKeepsItsMessageBack() {
        Health health = check(Phase.FAILED, SECRET, START, sink(true, SECRET, Breaker.OPEN, 0, START));
        assertThat(health.isLive()).isFalse();
        assertThat(health.isReady()).isFalse();
        assertThat(health.toString()).contains("failed").doesNotContain(SECRET);
    }

    @Test
    void doesNotLiveOnceTheSourceHasNotAnsweredForThePatience() {
        check(Phase.RUNNING, null, START, idle());
        now = START.plusSeconds(60);
        assertThat(check(Phase.RUNNING, null, START, idle()).isLive()).isTrue();
        now = START.plusSeconds(61);
        Health health = check(Phase.RUNNING, null, START, idle());
        assertThat(health.liveness().reasons()).containsExactly("the source has not answered for 61 seconds");
        assertThat(health.isReady()).isFalse();
        assertThat(check(Phase.RUNNING, null, now, idle()).isLive())
                .as("it has answered again")
                .isTrue();
    }

    @Test
    void doesNotLiveIfTheSourceNeverAnswers() {
        Health health = check(Phase.RUNNING, null, null, idle());
        assertThat(health.isLive()).isTrue();
        assertThat(health.readiness().reasons()).containsExactly("the source has not answered yet");
        assertThat(afterTwoMinutes(null, null, idle()).isLive()).isFalse();
    }

    @Test
    void livesWhileTheSourceIsTriedAgain() {
        Health health = afterTwoMinutes(SECRET, START, idle());
        assertThat(health.isLive()).isTrue();
        assertThat(health.isReady()).isFalse();
        assertThat(health.toString()).contains("source fails").doesNotContain(SECRET);
    }

    @Test
    void livesWhileTheBreakerIsOpenAndTheSourceWaitsForRoom() {
        Health health = afterTwoMinutes(null, START, sink(true, null, Breaker.OPEN, 1000, START));
        assertThat(health.isLive()).isTrue();
        assertThat(health.readiness().reasons()).singleElement().asString().contains("files", "breaker");
    }

    @Test
    void livesWhileASinkIsTriedAgain() {
        Health health = afterTwoMinutes(null, START, sink(true, SECRET, Breaker.CLOSED, 1000, START));
        assertThat(health.isLive()).isTrue();
        assertThat(health.isReady()).isFalse();
        assertThat(health.toString()).contains("files").doesNotContain(SECRET);
    }

    @Test
    void doesNotLiveWhileASinkHasEventsAndCommitsNone() {
        Health health = afterTwoMinutes(null, START, sink(true, null, Breaker.CLOSED, 1000, START));
        assertThat(health.liveness().reasons())
                .containsExactly("sink 'files' has had events, and committed none, for 120 seconds");
        assertThat(check(Phase.RUNNING, null, now, sink(true, null, Breaker.CLOSED, 1000, now))
                        .isLive())
                .as("it has committed")
                .isTrue();
    }

    @Test
    void forgivesALongPauseBeforeNewEvents() {
        check(Phase.RUNNING, null, START, idle());
        now = START.plusSeconds(3600);
        assertThat(check(Phase.RUNNING, null, now, sink(true, null, Breaker.CLOSED, 1000, START))
                        .isLive())
                .isTrue();
    }

    @Test
    void doesNotLiveIfASinkDoesNotOpen() {
        SinkStatus closed = sink(false, null, Breaker.CLOSED, 0, null);
        assertThat(check(Phase.RUNNING, null, null, closed).readiness().reasons())
                .contains("sink 'files' is not open");
        assertThat(afterTwoMinutes(null, null, closed).liveness().reasons())
                .containsExactly("sink 'files' has been opening for 120 seconds");
    }

    @ParameterizedTest
    @ValueSource(longs = {-86_400, 86_400})
    void aStepOfTheWallClockStopsNothing(long seconds) {
        check(Phase.RUNNING, null, START, sink(true, null, Breaker.CLOSED, 1000, START));
        step = Duration.ofSeconds(seconds);
        now = START.plusSeconds(30);
        Health health = check(Phase.RUNNING, null, now, sink(true, null, Breaker.CLOSED, 1000, now));
        assertThat(health.isReady()).isTrue();
        check(Phase.RUNNING, null, now, idle());
        assertThat(check(Phase.RUNNING, null, START.plusSeconds(10), idle()).isLive())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {-86_400, 86_400})
    void aStepOfTheWallClockHidesNothing(long seconds) {
        step = Duration.ofSeconds(seconds);
        check(Phase.RUNNING, null, START, sink(true, null, Breaker.CLOSED, 1000, START));
        now = START.plusSeconds(61);
        assertThat(check(Phase.RUNNING, null, now, sink(true, null, Breaker.CLOSED, 1000, START))
                        .liveness()
                        .reasons())
                .containsExactly("sink 'files' has had events, and committed none, for 61 seconds");
        assertThat(check(Phase.RUNNING, null, START, idle()).liveness().reasons())
                .containsExactly("the source has not answered for 61 seconds");
    }

    @Test
    void refusesNoPatience() {
        assertThatThrownBy(() -> HealthCheck.of(() -> Objects.requireNonNull(status), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
