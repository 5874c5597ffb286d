package io.cdcsdk.api;

import java.util.List;

/** Numbers of events by operation: counted in one register. Safe to publish by a race, as batches do. */
final class OperationCounts {
    /** Sixteen bits for each of the four operations: two to the power of this. */
    private static final int BITS = 4;

    private static final int MOST = 0xFFFF;

    private final int[] counts = new int[Operation.values().length];

    OperationCounts(List<ChangeEvent> events) {
        int size = events.size();
        for (int from = 0; from < size; from += MOST) {
            add(events, from, Math.min(size, from + MOST));
        }
    }

    private void add(List<ChangeEvent> events, int from, int to) {
        long sums = 0;
        for (int i = from; i < to; i++) {
            if (events.get(i) instanceof RowChange change) {
                sums += 1L << (change.operation().ordinal() << BITS);
            }
        }
        for (int i = 0; i < counts.length; i++) {
            counts[i] += (int) (sums >>> (i << BITS) & MOST);
        }
    }

    int of(Operation operation) {
        return counts[operation.ordinal()];
    }
}
