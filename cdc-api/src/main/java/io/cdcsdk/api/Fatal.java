package io.cdcsdk.api;

import org.jspecify.annotations.Nullable;

/** Nothing that the pipeline can do will help: stop, and let a person read the message. */
public non-sealed class Fatal extends CdcException {
    private static final long serialVersionUID = 1L;

    /** A failure without a cause of its own. */
    public Fatal(String message) {
        super(message, null);
    }

    /** A failure with the exception that caused it. */
    public Fatal(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
