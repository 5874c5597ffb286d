package io.cdcsdk.api;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where changes come from. An implementation reads lanes (partitions with an order of their own) and numbers every event with
 * a {@link Position}.
 *
 * <p><b>Threads.</b> One thread calls all methods, one call at a time; {@link #backlog} aside. A client library that pushes is bridged inside the
 * adapter by a bounded queue.
 *
 * <p><b>Life.</b> {@link #open} once, {@link #poll} and {@link #acknowledge} any number of times, {@link #close} once, also
 * after a failure. A closed source is not opened again: the application makes a new one.
 *
 * <p><b>Redelivery.</b> Resuming after a position gives exactly the events behind it, in the same order and with the same
 * positions as before; snapshots are excepted where {@link SourceCapability#RESTARTS_SNAPSHOT} is declared. Nothing is skipped
 * because it was polled once: only positions count.
 *
 * <p><b>Errors.</b> {@link Retryable}: nothing was lost, the same call may be repeated. {@link PositionLost}: the position to
 * resume from has gone. {@link BadRecord}: a record cannot be decoded; repeating the call fails at the same record again,
 * unless the source can {@linkplain #skip() go past it} or {@linkplain #halt() do without its lane}.
 * {@link Fatal}: everything else.
 */
public interface Source extends AutoCloseable {
    /** What this source can do; the same at every call. */
    Set<SourceCapability> capabilities();

    /**
     * The schemas that are known before the source is opened, so that mistakes show when the pipeline is built; empty where
     * the source learns them on the way. May be called at any time.
     */
    default List<TableSchema> knownSchemas() {
        return List.of();
    }

    /**
     * Connects and prepares to read. Lanes that exist are claimed here or at the first poll, later ones when they appear.
     *
     * <p>After a throw nothing is held but what {@link #close} releases.
     *
     * @param lanes tells where each lane resumes; kept for later lanes
     */
    void open(Lanes lanes);

    /**
     * Returns the next events of one lane, {@link EventBatch#idle()} if there are none yet, or {@link
     * EventBatch#endOfSource()} if there will be none ever.
     *
     * <p>Waits for at most {@code maxWait} when nothing is there, and may take longer only while it makes progress. After a
     * throw nothing was consumed.
     *
     * @throws InterruptedException if the thread is interrupted while it waits; nothing was consumed
     */
    EventBatch poll(Duration maxWait) throws InterruptedException;

    /**
     * Goes past the record at which the last {@link #poll} threw {@link BadRecord}: the next one goes on behind it. The record
     * keeps its position: events behind it have the positions that they would have if it could be decoded, also when they are
     * read again, with or without a skip. Must not be called at any other time.
     *
     * @return the record; null if it is not known where the next one begins: nothing has changed then, and {@link #halt} remains
     * @throws UnsupportedOperationException if the source does not declare {@link SourceCapability#SKIPS_UNDECODABLE}
     * @throws IllegalStateException if the last poll did not throw, or its record was skipped or its lane halted already
     */
    default @Nullable Undecodable skip() {
        throw new UnsupportedOperationException("this source cannot go on behind a record that it cannot decode");
    }

    /**
     * Reads the lane in which the last {@link #poll} threw {@link BadRecord} no further until a source is opened anew; all
     * others go on, and so does the end of the source when these have come to theirs. A lane that must not overtake the halted
     * one waits as well. Must not be called at any other time.
     *
     * @return the lane
     * @throws UnsupportedOperationException if the source does not declare {@link SourceCapability#SKIPS_UNDECODABLE}
     * @throws IllegalStateException if the last poll did not throw, or its record was skipped or its lane halted already
     */
    default String halt() {
        throw new UnsupportedOperationException("this source cannot read some of its lanes only");
    }

    /**
     * Tells that everything up to these positions is durable downstream, so that the origin may forget it (a replication slot,
     * a consumer group, a lease). Positions never go backwards. Never tells more than the targets' cursors hold. May be called
     * for some lanes only, and not at all. Must not block for long.
     */
    void acknowledge(Positions durable);

    /**
     * About how much this source has not handed out yet, or null while it cannot tell; null always, unless a source can tell
     * cheaply. Unlike the others this method may be called from any thread and at any time: it answers at once from what the
     * source knows already, does not look anew, and does not throw.
     */
    default @Nullable Backlog backlog() {
        return null;
    }

    /** Releases everything: threads, files, connections. Acknowledges nothing. Called once; must not throw. */
    @Override
    void close();
}
