package io.cdcsdk.source.dms;

import io.cdcsdk.api.CdcException;

/** A file ends too early. When it grows, that may mend itself; whoever does not wait throws {@link #failure()}. */
final class UnfinishedFile extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final CdcException failure;

    UnfinishedFile(CdcException failure) {
        super(failure);
        this.failure = failure;
    }

    CdcException failure() {
        return failure;
    }
}
