package io.cdcsdk.scd;

import io.cdcsdk.api.ChangeEvent;
import java.util.Objects;

/**
 * An event that was not applied. It belongs into the dead letters.
 *
 * @param event the event, whole
 * @param lane the lane it came from
 * @param category why, in general
 * @param message why, in particular: names the position, the column and the times, and shows no values
 */
public record Rejected(ChangeEvent event, String lane, Category category, String message) {
    /** Why an event was not applied. */
    public enum Category {
        /** Its time lies before the newest of its lane by more than the allowed lateness. */
        TOO_LATE,
        /** It breaks the contract: no key, no sequence, a schema that does not fit the table. */
        INVALID
    }

    public Rejected {
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(category, "category");
        Objects.requireNonNull(message, "message");
    }
}
