package io.cdcsdk.testkit;

import java.util.List;

/**
 * What one merge and one commit take.
 *
 * @param deliveries the events in the order of arrival
 * @param interruption what happens before it is committed
 */
record HistoryBatch(List<HistoryDelivery> deliveries, Interruption interruption) {
    /** What happens to the session between two commits. */
    enum Interruption {
        /** Nothing: the session goes on. */
        NONE,
        /** The session is closed, and another one goes on. */
        RESTART,
        /** The session merges the batch and dies, and another one merges it again. */
        DEATH
    }

    HistoryBatch {
        deliveries = List.copyOf(deliveries);
    }

    HistoryBatch with(List<HistoryDelivery> others) {
        return new HistoryBatch(others, interruption);
    }
}
