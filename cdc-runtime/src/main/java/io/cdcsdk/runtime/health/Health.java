package io.cdcsdk.runtime.health;

import java.util.List;
import java.util.Objects;

/**
 * Whether a pipeline lives and is ready, at one moment.
 *
 * @param liveness fails if only a new start of the pipeline helps
 * @param readiness fails while the pipeline does not bring what it reads to every sink
 */
public record Health(Check liveness, Check readiness) {
    /**
     * One answer.
     *
     * @param passes the answer
     * @param reasons why it does not pass, each a sentence without values or messages of exceptions; empty if it passes
     */
    public record Check(boolean passes, List<String> reasons) {
        public Check {
            reasons = List.copyOf(reasons);
        }

        static Check of(List<String> reasons) {
            return new Check(reasons.isEmpty(), reasons);
        }
    }

    public Health {
        Objects.requireNonNull(liveness, "liveness");
        Objects.requireNonNull(readiness, "readiness");
    }

    /** Whether no thread of the pipeline is stuck, and none has ended unexpectedly. */
    public boolean isLive() {
        return liveness.passes();
    }

    /** Whether the pipeline runs and its source and all of its sinks are up. */
    public boolean isReady() {
        return readiness.passes();
    }
}
