package io.cdcsdk.testkit.kill;

import java.time.Duration;
import java.time.InstantSource;

/**
 * The clock that the parent of a child process wants the child to have; see {@link KillSuite#shiftClock}. In a process that no
 * {@link ChildProgram} has started it is that of the system. Safe for any thread.
 */
public final class ChildClock {
    private static final InstantSource CLOCK = InstantSource.offset(
            InstantSource.system(), Duration.parse(System.getProperty(Parent.CLOCK_OFFSET, Duration.ZERO.toString())));

    private ChildClock() {}

    /** The clock, for what a program gives one to. */
    public static InstantSource clock() {
        return CLOCK;
    }
}
