package io.cdcsdk.source.dms;

import java.io.IOException;

/** The last line of a file has no end, and must have one. */
final class UnendedLineException extends IOException {
    private static final long serialVersionUID = 1L;

    UnendedLineException() {
        super("its last line has no end");
    }
}
