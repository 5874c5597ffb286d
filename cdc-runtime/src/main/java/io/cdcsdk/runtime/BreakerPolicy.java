package io.cdcsdk.runtime;

import io.cdcsdk.api.Configuration;
import io.cdcsdk.api.Retryable;
import java.time.Duration;

/**
 * When a sink is left alone: once too large a share of its last calls has failed with {@link Retryable}, no call is made for a
 * while; then a few are, and decide whether the next while begins.
 *
 * @param failureRate the share of failures from which on no call is made, in percent; above 0, at most 100
 * @param calls of how many calls the share is taken, 1 or more
 * @param leastCalls how many calls must have been made before it is taken at all; 1 to {@code calls}
 * @param openFor how long no call is made; above zero
 * @param trialCalls how many calls are made then, 1 or more
 */
public record BreakerPolicy(int failureRate, int calls, int leastCalls, Duration openFor, int trialCalls) {
    /** Half of the last 20 calls, once there were 5; open for 30 seconds, then one trial. */
    public static BreakerPolicy standard() {
        return new BreakerPolicy(50, 20, 5, Duration.ofSeconds(30), 1);
    }

    /** This policy with another share of failures. */
    public BreakerPolicy withFailureRate(int percent) {
        return new BreakerPolicy(percent, calls, leastCalls, openFor, trialCalls);
    }

    /** This policy with another number of calls, and of those that must have been made. */
    public BreakerPolicy withCalls(int value, int least) {
        return new BreakerPolicy(failureRate, value, least, openFor, trialCalls);
    }

    /** This policy with another while. */
    public BreakerPolicy withOpenFor(Duration value) {
        return new BreakerPolicy(failureRate, calls, leastCalls, value, trialCalls);
    }

    /** This policy with another number of trials. */
    public BreakerPolicy withTrialCalls(int value) {
        return new BreakerPolicy(failureRate, calls, leastCalls, openFor, value);
    }

    void check(Configuration mistakes, String prefix) {
        if (failureRate < 1 || failureRate > 100) {
            mistakes.mistake(prefix + "breaker-failure-rate", "is " + failureRate + "; expected 1 to 100 percent");
        }
        if (calls < 1) {
            mistakes.mistake(prefix + "breaker-calls", "is " + calls + "; expected 1 or more");
        }
        if (leastCalls < 1 || leastCalls > calls) {
            mistakes.mistake(
                    prefix + "breaker-least-calls", "is " + leastCalls + "; expected 1 to " + calls + ", the calls");
        }
        if (openFor.toMillis() < 1) {
            mistakes.mistake(prefix + "breaker-open-for", "is shorter than a millisecond");
        }
        if (trialCalls < 1) {
            mistakes.mistake(prefix + "breaker-trial-calls", "is " + trialCalls + "; expected 1 or more");
        }
    }
}
