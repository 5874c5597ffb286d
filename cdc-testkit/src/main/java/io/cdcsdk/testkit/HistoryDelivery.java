package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;

/** An event as it arrives in a lane. */
record HistoryDelivery(String lane, ChangeEvent event) {
    boolean isRepeatOf(HistoryDelivery other) {
        return lane.equals(other.lane) && event.position().equals(other.event.position());
    }

    @Override
    public String toString() {
        return lane + ": " + HistoryCase.describe(event);
    }
}
