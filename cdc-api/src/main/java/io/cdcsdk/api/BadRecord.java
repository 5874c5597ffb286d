package io.cdcsdk.api;

import org.jspecify.annotations.Nullable;

/**
 * One record cannot be decoded, transformed or written, and never will be; others can. The message names the record's place
 * (file and line, or position), the column, the type and, unless it may be personal data, the value.
 */
public final class BadRecord extends CdcException {
    private static final long serialVersionUID = 1L;

    private final @Nullable ErrorCategory category;

    /** A record at fault by itself. */
    public BadRecord(String message) {
        super(message, null);
        category = null;
    }

    /** A record at fault, with the exception that showed it. */
    public BadRecord(String message, Throwable cause) {
        super(message, cause);
        category = null;
    }

    /** A record whose fault is of another category than the place that found it. */
    public BadRecord(ErrorCategory category, String message) {
        super(message, null);
        this.category = category;
    }

    /** A record whose fault is of another category than the place that found it, with the exception that showed it. */
    public BadRecord(ErrorCategory category, String message, Throwable cause) {
        super(message, cause);
        this.category = category;
    }

    /** The category, or null where the place that found the fault tells it. */
    public @Nullable ErrorCategory category() {
        return category;
    }
}
