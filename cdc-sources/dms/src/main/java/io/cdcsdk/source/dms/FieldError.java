package io.cdcsdk.source.dms;

/** What is wrong with the current record; whoever knows the file and the line adds them. */
final class FieldError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String withoutValue;

    FieldError(String message) {
        super(message);
        withoutValue = message;
    }

    FieldError(String message, Throwable cause) {
        super(message, cause);
        withoutValue = message;
    }

    FieldError(String message, String withoutValue, Throwable cause) {
        super(message, cause);
        this.withoutValue = withoutValue;
    }

    /** The message without a value of the record. */
    String withoutValue() {
        return withoutValue;
    }
}
