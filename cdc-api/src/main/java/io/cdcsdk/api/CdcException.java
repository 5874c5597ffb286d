package io.cdcsdk.api;

import org.jspecify.annotations.Nullable;

/**
 * A failure, named by what its catcher does next: {@link Retryable} (wait and call again), {@link Fatal} (stop), {@link
 * BadRecord} (set one record aside), {@link EventsRefused} (set some aside), {@link OutcomeUnknown} (look before doing anything).
 *
 * <p>Messages name the file, line, column, key or option at fault and what to do about it. They never hold a password or the
 * value of a masked column.
 */
public abstract sealed class CdcException extends RuntimeException
        permits Retryable, Fatal, BadRecord, EventsRefused, OutcomeUnknown {
    private static final long serialVersionUID = 1L;

    CdcException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
