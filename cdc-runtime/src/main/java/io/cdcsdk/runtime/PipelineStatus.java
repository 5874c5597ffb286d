package io.cdcsdk.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a pipeline stands at one moment.
 *
 * @param pipeline its name
 * @param phase how far it has come
 * @param failure what stopped it, or null
 * @param source its source
 * @param sinks its sinks, in the order in which they were added
 */
public record PipelineStatus(
        String pipeline, Phase phase, @Nullable String failure, SourceStatus source, List<SinkStatus> sinks) {
    public PipelineStatus {
        sinks = List.copyOf(sinks);
    }

    /** How far a pipeline has come. */
    public enum Phase {
        /** It has not been started. */
        NEW,
        /** It reads and writes. */
        RUNNING,
        /** It reads no more, and commits what it has. */
        STOPPING,
        /** It has committed everything that it read. */
        ENDED,
        /** It has ended, and something is not committed. */
        FAILED
    }

    /** Whether calls are let through to a sink. */
    public enum Breaker {
        /** Calls go through. */
        CLOSED,
        /** Too many calls have failed: none is made for a while, and the sink's events wait. */
        OPEN,
        /** A few calls go through, to see whether the sink is back. */
        HALF_OPEN
    }

    /**
     * The source.
     *
     * @param problem what it failed with last, if it is being tried again; null while it is well
     * @param lastPoll when it last answered by the wall clock, or null before it has
     * @param sinceLastPoll how long ago that was, whatever became of the wall clock since; null before it has
     * @param halted the lanes that are read no further, each with what is wrong with the record that cannot be decoded; the pipeline
     *     fails when all others have come to their end
     */
    public record SourceStatus(
            @Nullable String problem,
            @Nullable Instant lastPoll,
            @Nullable Duration sinceLastPoll,
            Map<String, String> halted) {
        public SourceStatus {
            halted = Map.copyOf(halted);
        }

        /** Whether it answers. */
        public boolean isUp() {
            return problem == null && lastPoll != null;
        }
    }

    /**
     * One sink.
     *
     * @param id its name
     * @param open whether it has been opened, and not closed
     * @param problem what it failed with last, if it is being tried again; null while it is well
     * @param breaker whether calls are let through
     * @param queuedBytes of events that wait for it
     * @param uncommittedRows that it holds
     * @param lastCommit when it last committed by the wall clock, or null before it has
     * @param sinceLastCommit how long ago that was, whatever became of the wall clock since; null before it has
     * @param parkedKeys how many keys have events that were set aside
     * @param deadLetters how many events were set aside and are not resolved
     * @param deadLetterBytes about how much room these take
     */
    public record SinkStatus(
            String id,
            boolean open,
            @Nullable String problem,
            Breaker breaker,
            long queuedBytes,
            long uncommittedRows,
            @Nullable Instant lastCommit,
            @Nullable Duration sinceLastCommit,
            long parkedKeys,
            long deadLetters,
            long deadLetterBytes) {
        /** Whether it takes events. */
        public boolean isUp() {
            return open && problem == null && breaker != Breaker.OPEN;
        }
    }
}
