package io.cdcsdk.testkit.kill;

/**
 * Tells the parent of a child process how far the child has come. {@link KillableSink} does it by itself; a child without one
 * calls it, from a listener of its pipeline for instance. In a process that no {@link ChildProgram} has started it does nothing.
 * Safe for any thread.
 */
public final class ChildProgress {
    private ChildProgress() {}

    /** Tells that a commit is durable. */
    public static void committed() {
        Parent.tell(Parent.COMMITTED);
    }
}
