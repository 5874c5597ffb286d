package io.cdcsdk.api;

import java.util.Locale;

/** Where something went wrong. */
public enum ErrorCategory {
    /** Reading from the source. */
    SOURCE,
    /** A record that the source cannot decode. */
    PARSING,
    /** A rule that a row breaks. */
    VALIDATION,
    /** A transform that cannot take an event. */
    TRANSFORM,
    /** A row that the target does not take. */
    SINK,
    /** A schema that does not fit that of the target. */
    SCHEMA,
    /** A change that came later than the target allows. */
    TOO_LATE;

    /** The name in dead letters and metrics: {@code too-late}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
