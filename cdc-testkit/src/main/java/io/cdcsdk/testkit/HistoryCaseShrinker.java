package io.cdcsdk.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Makes a failing case as small as it gets: fewer events, fewer batches, fewer interruptions. */
final class HistoryCaseShrinker {
    private static final int MOST_ATTEMPTS = 2_000;

    private final Predicate<HistoryCase> fails;
    private int attempts;

    private HistoryCaseShrinker(Predicate<HistoryCase> fails) {
        this.fails = fails;
    }

    static HistoryCase shrink(HistoryCase failing, Predicate<HistoryCase> fails) {
        HistoryCaseShrinker shrinker = new HistoryCaseShrinker(fails);
        HistoryCase smallest = failing;
        HistoryCase before;
        do {
            before = smallest;
            smallest = shrinker.withoutEvents(smallest);
            smallest = shrinker.withoutInterruptions(smallest);
            smallest = shrinker.withoutSplits(smallest);
        } while (smallest != before);
        return smallest;
    }

    private boolean stillFails(HistoryCase candidate) {
        return attempts++ < MOST_ATTEMPTS && candidate.isDefined() && fails.test(candidate);
    }

    /** Takes runs of events away: first long ones, in the end single ones. */
    private HistoryCase withoutEvents(HistoryCase failing) {
        HistoryCase smallest = failing;
        for (int length = smallest.deliveries().size() / 2; length >= 1; length /= 2) {
            for (int from = smallest.deliveries().size() - length; from >= 0; from -= length) {
                HistoryCase candidate = without(smallest, from, length);
                if (stillFails(candidate)) {
                    smallest = candidate;
                }
            }
        }
        return smallest;
    }

    private static HistoryCase without(HistoryCase whole, int from, int length) {
        List<HistoryBatch> batches = new ArrayList<>();
        int index = 0;
        for (HistoryBatch batch : whole.batches()) {
            List<HistoryDelivery> kept = new ArrayList<>();
            for (HistoryDelivery delivery : batch.deliveries()) {
                if (index < from || index >= from + length) {
                    kept.add(delivery);
                }
                index++;
            }
            if (!kept.isEmpty()) {
                batches.add(batch.with(kept));
            }
        }
        return whole.withBatches(batches);
    }

    private HistoryCase withoutInterruptions(HistoryCase failing) {
        HistoryCase smallest = failing;
        for (int i = 0; i < smallest.batches().size(); i++) {
            HistoryBatch batch = smallest.batches().get(i);
            if (batch.interruption() != HistoryBatch.Interruption.NONE) {
                List<HistoryBatch> batches = new ArrayList<>(smallest.batches());
                batches.set(i, new HistoryBatch(batch.deliveries(), HistoryBatch.Interruption.NONE));
                HistoryCase candidate = smallest.withBatches(batches);
                smallest = stillFails(candidate) ? candidate : smallest;
            }
        }
        return smallest;
    }

    private HistoryCase withoutSplits(HistoryCase failing) {
        HistoryCase smallest = failing;
        for (int i = smallest.batches().size() - 1; i > 0; i--) {
            List<HistoryBatch> batches = new ArrayList<>(smallest.batches());
            List<HistoryDelivery> joined = new ArrayList<>(batches.get(i - 1).deliveries());
            joined.addAll(batches.remove(i).deliveries());
            batches.set(i - 1, batches.get(i - 1).with(joined));
            HistoryCase candidate = smallest.withBatches(batches);
            smallest = stillFails(candidate) ? candidate : smallest;
        }
        return smallest;
    }
}
