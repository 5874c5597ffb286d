package io.cdcsdk.testkit.kill;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The places in a child process where its parent may want it to end. {@link KillableSink} and {@link KillableSource} pass those
 * around their calls; points inside an adapter (before a file is renamed, after it was synced) come from the adapter's own
 * hooks for tests, which call {@link #pass} with names of their own. In a process that no {@link ChildProgram} has started it
 * does nothing. Safe for any thread.
 */
public final class CrashPoints {
    /** Before the sink is given a batch. */
    public static final String BEFORE_WRITE = "before-write";

    /** After the sink has taken a batch. */
    public static final String AFTER_WRITE = "after-write";

    /** Before the sink is asked to commit. */
    public static final String BEFORE_COMMIT = "before-commit";

    /** After the sink has committed, and before the pipeline knows. */
    public static final String AFTER_COMMIT = "after-commit";

    /** Before the source is told what is durable. */
    public static final String BEFORE_ACKNOWLEDGE = "before-acknowledge";

    /** After the source was told what is durable. */
    public static final String AFTER_ACKNOWLEDGE = "after-acknowledge";

    /** With which exit code a child halts at its point. */
    static final int HALTED = 77;

    /** What a child does at its point. */
    enum Action {
        /** Ends at once, without shutdown hooks or anything else. */
        HALT,
        /** Stops itself by SIGSTOP, until somebody sends SIGCONT. */
        STOP
    }

    private static final String CHOSEN = System.getProperty(Parent.POINT, "");
    private static final int CHOSEN_PASSING = Integer.getInteger(Parent.PASSING, 1);
    private static final Action ACTION = Action.valueOf(System.getProperty(Parent.ACTION, Action.HALT.name()));
    private static final boolean COUNTS = Boolean.getBoolean(Parent.COUNT_POINTS);
    private static final Map<String, Integer> PASSINGS = new TreeMap<>();

    static {
        if (COUNTS) {
            Runtime.getRuntime().addShutdownHook(new Thread(CrashPoints::tellPassings, "crash-points"));
        }
    }

    private CrashPoints() {}

    /**
     * Passes a point. Ends the process if it was told to end at this passing.
     *
     * @param point the point's name, without white space
     */
    public static void pass(String point) {
        if (!COUNTS && !point.equals(CHOSEN)) {
            return;
        }
        int passing;
        synchronized (PASSINGS) {
            passing = PASSINGS.merge(point, 1, Integer::sum);
        }
        if (point.equals(CHOSEN) && passing == CHOSEN_PASSING) {
            act();
        }
    }

    private static void act() {
        if (ACTION == Action.HALT) {
            Runtime.getRuntime().halt(HALTED);
        }
        Parent.tell(Parent.STOPPING);
        try {
            Signals.send("STOP", ProcessHandle.current().pid());
        } catch (IOException e) {
            throw new IllegalStateException("this process cannot stop itself", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void tellPassings() {
        synchronized (PASSINGS) {
            PASSINGS.forEach((point, times) -> Parent.tell(Parent.PASSED + point + " " + times));
        }
    }

    /** Signals that the JDK cannot send. */
    static final class Signals {
        private Signals() {}

        static void send(String signal, long process) throws IOException, InterruptedException {
            Process sender = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process)
                    .redirectErrorStream(true)
                    .start();
            if (!sender.waitFor(30, TimeUnit.SECONDS) || sender.exitValue() != 0) {
                throw new IOException("process " + process + " cannot be sent SIG" + signal);
            }
        }
    }
}
