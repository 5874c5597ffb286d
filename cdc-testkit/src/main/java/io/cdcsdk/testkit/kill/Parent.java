package io.cdcsdk.testkit.kill;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How a child and its parent talk: the child is told by system properties, and tells in lines of its standard output that begin
 * with a mark. Anything else it prints stays output.
 */
final class Parent {
    /** Set in every child. */
    static final String CHILD = "cdc.kill.child";

    /** The point at which to do {@link #ACTION}. */
    static final String POINT = "cdc.kill.point";

    /** At which passing of the point, counted from 1. */
    static final String PASSING = "cdc.kill.passing";

    /** {@link CrashPoints.Action}, by name. */
    static final String ACTION = "cdc.kill.action";

    /** Set where the child is to tell at its end how often it has passed which point. */
    static final String COUNT_POINTS = "cdc.kill.count-points";

    /** The share of calls that fail, from 0 to 1. */
    static final String FAILING_SHARE = "cdc.kill.failing-share";

    /** To which commit of a run the answer is lost. */
    static final String LOST_ANSWER = "cdc.kill.lost-answer";

    /** Set where a commit whose answer is lost does not reach the sink. */
    static final String LOST_CALL = "cdc.kill.lost-call";

    /** By how much the child's clock is ahead, as a {@link java.time.Duration}. */
    static final String CLOCK_OFFSET = "cdc.kill.clock-offset";

    /** The seed of what the child does at random. */
    static final String SEED = "cdc.kill.seed";

    static final String MARK = "::cdc-kill ";
    static final String COMMITTED = "committed";
    static final String STOPPING = "stopping";
    static final String FAILED = "failed";
    static final String PASSED = "passed ";

    private static final OutputStream OUTPUT = new FileOutputStream(FileDescriptor.out);

    private Parent() {}

    /** Whether a parent listens. */
    static boolean listens() {
        return Boolean.getBoolean(CHILD);
    }

    /** Tells the parent something, in one write; does nothing where there is no parent. */
    static void tell(String message) {
        if (!listens()) {
            return;
        }
        try {
            OUTPUT.write((MARK + message + "\n").getBytes(StandardCharsets.UTF_8));
            OUTPUT.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the parent of this process does not listen", e);
        }
    }

    /** What a line of a child tells, or null if it is output. A mark may follow output that has not ended its line. */
    static @Nullable String message(String line) {
        int start = line.indexOf(MARK);
        return start < 0 ? null : line.substring(start + MARK.length());
    }
}
