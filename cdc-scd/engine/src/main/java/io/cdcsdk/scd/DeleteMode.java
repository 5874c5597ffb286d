package io.cdcsdk.scd;

/** What a delete leaves in the history. */
public enum DeleteMode {
    /** The current version closes, and nothing follows it. */
    CLOSE,
    /**
     * The current version closes, and a version with operation {@code d} and the last known columns opens; it closes when the
     * key returns. A truncate leaves no such marker.
     */
    MARKER
}
