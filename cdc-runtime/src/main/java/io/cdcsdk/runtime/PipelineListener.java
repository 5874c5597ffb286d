package io.cdcsdk.runtime;

import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Positions;
import java.time.Duration;
import java.util.Set;

/**
 * Is told what a pipeline does. Calls come from the pipeline's own threads, several at a time when there are several sinks;
 * a listener must return soon and must not throw.
 */
public interface PipelineListener {
    /**
     * What one commit did.
     *
     * @param sink the id of the sink
     * @param commit the cursors that moved
     * @param rows the number of events that became durable; 0 for a commit of cursors alone
     * @param bytes about how much heap these events held
     * @param took how long the sink's commit took
     */
    record Committed(String sink, Commit commit, long rows, long bytes, Duration took) {}

    /** Lanes have been claimed; a lane without a position starts at its beginning. */
    default void claimed(Set<String> lanes, Positions resumeAfter) {}

    /** A sink has committed. */
    default void committed(Committed committed) {}

    /** The source has been told that these positions are durable everywhere. */
    default void acknowledged(Positions durable) {}
}
