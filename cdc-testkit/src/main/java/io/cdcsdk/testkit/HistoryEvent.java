package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.SourceOrder;
import io.cdcsdk.api.Truncate;
import io.cdcsdk.scd.Scd2Spec;
import io.cdcsdk.scd.Sequence;
import io.cdcsdk.scd.TieRule;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A valid event with what the oracle needs of it.
 *
 * @param lane the lane
 * @param event the event
 * @param time what the sequence tells: the commit time, or the column
 * @param key the key that a row change leaves live, or deletes; empty for another event
 * @param oldKey the key that a change of the key leaves, else empty
 */
record HistoryEvent(String lane, ChangeEvent event, long time, List<Object> key, List<Object> oldKey) {
    /** Whether the event has something to do with a key. */
    boolean touches(List<Object> candidate) {
        return isRow() && (key.equals(candidate) || oldKey.equals(candidate));
    }

    boolean isRow() {
        return event instanceof RowChange;
    }

    boolean isTruncate() {
        return event instanceof Truncate;
    }

    boolean isStart() {
        return event instanceof SnapshotStarted;
    }

    boolean isCompletion() {
        return event instanceof SnapshotCompleted;
    }

    boolean isDelete() {
        return EventScript.is(event, Operation.DELETE);
    }

    boolean isSnapshotRow() {
        return EventScript.is(event, Operation.SNAPSHOT);
    }

    boolean isKeyChange() {
        return !oldKey.isEmpty();
    }

    /** Whether it leaves a row whose image lacks a column. */
    boolean isPartial() {
        Row after = event instanceof RowChange change ? change.after() : null;
        return after != null && !after.isComplete();
    }

    Position position() {
        return event.position();
    }

    @Nullable
    SourceOrder sourceOrder() {
        return event.origin().order();
    }

    @Override
    public String toString() {
        return lane + ": " + HistoryCase.describe(event);
    }

    /** The order of all events of a table. */
    static Comparator<HistoryEvent> order(Scd2Spec spec) {
        boolean bySource = spec.sequence() instanceof Sequence.SourceOrder;
        Comparator<HistoryEvent> sequence = Comparator.comparingLong(event -> bySource ? 0 : event.time());
        Comparator<HistoryEvent> last = Comparator.comparing(HistoryEvent::lane).thenComparing(HistoryEvent::position);
        if (spec.tieRule() == TieRule.POSITION) {
            return sequence.thenComparing(last);
        }
        Comparator<HistoryEvent> source = Comparator.comparingLong(
                        (HistoryEvent event) -> event.position().epoch())
                .thenComparing(event -> event.sourceOrder() != null)
                .thenComparing((one, other) -> {
                    SourceOrder first = one.sourceOrder();
                    SourceOrder second = other.sourceOrder();
                    return first != null && second != null
                            ? first.compareTo(second)
                            : one.position().compareTo(other.position());
                });
        return sequence.thenComparing(source).thenComparing(last);
    }
}
