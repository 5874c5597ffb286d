package io.cdcsdk.scd;

/** Counts what a merge does. */
final class Tally {
    long events;
    long opened;
    long closed;
    long removed;
    long updated;
    long suppressed;
    long late;
    long tooLate;
    long invalid;
    long repeated;

    boolean isNothing() {
        return opened + closed + removed + updated == 0;
    }

    void add(Tally other) {
        opened += other.opened;
        closed += other.closed;
        removed += other.removed;
        updated += other.updated;
        suppressed += other.suppressed;
    }

    MergeStatistics statistics() {
        return new MergeStatistics(
                events, opened, closed, removed, updated, suppressed, late, tooLate, invalid, repeated);
    }
}
