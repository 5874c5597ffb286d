package io.cdcsdk.scd;

/** Counts what a merge does. */
final class Tally implements KeyUpdate.ChangeVisitor {
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

    /** Counts how the versions of a key have changed since its fold was loaded. */
    void compare(KeyFold fold) {
        KeyUpdate.visit(fold.versionsBefore(), fold.allVersions(), this);
    }

    boolean isNothing() {
        return opened + closed + removed + updated == 0;
    }

    void add(Tally other) {
        opened += other.opened;
        closed += other.closed;
        removed += other.removed;
        updated += other.updated;
    }

    @Override
    public void opened(Version version) {
        opened++;
        if (!version.isCurrent()) {
            closed++;
        }
    }

    @Override
    public void closed(Version version) {
        closed++;
    }

    @Override
    public void updated(Version version) {
        updated++;
    }

    @Override
    public void removed(Version version) {
        removed++;
    }

    MergeStatistics statistics() {
        return new MergeStatistics(
                events, opened, closed, removed, updated, suppressed, late, tooLate, invalid, repeated);
    }
}
