package io.cdcsdk.runtime;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.Retryable;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Calls a sink, or the source: makes a call again that failed with {@link Retryable}, after a pause, and makes none while too many
 * have failed. No call begins later than the policy's time after the first failure. For one thread, but for what tells how it stands.
 */
final class Calls {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

    private final String pipeline;
    private final String name;
    private final @Nullable String sink;
    private final PipelineListener listener;
    private final RetryPolicy policy;
    private final Pauses pauses;
    private final Waiting waiting;
    private final @Nullable CircuitBreaker breaker;
    private final Retry retry;
    private boolean failing;
    private long firstFailure;
    private int failures;
    private @Nullable Retryable last;
    private volatile @Nullable String problem;

    Calls(
            String pipeline,
            String name,
            @Nullable String sink,
            RetryPolicy policy,
            @Nullable BreakerPolicy breakerPolicy,
            PipelineListener listener,
            Waiting waiting) {
        this.pipeline = pipeline;
        this.sink = sink;
        this.name = name;
        this.listener = listener;
        this.policy = policy;
        this.pauses = new Pauses(policy, new SplittableRandom());
        this.waiting = waiting;
        this.breaker = breakerPolicy == null ? null : breaker(breakerPolicy);
        this.retry = Retry.of(name, retryConfig());
    }

    private RetryConfig retryConfig() {
        return RetryConfig.custom()
                // Those that a breaker does not let through are no attempts: they are counted here.
                .maxAttempts(Integer.MAX_VALUE)
                .retryOnException(
                        failure -> failure instanceof Retryable || failure instanceof CallNotPermittedException)
                .intervalBiFunction((attempt, outcome) -> {
                    waitAfter((RuntimeException) outcome.getLeft());
                    // The pause is over: it ends early where the pipeline stops.
                    return 0L;
                })
                .build();
    }

    /** Calls of a sink. */
    static Calls ofSink(
            String pipeline, String sink, RetryPolicy retry, BreakerPolicy breaker, PipelineListener listener) {
        return new Calls(pipeline, "sink '" + sink + "'", sink, retry, breaker, listener, Waiting.alone());
    }

    /**
     * Calls of a source. There is nothing that could be spared while it is away: it is asked until the policy gives up, or the pipeline
     * stops.
     */
    static Calls ofSource(String pipeline, RetryPolicy retry, PipelineListener listener, Waiting waiting) {
        return new Calls(pipeline, "the source", null, retry, null, listener, waiting);
    }

    /** Calls of what keeps the dead letters of a sink. */
    static Calls ofDeadLetters(String pipeline, String sink, RetryPolicy retry, PipelineListener listener) {
        return new Calls(
                pipeline, "the dead letters of sink '" + sink + "'", sink, retry, null, listener, Waiting.alone());
    }

    /** Tells that a call has failed, and is not made again only since the waiting has ended. */
    static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Ended(Retryable cause) {
            super(cause.getMessage(), cause);
        }
    }

    private CircuitBreaker breaker(BreakerPolicy breakerPolicy) {
        CircuitBreaker made = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .failureRateThreshold(breakerPolicy.failureRate())
                        .slidingWindowSize(breakerPolicy.calls())
                        .minimumNumberOfCalls(breakerPolicy.leastCalls())
                        .waitDurationInOpenState(breakerPolicy.openFor())
                        .permittedNumberOfCallsInHalfOpenState(breakerPolicy.trialCalls())
                        .recordException(Retryable.class::isInstance)
                        .ignoreException(e -> !(e instanceof Retryable))
                        .clock(new Monotonic(waiting))
                        .currentTimestampFunction(clock -> waiting.now(), TimeUnit.NANOSECONDS)
                        .build());
        made.getEventPublisher().onStateTransition(event -> changed());
        return made;
    }

    private void changed() {
        PipelineStatus.Breaker now = state();
        line(now == PipelineStatus.Breaker.OPEN ? Level.WARN : Level.INFO)
                .addKeyValue("breaker", now)
                .log(
                        switch (now) {
                            case OPEN -> "too many calls have failed: none is made for a while, events wait";
                            case HALF_OPEN ->
                                "a few calls are made, to see whether the sink is back; if they fail, none is made for another while";
                            case CLOSED -> "the sink is back: its events are written again";
                        });
        listener.breakerChanged(sink == null ? "" : sink, now);
    }

    private LoggingEventBuilder line(Level level) {
        LoggingEventBuilder line = LOG.atLevel(level).addKeyValue("pipeline", pipeline);
        return sink == null ? line : line.addKeyValue("sink", sink);
    }

    /** The time of the breaker, which no step of the wall clock opens or keeps open. */
    private static final class Monotonic extends Clock {
        private final Waiting waiting;

        Monotonic(Waiting waiting) {
            this.waiting = waiting;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(waiting.now());
        }
    }

    /** Notes a failure, and waits until the call may be made again; throws if it may not. */
    private void waitAfter(RuntimeException failure) {
        long now = waiting.now();
        if (!failing) {
            failing = true;
            firstFailure = now;
        }
        if (failure instanceof Retryable retryable) {
            failures++;
            last = retryable;
            problem = String.valueOf(retryable.getMessage());
        }
        endIfAsked(0, failure);
        Duration pause = pause();
        boolean inTime = now - firstFailure + Durations.nanos(pause) <= Durations.nanos(policy.within());
        if (failures >= policy.attempts() || !inTime) {
            throw failures == 1 && failure == last ? failure : givenUp(failure);
        }
        Retryable cause = last;
        if (cause != null) {
            line(Level.WARN)
                    .addKeyValue("attempt", failures)
                    .addKeyValue("pause", pause)
                    .log("{} failed and is called again after the pause: {}", name, cause.getMessage());
            listener.retried(new PipelineListener.Retried(sink, failures, pause, cause));
        }
        endIfAsked(Durations.nanos(pause), failure);
    }

    private void endIfAsked(long nanos, RuntimeException failure) {
        try {
            if (waiting.endsWithin(nanos) && last != null) {
                throw new Ended(last);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw last == null ? givenUp(failure) : last;
        }
    }

    private Duration pause() {
        Duration pause = pauses.after(Math.max(1, failures));
        CircuitBreaker gate = breaker;
        if (gate == null || gate.getState() != CircuitBreaker.State.OPEN) {
            return pause;
        }
        Duration open = Duration.ofMillis(gate.getCircuitBreakerConfig()
                .getWaitIntervalFunctionInOpenState()
                .apply(1));
        return open.compareTo(pause) > 0 ? open : pause;
    }

    /** Makes a call, again and again if need be. */
    void run(Runnable call) {
        get(() -> {
            call.run();
            return true;
        });
    }

    /**
     * Makes a call, again and again if need be.
     *
     * @throws CdcException what the call threw last
     * @throws Ended if it failed, and the pipeline stops
     */
    <T> T get(Supplier<T> call) {
        failures = 0;
        failing = false;
        last = null;
        CircuitBreaker gate = breaker;
        T result;
        try {
            result = retry.executeSupplier(
                    () -> gate == null ? carried(call) : gate.executeSupplier(() -> carried(call)));
        } catch (Carried e) {
            if (e.failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.failure;
        }
        problem = null;
        if (failures > 0) {
            line(Level.INFO).addKeyValue("attempt", failures + 1).log("{} answers again; the pipeline goes on", name);
        }
        return result;
    }

    private static <T> T carried(Supplier<T> call) {
        try {
            return call.get();
        } catch (CdcException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw new Carried(e);
        }
    }

    /** Carries what a call should not throw past retry and breaker, which would log its message, whatever it quotes. */
    private static final class Carried extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Throwable failure;

        Carried(Throwable failure) {
            super(failure.getClass().getName(), null, false, false);
            this.failure = failure;
        }
    }

    private Retryable givenUp(RuntimeException e) {
        Retryable cause = last;
        if (cause == null) {
            return new Retryable(name + " is not called, as too many calls have failed", e);
        }
        return new Retryable(
                name + " failed " + failures + " times within "
                        + Duration.ofNanos(waiting.now() - firstFailure).truncatedTo(ChronoUnit.MILLIS)
                        + ", last: " + cause.getMessage(),
                cause);
    }

    /** What the last call failed with, while it is made again; null while all is well. Any thread. */
    @Nullable
    String problem() {
        return problem;
    }

    /** Whether calls are let through. Any thread. */
    PipelineStatus.Breaker state() {
        CircuitBreaker gate = breaker;
        if (gate == null) {
            return PipelineStatus.Breaker.CLOSED;
        }
        return switch (gate.getState()) {
            case OPEN, FORCED_OPEN -> PipelineStatus.Breaker.OPEN;
            case HALF_OPEN -> PipelineStatus.Breaker.HALF_OPEN;
            default -> PipelineStatus.Breaker.CLOSED;
        };
    }
}
