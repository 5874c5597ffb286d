package io.cdcsdk.api;

import java.util.List;
import java.util.Set;

/**
 * Where changes go. An implementation writes events to target tables and keeps, for each target and lane, a cursor that moves
 * together with the data.
 *
 * <p><b>Threads.</b> One thread calls all methods, one call at a time; {@link #capabilities} and {@link #target} any thread.
 *
 * <p><b>Life.</b> {@link #open}, {@link #claim} before the first write of a lane, {@link #write} and {@link #commit} any
 * number of times, {@link #close}, also after a failure. Closing without a commit drops what was not committed. A closed sink may be
 * opened again, and is then as a new one.
 *
 * <p><b>Redelivery.</b> The caller has dropped what the cursors say is there, and sends the rest in order, per lane and target.
 * After a restart it sends again what was written but not committed.
 *
 * <p><b>Errors.</b> {@link Retryable}: the call changed nothing, the same call may be repeated. {@link BadRecord}: one event
 * cannot be written; nothing of the batch was taken. {@link EventsRefused}, from a commit only: some events cannot be written; nothing
 * was changed, and the same commit, repeated, passes them over. {@link OutcomeUnknown}, from a commit only: close, open again, claim
 * and read the cursors. {@link LaneLost}: somebody else has claimed the lane; nothing was changed. {@link Fatal}: everything
 * else; close.
 */
public interface Sink extends AutoCloseable {
    /** What this sink can do; the same at every call. */
    Set<SinkCapability> capabilities();

    /**
     * The target to which the changes of a table go: the unit that has a cursor of its own. By default each table has one; a
     * sink that writes all tables in one atomic step returns the same name for all.
     */
    default String target(TableId table) {
        return table.toString();
    }

    /**
     * Connects, and finishes or undoes what a crash left half-done in the target. After a throw nothing is held but what
     * {@link #close} releases.
     */
    void open();

    /**
     * Claims lanes with a higher epoch than anybody before: from the return on, no earlier claimer of these lanes can commit
     * them. Idempotent for the caller itself. Uncommitted events of other lanes stay.
     *
     * @return the cursors of these lanes, for every target that has one; empty without {@link SinkCapability#CURSOR}
     */
    List<Cursor> claim(Set<String> lanes);

    /**
     * Takes events of one claimed lane, in source order, for any number of targets. May buffer them, and may write them where
     * no reader sees them. Blocks as long as the target does.
     *
     * <p>After a return the events belong to the next commit. After a throw none of them does.
     *
     * @param batch the events; never idle or the end of a source, never empty
     */
    void write(EventBatch batch);

    /**
     * Makes all events written since the last commit durable and visible, and moves the cursors, in ONE atomic step for each
     * target. For each target, the claim and {@link Commit.Move#from()} are checked in that same step. Targets are made durable in
     * the order of the moves, or all together: a crash in between leaves the first ones with data and cursor, the others with
     * neither.
     *
     * <p>After a return data and cursors are durable. After {@link LaneLost} nothing has changed. After {@link Retryable} or
     * {@link Fatal}, each target holds either both its data and its cursor, or neither; the written events of those that hold
     * neither are kept for a repeated call.
     *
     * @param commit the cursors to move; every target with events is among them, and so may be targets without any, whose events were
     *     set aside
     */
    void commit(Commit commit);

    /** Releases everything: threads, files, connections. Commits nothing. Called once for each opening; must not throw. */
    @Override
    void close();
}
