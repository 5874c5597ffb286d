package io.cdcsdk.sink.file;

/** Stands for the end of a process: no handler of exceptions may tidy up after it. */
final class PowerFailure extends Error {
    private static final long serialVersionUID = 1L;

    PowerFailure(String point) {
        super(point);
    }
}
