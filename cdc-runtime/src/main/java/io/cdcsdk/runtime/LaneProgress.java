package io.cdcsdk.runtime;

import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Position;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far one lane has come in one sink: what has been written, and where the cursors of its targets stand. */
final class LaneProgress {
    /** One target of the lane. */
    static final class Target {
        private final String name;
        private @Nullable Position cursor;
        private boolean behindCursor;
        private boolean written;
        private long movedAt;
        private long movedAtBytes;

        private Target(String name, @Nullable Position cursor, long now, long bytes) {
            this.name = name;
            this.cursor = cursor;
            this.behindCursor = cursor != null;
            this.movedAt = now;
            this.movedAtBytes = bytes;
        }

        /** Whether the target does not have the event yet. Positions are compared only until one lies behind the cursor. */
        boolean lacks(Position position) {
            if (behindCursor && position.isAfter(cursor)) {
                behindCursor = false;
            }
            return !behindCursor;
        }

        /** Notes that the target has events to commit. */
        void markWritten() {
            written = true;
        }
    }

    private final String lane;
    private final Map<String, Target> targets = new LinkedHashMap<>();
    private @Nullable Position position;
    private EventBatch.Boundary boundary = EventBatch.Boundary.TRANSACTION_END;
    private long bytes;
    private long transactionRows;
    private long transactionBytes;
    private long transactionSince;

    LaneProgress(String lane, List<Cursor> cursors, long now) {
        this.lane = lane;
        for (Cursor cursor : cursors) {
            if (cursor.lane().equals(lane)) {
                targets.put(cursor.target(), new Target(cursor.target(), cursor.position(), now, 0));
            }
        }
        position = durable();
    }

    /** The target of a name; a new one has no cursor, and takes the place of the cursor of the lane alone. */
    Target target(String name, long now) {
        return targets.computeIfAbsent(name, absent -> new Target(absent, null, now, bytes));
    }

    /** Notes that a batch has been written, of which this sink got that many events. */
    void advance(EventBatch batch, int events) {
        if (batch.resumeAfter().isAfter(position)) {
            position = batch.resumeAfter();
        }
        bytes += batch.bytes();
        if (!insideTransaction()) {
            transactionRows = 0;
            transactionBytes = 0;
            transactionSince = System.nanoTime();
        }
        boundary = batch.boundary();
        transactionRows += events;
        transactionBytes += batch.bytes();
    }

    /** Whether the last transaction that was written goes on. */
    boolean insideTransaction() {
        return boundary == EventBatch.Boundary.INSIDE_TRANSACTION;
    }

    /** Whether the open transaction alone is more than one commit may hold. */
    boolean transactionExceeds(CommitBounds bounds, long now) {
        return transactionRows >= bounds.rows()
                || transactionBytes >= bounds.bytes()
                || now - transactionSince >= bounds.age().toNanos();
    }

    /**
     * Adds the cursors that a commit moves: of every target with events and, where it stands idle for long or much has gone by,
     * of the others; where there is no target at all, the cursor of the whole lane.
     */
    void collectMoves(List<Commit.Move> moves, long now, long idleNanos, long idleBytes) {
        if (targets.isEmpty()) {
            target(Cursor.WHOLE_LANE, now);
        }
        boolean withTables = targets.size() > 1 || !targets.containsKey(Cursor.WHOLE_LANE);
        for (Target target : targets.values()) {
            boolean idle = !(withTables && target.name.equals(Cursor.WHOLE_LANE))
                    && (now - target.movedAt >= idleNanos || bytes - target.movedAtBytes >= idleBytes);
            Position to = position;
            if ((target.written || idle) && to != null && to.isAfter(target.cursor)) {
                moves.add(new Commit.Move(target.name, lane, target.cursor, to));
            }
        }
    }

    /** Notes that a commit has moved a cursor. */
    void moved(Commit.Move move, long now) {
        Target target = target(move.target(), now);
        target.cursor = move.to();
        target.written = false;
        target.movedAt = now;
        target.movedAtBytes = bytes;
    }

    /** Adds the cursors as they stand. */
    void collectCursors(List<Cursor> cursors) {
        for (Target target : targets.values()) {
            Position cursor = target.cursor;
            if (cursor != null) {
                cursors.add(new Cursor(target.name, lane, cursor));
            }
        }
    }

    /**
     * The position up to which every target holds everything, or null where nothing is durable. The cursor of the whole lane
     * counts only where there is no other.
     */
    @Nullable
    Position durable() {
        Position least = null;
        for (Target target : targets.values()) {
            Position cursor = target.cursor;
            if (cursor != null
                    && !target.name.equals(Cursor.WHOLE_LANE)
                    && (least == null || cursor.compareTo(least) < 0)) {
                least = cursor;
            }
        }
        Target whole = targets.get(Cursor.WHOLE_LANE);
        return least == null && whole != null ? whole.cursor : least;
    }
}
