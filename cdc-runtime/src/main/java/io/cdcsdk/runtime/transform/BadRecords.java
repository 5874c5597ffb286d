package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.ErrorCategory;

/** Makes the errors of single events. They name the table and the position, and never hold a value. */
final class BadRecords {
    private BadRecords() {}

    static BadRecord of(ChangeEvent event, String message) {
        return new BadRecord(placed(event, message));
    }

    /** The error of a row that breaks a rule. */
    static BadRecord invalid(ChangeEvent event, String message) {
        return new BadRecord(ErrorCategory.VALIDATION, placed(event, message));
    }

    /**
     * What to throw after application code threw. An error of the pipeline's own kinds passes as it is; anything else keeps its
     * class and stack trace, but not its message, which may quote the value.
     *
     * @param failed what failed, as the subject of a sentence
     */
    static CdcException afterFailureOf(ChangeEvent event, String failed, RuntimeException failure) {
        return failure instanceof CdcException known
                ? known
                : new BadRecord(placed(event, message(failed, failure)), withoutMessage(failure));
    }

    /** What to throw after a rule's check threw; see {@link #afterFailureOf}. */
    static CdcException afterFailureOfRule(ChangeEvent event, String failed, Throwable failure) {
        return failure instanceof CdcException known
                ? known
                : new BadRecord(
                        ErrorCategory.VALIDATION, placed(event, message(failed, failure)), withoutMessage(failure));
    }

    private static String message(String failed, Throwable failure) {
        return failed + " failed with " + failure.getClass().getSimpleName();
    }

    private static RuntimeException withoutMessage(Throwable failure) {
        RuntimeException cause = new RuntimeException(failure.getClass().getName());
        cause.setStackTrace(failure.getStackTrace());
        return cause;
    }

    private static String placed(ChangeEvent event, String message) {
        return event.table() + ": " + message + " (position " + event.position() + ")";
    }
}
