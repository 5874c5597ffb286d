package io.cdcsdk.api;

import java.util.List;
import java.util.Objects;

/**
 * Some events of a commit cannot be written, and never will be; the others can. Thrown where that shows no earlier than at the commit,
 * as for a change that is later than the target allows. Nothing was changed. Who has set these events aside repeats the commit, which
 * passes them over.
 */
public final class EventsRefused extends CdcException {
    private static final long serialVersionUID = 1L;

    private final transient List<Refusal> refusals;

    /**
     * An event that was refused.
     *
     * @param lane the lane it came from
     * @param event the event
     * @param category why, in general
     * @param message why, in particular, without values; names the position and what to do
     */
    public record Refusal(String lane, ChangeEvent event, ErrorCategory category, String message) {
        public Refusal {
            Objects.requireNonNull(lane, "lane");
            Objects.requireNonNull(event, "event");
            Objects.requireNonNull(category, "category");
            Objects.requireNonNull(message, "message");
        }
    }

    /**
     * Events that were refused.
     *
     * @param message tells what to do where nobody sets them aside
     * @param refusals at least one
     */
    public EventsRefused(String message, List<Refusal> refusals) {
        super(message, null);
        this.refusals = List.copyOf(refusals);
    }

    /** The events, in no particular order. */
    public List<Refusal> refusals() {
        return refusals;
    }
}
