package io.cdcsdk.runtime;

import io.cdcsdk.api.Configuration;
import io.cdcsdk.api.Retryable;
import java.time.Duration;

/**
 * How often and how long a call is made again that failed with {@link Retryable}: after pauses that double up to a longest one, each
 * of them shortened by chance by up to a half, so that those who failed together do not come back together.
 *
 * @param attempts how often a call is made in all, 1 or more
 * @param firstPause the pause behind the first failure; above zero
 * @param longestPause the longest pause, no shorter than the first
 * @param within how long after its first failure a call is still made again, the pause in front of it included; above zero
 */
public record RetryPolicy(int attempts, Duration firstPause, Duration longestPause, Duration within) {
    /** 50 attempts within 15 minutes, with pauses from 200 milliseconds to 30 seconds. */
    public static RetryPolicy standard() {
        return new RetryPolicy(50, Duration.ofMillis(200), Duration.ofSeconds(30), Duration.ofMinutes(15));
    }

    /** One attempt: the first failure is final. */
    public static RetryPolicy none() {
        return standard().withAttempts(1);
    }

    /** This policy with another number of attempts. */
    public RetryPolicy withAttempts(int value) {
        return new RetryPolicy(value, firstPause, longestPause, within);
    }

    /** This policy with other pauses. */
    public RetryPolicy withPauses(Duration first, Duration longest) {
        return new RetryPolicy(attempts, first, longest, within);
    }

    /** This policy with another time. */
    public RetryPolicy withWithin(Duration value) {
        return new RetryPolicy(attempts, firstPause, longestPause, value);
    }

    /** This policy, or the standard one if it is wrong: the pipeline is not built then. */
    RetryPolicy orStandard() {
        boolean right = attempts >= 1
                && firstPause.toMillis() >= 1
                && longestPause.compareTo(firstPause) >= 0
                && !within.isNegative();
        return right ? this : standard();
    }

    void check(Configuration mistakes, String prefix) {
        if (attempts < 1) {
            mistakes.mistake(prefix + "retry-attempts", "is " + attempts + "; expected 1 or more");
        }
        if (firstPause.toMillis() < 1) {
            mistakes.mistake(prefix + "retry-first-pause", "is shorter than a millisecond");
        }
        if (longestPause.compareTo(firstPause) < 0) {
            mistakes.mistake(prefix + "retry-longest-pause", "is shorter than the first pause");
        }
        if (within.isNegative() || within.isZero()) {
            mistakes.mistake(prefix + "retry-within", "is not above zero");
        }
    }
}
