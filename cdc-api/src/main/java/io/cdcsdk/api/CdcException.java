package io.cdcsdk.api;

import org.jspecify.annotations.Nullable;

/**
 * A failure, named by what its catcher does next: {@link Retryable} (wait and call again), {@link Fatal} (stop), {@link
 * BadRecord} (set one record aside), {@link EventsRefused} (set some aside), {@link OutcomeUnknown} (look before doing anything).
 *
 * <p>Messages name the file, line, column, key or option at fault and what to do about it. They never hold a password or the
 * value of a masked column. Should one quote a URL with a user and password, or an assignment to a name such as {@code password},
 * these become {@code ***}; a cause that shows some is replaced by a copy that tells its class.
 */
public abstract sealed class CdcException extends RuntimeException
        permits Retryable, Fatal, BadRecord, EventsRefused, OutcomeUnknown {
    private static final long serialVersionUID = 1L;

    CdcException(String message, @Nullable Throwable cause) {
        super(Secrets.hidden(message), Secrets.hidden(cause));
    }
}
