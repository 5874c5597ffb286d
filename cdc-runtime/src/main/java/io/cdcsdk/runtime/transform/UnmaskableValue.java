package io.cdcsdk.runtime.transform;

/** A value that a mask refuses. The message goes on to the user: it says why, and does not hold the value. */
final class UnmaskableValue extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnmaskableValue(String message) {
        super(message);
    }
}
