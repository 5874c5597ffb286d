package io.cdcsdk.runtime;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Retryable;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Calls a sink, or the source: makes a call again that failed with {@link Retryable}, after a pause, and makes none while too many
 * have failed. For one thread, but for what tells how it stands.
 */
final class Calls {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
    private static final double JITTER = 0.5;

    private final String pipeline;
    private final String name;
    private final @Nullable String sink;
    private final PipelineListener listener;
    private final RetryPolicy policy;
    private final Retry retry;
    private final @Nullable CircuitBreaker breaker;
    private long firstFailure;
    private int failures;
    private @Nullable Retryable last;
    private volatile @Nullable String problem;

    private Calls(
            String pipeline,
            String name,
            @Nullable String sink,
            RetryPolicy policy,
            @Nullable BreakerPolicy breakerPolicy,
            PipelineListener listener) {
        this.pipeline = pipeline;
        this.sink = sink;
        this.name = name;
        this.listener = listener;
        this.policy = policy;
        this.retry = Retry.of(name, retryConfig());
        this.breaker = breakerPolicy == null ? null : breaker(breakerPolicy);
    }

    /** Calls of a sink. */
    static Calls ofSink(
            String pipeline, String sink, RetryPolicy retry, BreakerPolicy breaker, PipelineListener listener) {
        return new Calls(pipeline, "sink '" + sink + "'", sink, retry, breaker, listener);
    }

    /** Calls of a source. There is nothing that could be spared while it is away: it is asked until the policy gives up. */
    static Calls ofSource(String pipeline, RetryPolicy retry, PipelineListener listener) {
        return new Calls(pipeline, "the source", null, retry, null, listener);
    }

    /** Calls of what keeps the dead letters of a sink. */
    static Calls ofDeadLetters(String pipeline, String sink, RetryPolicy retry, PipelineListener listener) {
        return new Calls(pipeline, "the dead letters of sink '" + sink + "'", sink, retry, null, listener);
    }

    private RetryConfig retryConfig() {
        IntervalFunction pauses = IntervalFunction.ofExponentialRandomBackoff(
                policy.firstPause().toMillis(), 2, JITTER, policy.longestPause().toMillis());
        return RetryConfig.custom()
                // Those that a breaker does not let through are no attempts: they are counted here.
                .maxAttempts(Integer.MAX_VALUE)
                .retryOnException(this::isWorthAnother)
                .intervalBiFunction((attempt, outcome) -> pause(pauses))
                .failAfterMaxAttempts(false)
                .build();
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

    private boolean isWorthAnother(Throwable failure) {
        if (failure instanceof CallNotPermittedException) {
            return inTime();
        }
        if (!(failure instanceof Retryable retryable)) {
            return false;
        }
        if (failures++ == 0) {
            firstFailure = System.nanoTime();
        }
        last = retryable;
        problem = String.valueOf(retryable.getMessage());
        return failures < policy.attempts() && inTime();
    }

    private boolean inTime() {
        return System.nanoTime() - firstFailure < Durations.nanos(policy.within());
    }

    private long pause(IntervalFunction pauses) {
        long millis = pauses.apply(Math.max(1, failures));
        CircuitBreaker gate = breaker;
        if (gate != null && gate.getState() == CircuitBreaker.State.OPEN) {
            millis = Math.max(
                    millis,
                    gate.getCircuitBreakerConfig()
                            .getWaitIntervalFunctionInOpenState()
                            .apply(1));
        }
        Retryable cause = last;
        if (cause != null) {
            line(Level.WARN)
                    .addKeyValue("attempt", failures)
                    .addKeyValue("pause", Duration.ofMillis(millis))
                    .log("{} failed and is called again after the pause: {}", name, cause.getMessage());
            listener.retried(new PipelineListener.Retried(sink, failures, Duration.ofMillis(millis), cause));
        }
        return millis;
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
     */
    <T> T get(Supplier<T> call) {
        failures = 0;
        last = null;
        CircuitBreaker gate = breaker;
        try {
            Supplier<T> carried = () -> carried(call);
            T result = retry.executeSupplier(gate == null ? carried : () -> gate.executeSupplier(carried));
            problem = null;
            if (failures > 0) {
                line(Level.INFO)
                        .addKeyValue("attempt", failures + 1)
                        .log("{} answers again; the pipeline goes on", name);
            }
            return result;
        } catch (Carried e) {
            if (e.failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.failure;
        } catch (CallNotPermittedException e) {
            throw givenUp(e);
        } catch (Retryable e) {
            throw failures > 1 ? givenUp(e) : e;
        }
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

    /** Carries what a call should not throw past a breaker, which would log its message, whatever it quotes. */
    private static final class Carried extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Throwable failure;

        Carried(Throwable failure) {
            super(failure.getClass().getName(), null, false, false);
            this.failure = failure;
        }
    }

    private CdcException givenUp(RuntimeException e) {
        Retryable cause = last;
        if (cause == null) {
            return new Fatal(name + " is not called, as too many calls have failed", e);
        }
        return new Retryable(
                name + " failed " + failures + " times within "
                        + Duration.ofNanos(System.nanoTime() - firstFailure)
                                .truncatedTo(java.time.temporal.ChronoUnit.MILLIS)
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
