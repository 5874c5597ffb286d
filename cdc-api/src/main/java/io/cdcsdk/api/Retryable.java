package io.cdcsdk.api;

/** The call changed nothing and may succeed later: call again with the same arguments after a pause. */
public final class Retryable extends CdcException {
    private static final long serialVersionUID = 1L;

    /** A failure without a cause of its own. */
    public Retryable(String message) {
        super(message, null);
    }

    /** A failure with the exception that caused it. */
    public Retryable(String message, Throwable cause) {
        super(message, cause);
    }
}
