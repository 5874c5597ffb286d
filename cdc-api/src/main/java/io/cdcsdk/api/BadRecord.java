package io.cdcsdk.api;

/**
 * One record cannot be decoded, transformed or written, and never will be; others can. The message names the record's place
 * (file and line, or position), the column, the type and, unless it may be personal data, the value.
 */
public final class BadRecord extends CdcException {
    private static final long serialVersionUID = 1L;

    /** A record at fault by itself. */
    public BadRecord(String message) {
        super(message, null);
    }

    /** A record at fault, with the exception that showed it. */
    public BadRecord(String message, Throwable cause) {
        super(message, cause);
    }
}
