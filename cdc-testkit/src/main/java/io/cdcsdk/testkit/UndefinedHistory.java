package io.cdcsdk.testkit;

/** The contract does not say what history a case has. */
final class UndefinedHistory extends RuntimeException {
    private static final long serialVersionUID = 1;

    UndefinedHistory(String message) {
        super(message);
    }
}
