package io.cdcsdk.runtime;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Transaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How far one lane has come in one sink: what has been written, and where the cursors of its targets and its watermark stand. */
final class LaneProgress {
    /** One target of the lane. */
    static final class Target {
        private final String name;
        private @Nullable Position cursor;
        private boolean behindCursor;
        private boolean written;

        private Target(String name, @Nullable Position cursor) {
            this.name = name;
            this.cursor = cursor;
            this.behindCursor = cursor != null;
        }

        /** Whether the target does not have the event yet. Positions are compared only until one lies behind the cursor. */
        boolean lacks(Position position) {
            if (behindCursor && position.isAfter(cursor)) {
                behindCursor = false;
            }
            return !behindCursor;
        }

        /** Notes that the target has events to commit, if only such as were set aside. */
        void markWritten() {
            written = true;
        }
    }

    private final String lane;
    private final Map<String, Target> targets = new LinkedHashMap<>();
    private Target watermark;
    private @Nullable Position claimedAt;
    private boolean setAside;
    private @Nullable Position position;
    private long watermarkMovedAt;
    private long bytesSinceWatermark;
    private boolean insideTransaction;
    private final List<EventBatch> held = new ArrayList<>();
    private long heldRows;
    private long heldBytes;
    private long heldSince;

    LaneProgress(String lane, List<Cursor> cursors, long now) {
        this.lane = lane;
        this.watermark = new Target(Cursor.WHOLE_LANE, null);
        reset(cursors, now);
    }

    String name() {
        return lane;
    }

    /** Begins anew with what the cursors say: the sink has been opened anew, and has forgotten what was not committed. */
    void reset(List<Cursor> cursors, long now) {
        Position whole = null;
        for (Cursor cursor : cursors) {
            if (cursor.lane().equals(lane) && cursor.target().equals(Cursor.WHOLE_LANE)) {
                whole = cursor.position();
            }
        }
        targets.clear();
        for (Cursor cursor : cursors) {
            if (cursor.lane().equals(lane) && !cursor.target().equals(Cursor.WHOLE_LANE)) {
                targets.put(cursor.target(), new Target(cursor.target(), cursor.position()));
            }
        }
        claimedAt = whole;
        watermark = new Target(Cursor.WHOLE_LANE, whole);
        watermarkMovedAt = now;
        insideTransaction = false;
        setAside = false;
    }

    /** Whether everything up to a position was durable when the lane was claimed. */
    boolean wasPassed(Position other) {
        return claimedAt != null && !other.isAfter(claimedAt);
    }

    /** Notes that an event was set aside, so that the cursor of its target has to move, if that is known, and the watermark. */
    void markSetAside(@Nullable String target) {
        setAside = true;
        if (target != null) {
            target(target).markWritten();
        }
    }

    /** The target of a name; a new one has no cursor. */
    Target target(String name) {
        return targets.computeIfAbsent(name, absent -> new Target(absent, null));
    }

    /** Notes that a batch has been written, or held nothing for this sink. */
    void advance(EventBatch batch) {
        position = batch.resumeAfter();
        insideTransaction = batch.boundary() == EventBatch.Boundary.INSIDE_TRANSACTION;
        bytesSinceWatermark += batch.bytes();
    }

    /** Whether what has been written last is part of a transaction that goes on: one too large to be held. */
    boolean insideTransaction() {
        return insideTransaction;
    }

    /** Keeps events of a transaction that goes on, until it ends or becomes too large. */
    void hold(EventBatch batch, long now) {
        if (held.isEmpty()) {
            heldSince = now;
        }
        held.add(batch);
        heldRows += batch.events().size();
        heldBytes += batch.bytes();
    }

    /** The bytes of events that are held. */
    long heldBytes() {
        return heldBytes;
    }

    /** Whether what is held is more than one commit may hold. */
    boolean holdsTooMuch(CommitBounds bounds, long now) {
        return !held.isEmpty()
                && (heldRows >= bounds.rows()
                        || heldBytes >= bounds.bytes()
                        || now - heldSince >= Durations.nanos(bounds.age()));
    }

    /** Hands out what is held. */
    List<EventBatch> release() {
        List<EventBatch> released = List.copyOf(held);
        held.clear();
        heldRows = 0;
        heldBytes = 0;
        return released;
    }

    /**
     * Puts what is held and the events that end its transaction into one batch, so that a sink takes all of the transaction or
     * nothing.
     *
     * @param ending the batch that begins with the rest of the transaction
     * @return that batch and, where the ending goes on with other transactions, a second one with those
     */
    List<EventBatch> releaseWith(EventBatch ending) {
        if (held.isEmpty()) {
            return List.of(ending);
        }
        int rest = restOfHeldTransaction(ending.events());
        int size = ending.events().size();
        long restBytes = size == 0 ? ending.bytes() : ending.bytes() * rest / size;
        Position end = held.get(held.size() - 1).resumeAfter();
        if (rest == size) {
            end = ending.resumeAfter();
        } else if (rest > 0) {
            end = ending.events().get(rest - 1).position();
        }
        List<ChangeEvent> whole = new ArrayList<>();
        held.forEach(batch -> whole.addAll(batch.events()));
        whole.addAll(ending.events().subList(0, rest));
        EventBatch transaction =
                EventBatch.of(lane, whole, end, heldBytes + restBytes, EventBatch.Boundary.TRANSACTION_END);
        release();
        if (rest == size) {
            return List.of(transaction);
        }
        return List.of(
                transaction,
                EventBatch.of(
                        lane,
                        ending.events().subList(rest, size),
                        ending.resumeAfter(),
                        ending.bytes() - restBytes,
                        ending.boundary()));
    }

    private int restOfHeldTransaction(List<ChangeEvent> events) {
        Transaction transaction = lastHeldTransaction();
        if (transaction == null) {
            return events.size();
        }
        int rest = 0;
        while (rest < events.size()
                && transaction.equals(events.get(rest).origin().transaction())) {
            rest++;
        }
        return rest;
    }

    private @Nullable Transaction lastHeldTransaction() {
        for (int i = held.size() - 1; i >= 0; i--) {
            List<ChangeEvent> events = held.get(i).events();
            if (!events.isEmpty()) {
                return events.get(events.size() - 1).origin().transaction();
            }
        }
        return null;
    }

    /** Adds the cursor of every target with events. */
    void collectTargets(List<Commit.Move> moves) {
        for (Target target : targets.values()) {
            if (target.written) {
                moves.add(move(target));
            }
        }
    }

    /** Adds the watermark, if a target moves with it, or it has stood for long, or much has gone by. */
    void collectWatermark(List<Commit.Move> moves, long now, long idleNanos, long idleBytes) {
        boolean due = setAside
                || now - watermarkMovedAt >= idleNanos
                || bytesSinceWatermark >= idleBytes
                || targets.values().stream().anyMatch(target -> target.written);
        if (due && position != null && position.isAfter(watermark.cursor)) {
            moves.add(move(watermark));
        }
    }

    private Commit.Move move(Target target) {
        return new Commit.Move(target.name, lane, target.cursor, Objects.requireNonNull(position));
    }

    /** Notes that a commit has moved a cursor. */
    void moved(Commit.Move move, long now) {
        if (move.target().equals(Cursor.WHOLE_LANE)) {
            watermark.cursor = move.to();
            setAside = false;
            watermarkMovedAt = now;
            bytesSinceWatermark = 0;
        } else {
            Target target = target(move.target());
            target.cursor = move.to();
            target.written = false;
        }
    }

    /** Adds the cursors as they stand. */
    void collectCursors(List<Cursor> cursors) {
        for (Target target : targets.values()) {
            Position cursor = target.cursor;
            if (cursor != null) {
                cursors.add(new Cursor(target.name, lane, cursor));
            }
        }
        Position durable = durable();
        if (durable != null) {
            cursors.add(new Cursor(Cursor.WHOLE_LANE, lane, durable));
        }
    }

    /** The position up to which everything is durable, or null where nothing is. */
    @Nullable
    Position durable() {
        return watermark.cursor;
    }
}
