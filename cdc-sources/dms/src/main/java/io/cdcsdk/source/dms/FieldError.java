package io.cdcsdk.source.dms;

/** What is wrong with the current record; whoever knows the file and the line adds them. */
final class FieldError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FieldError(String message) {
        super(message);
    }

    FieldError(String message, Throwable cause) {
        super(message, cause);
    }
}
