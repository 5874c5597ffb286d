package io.cdcsdk.testkit.kill;

/** What becomes of a second process on a target that another one still holds. */
public enum Successor {
    /** It takes over: from its claim on, the first one can commit nothing more. */
    TAKES_OVER,
    /** It is refused and fails: the target can be open in one process alone, and the first one goes on. */
    IS_REFUSED
}
