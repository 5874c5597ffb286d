package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.ChangeEvent;

/** Makes the errors of single events. They name the table and the position, and never hold a value. */
final class BadRecords {
    private BadRecords() {}

    static BadRecord of(ChangeEvent event, String message) {
        return new BadRecord(placed(event, message));
    }

    /**
     * What to throw after application code threw. An error of the pipeline's own kinds passes as it is; anything else keeps its
     * class and stack trace, but not its message, which may quote the value.
     *
     * @param failed what failed, as the subject of a sentence
     */
    static CdcException afterFailureOf(ChangeEvent event, String failed, RuntimeException failure) {
        if (failure instanceof CdcException known) {
            return known;
        }
        RuntimeException cause = new RuntimeException(failure.getClass().getName());
        cause.setStackTrace(failure.getStackTrace());
        String message = failed + " failed with " + failure.getClass().getSimpleName();
        return new BadRecord(placed(event, message), cause);
    }

    private static String placed(ChangeEvent event, String message) {
        return event.table() + ": " + message + " (position " + event.position() + ")";
    }
}
