package io.cdcsdk.scd;

/** The order of a history's events; equal for the same event only. */
final class Order {
    private final boolean byTime;
    private final boolean bySource;

    /** The order that a spec asks for. */
    Order(Scd2Spec spec) {
        this.byTime = !(spec.sequence() instanceof Sequence.SourceOrder);
        this.bySource = spec.tieRule() == TieRule.SOURCE_ORDER;
    }

    int compare(Entry one, Entry other) {
        if (byTime && one.rawTime != other.rawTime) {
            return Long.compare(one.rawTime, other.rawTime);
        }
        if (bySource) {
            int result = compareSourceOrder(one, other);
            if (result != 0) {
                return result;
            }
        }
        int byLane = one.lane == other.lane ? 0 : one.lane.compareTo(other.lane);
        return byLane != 0 ? byLane : one.position.compareTo(other.position);
    }

    private static int compareSourceOrder(Entry one, Entry other) {
        if (one.position.epoch() != other.position.epoch()) {
            return Long.compare(one.position.epoch(), other.position.epoch());
        }
        if (one.order != null && other.order != null) {
            return one.order.compareTo(other.order);
        }
        if (one.order == null && other.order == null) {
            return one.position.compareTo(other.position);
        }
        return one.order == null ? -1 : 1;
    }
}
