package io.cdcsdk.scd;

/**
 * What merges did, in numbers.
 *
 * @param events row changes, truncates and events of snapshots that were merged; a change of a key is one
 * @param opened versions that were opened, markers included
 * @param closed current versions that were closed, but for those that a truncate closes without a look at their keys
 * @param removed versions that late events took away
 * @param updated versions whose columns, operation or end changed otherwise
 * @param suppressed row changes that opened and closed nothing
 * @param late row changes that came after a later one of their key
 * @param tooLate events rejected as {@link Rejected.Category#TOO_LATE}
 * @param invalid events rejected as {@link Rejected.Category#INVALID}
 * @param repeated events that had been merged before
 */
public record MergeStatistics(
        long events,
        long opened,
        long closed,
        long removed,
        long updated,
        long suppressed,
        long late,
        long tooLate,
        long invalid,
        long repeated) {
    /** Nothing at all. */
    public static MergeStatistics none() {
        return new MergeStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** The sums. */
    public MergeStatistics plus(MergeStatistics other) {
        return new MergeStatistics(
                events + other.events,
                opened + other.opened,
                closed + other.closed,
                removed + other.removed,
                updated + other.updated,
                suppressed + other.suppressed,
                late + other.late,
                tooLate + other.tooLate,
                invalid + other.invalid,
                repeated + other.repeated);
    }
}
