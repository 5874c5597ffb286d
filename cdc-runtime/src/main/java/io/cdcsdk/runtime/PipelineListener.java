package io.cdcsdk.runtime;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Positions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    /**
     * A call failed, and will be made again.
     *
     * @param sink the id of the sink, or null for the source
     * @param attempt how often it has failed now
     * @param pause how long nothing is done
     */
    record Retried(@Nullable String sink, int attempt, Duration pause, CdcException cause) {}

    /**
     * Something has failed for good.
     *
     * @param sink the id of the sink, or null for the source and the transforms
     * @param category where it went wrong
     * @param cause what the pipeline stops with, or what has halted a lane
     */
    record Failed(@Nullable String sink, ErrorCategory category, CdcException cause) {}

    /** Events have been read, and not been transformed yet. */
    default void read(EventBatch batch) {}

    /** Events have been written to a sink, to be committed. */
    default void written(String sink, EventBatch batch) {}

    /** A call is going to be made again. */
    default void retried(Retried retried) {}

    /** Something has failed for good: the pipeline stops, or reads a lane no further. Called once for each failure. */
    default void failed(Failed failed) {}

    /** A breaker has opened, closed, or lets a few calls through. */
    default void breakerChanged(String sink, PipelineStatus.Breaker now) {}

    /** Events were set aside, and are durable; those that failed have a fault. */
    default void setAside(String sink, List<DeadLetterRecord.Letter> letters) {}

    /**
     * Events that were set aside are done with. Those that are so as their commit has not happened ({@link
     * DeadLetterRecord.Resolution#UNCOMMITTED}) were not told to {@link #setAside} before.
     */
    default void resolved(String sink, DeadLetterRecord.Resolved resolved) {}

    /** Lanes have been claimed; a lane without a position starts at its beginning. */
    default void claimed(Set<String> lanes, Positions resumeAfter) {}

    /** A sink has committed. */
    default void committed(Committed committed) {}

    /** The source has been told that these positions are durable everywhere. */
    default void acknowledged(Positions durable) {}
}
