package io.cdcsdk.api;

/**
 * A commit may or may not have happened: the answer was lost. Do not repeat it. Close the sink, open it again, claim the lanes
 * and read the cursors: they tell.
 */
public final class OutcomeUnknown extends CdcException {
    private static final long serialVersionUID = 1L;

    /** A lost answer. */
    public OutcomeUnknown(String message, Throwable cause) {
        super(message, cause);
    }
}
