package io.cdcsdk.runtime;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.EventsRefused;
import io.cdcsdk.api.Fatal;
import org.jspecify.annotations.Nullable;

/** Where failures went wrong. */
final class Categories {
    private Categories() {}

    /** The category that a failure tells of itself, or that of the place where it was thrown. */
    static ErrorCategory of(CdcException failure, ErrorCategory place) {
        ErrorCategory told = told(failure);
        return told == null ? place : told;
    }

    private static @Nullable ErrorCategory told(CdcException failure) {
        if (failure instanceof BadRecord record) {
            return record.category();
        } else if (failure instanceof EventsRefused refused) {
            return refused.refusals().get(0).category();
        }
        return failure instanceof Fatal fatal ? fatal.category() : null;
    }
}
