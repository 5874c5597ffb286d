package io.cdcsdk.scd;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** Counts how the versions of a key have changed. */
    void compare(@Nullable KeyState before, KeyFold after) {
        KeyUpdate.visit(before == null ? List.of() : Arrays.asList(before.versions), after.allVersions(), this);
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
