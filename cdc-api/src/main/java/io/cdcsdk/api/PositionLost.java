package io.cdcsdk.api;

/** The source no longer has the position to resume from. The message says what is missing and how to take a new snapshot. */
public final class PositionLost extends Fatal {
    private static final long serialVersionUID = 1L;

    /** A lost position. */
    public PositionLost(String message) {
        super(message);
    }
}
