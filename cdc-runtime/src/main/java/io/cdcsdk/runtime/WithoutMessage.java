package io.cdcsdk.runtime;

import io.cdcsdk.api.CdcException;
import org.jspecify.annotations.Nullable;

/**
 * Stands for an exception of somebody else's code that had a row in its hands before it was masked, and whose message may quote it: tells
 * the classes of the exception and its causes, and where they were thrown.
 */
final class WithoutMessage extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MOST_CAUSES = 10;

    private WithoutMessage(Throwable failure, @Nullable Throwable cause) {
        super(failure.getClass().getName(), cause);
        setStackTrace(failure.getStackTrace());
    }

    /** The stand-in; the exception itself if it is one of the library's, or the virtual machine's, whose messages hold no values. */
    static Throwable of(Throwable failure) {
        return of(failure, MOST_CAUSES);
    }

    private static Throwable of(Throwable failure, int causes) {
        if (failure instanceof CdcException
                || failure instanceof VirtualMachineError
                || failure instanceof LinkageError
                || failure instanceof WithoutMessage) {
            return failure;
        }
        Throwable cause = failure.getCause();
        return new WithoutMessage(failure, cause == null || causes == 0 ? null : of(cause, causes - 1));
    }

    /** The class of the exception for which it stands. */
    @Override
    public String toString() {
        return String.valueOf(getMessage());
    }
}
