package io.cdcsdk.testkit.kill;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * A process that a {@link ChildProgram} has started. Its output and its reports are read as they come, and may be asked for at
 * any time, also after its end. Safe for any thread; closing kills a process that still runs.
 */
public final class Child implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final long LONGEST_LOOK = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int LAST_LINES = 30;

    private final Process process;
    private final Predicate<String> commitLine;
    private final Thread reader;
    private final Object lock = new Object();
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Integer> passings = new TreeMap<>();
    private long commits;
    private long failures;
    private boolean stopping;

    Child(Process process, Predicate<String> commitLine) {
        this.process = process;
        this.commitLine = commitLine;
        this.reader = new Thread(this::read, "child-output");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lock) {
                    take(line);
                    lock.notifyAll();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            synchronized (lock) {
                lock.notifyAll();
            }
        }
    }

    private void take(String line) {
        String message = Parent.message(line);
        if (message == null) {
            lines.add(line);
            commits += commitLine.test(line) ? 1 : 0;
        } else if (message.equals(Parent.COMMITTED)) {
            commits++;
        } else if (message.equals(Parent.FAILED)) {
            failures++;
        } else if (message.equals(Parent.STOPPING)) {
            stopping = true;
        } else if (message.startsWith(Parent.PASSED)) {
            String[] words = message.substring(Parent.PASSED.length()).split(" ", 2);
            passings.put(words[0], Integer.parseInt(words[1]));
        }
    }

    /** What it has printed so far, to standard output and standard error; without its reports. */
    public List<String> lines() {
        synchronized (lock) {
            return List.copyOf(lines);
        }
    }

    /** How many commits it has told of so far. */
    public long commits() {
        synchronized (lock) {
            return commits;
        }
    }

    /** How many calls it was made to fail so far. */
    long failures() {
        synchronized (lock) {
            return failures;
        }
    }

    /** How often it has passed which {@link CrashPoints}; empty before its end. */
    Map<String, Integer> passings() {
        synchronized (lock) {
            return Map.copyOf(passings);
        }
    }

    /** Its last lines, for a message. */
    String lastLines() {
        List<String> all = lines();
        return String.join("\n", all.subList(Math.max(0, all.size() - LAST_LINES), all.size()));
    }

    /**
     * Waits until it has printed that many lines of a kind, or has ended.
     *
     * @throws AssertionError if that takes more than two minutes
     */
    public void awaitLines(Predicate<String> kind, long least) throws InterruptedException {
        requireInTime(await(() -> lines.stream().filter(kind).count() >= least, LONGEST), least + " lines");
    }

    /**
     * Waits until it has told of that many commits, or has ended.
     *
     * @throws AssertionError if that takes more than two minutes
     */
    public void awaitCommits(long least) throws InterruptedException {
        requireInTime(awaitCommits(least, LONGEST), least + " commits");
    }

    /**
     * Waits until it has told of that many commits, or has ended, at most so long.
     *
     * @return whether one of both has come
     */
    public boolean awaitCommits(long least, Duration longest) throws InterruptedException {
        return await(() -> commits >= least, longest);
    }

    /** Waits until it is about to stop at its point, or has ended. */
    boolean awaitStopping() throws InterruptedException {
        requireInTime(await(() -> stopping, LONGEST), "the point at which it stops");
        synchronized (lock) {
            return stopping;
        }
    }

    /** The condition is looked at under the lock. Gives whether it holds, or the output has come to its end. */
    private boolean await(BooleanSupplier condition, Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        synchronized (lock) {
            while (!condition.getAsBoolean() && (process.isAlive() || reader.isAlive())) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(lock, Math.min(left, LONGEST_LOOK));
            }
        }
        return true;
    }

    private void requireInTime(boolean came, String what) {
        if (!came) {
            throw new AssertionError(
                    "waited for " + what + " longer than " + LONGEST + "; the child's last lines:\n" + lastLines());
        }
    }

    /** Whether it still runs, or is stopped. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Waits for its end, at most so long.
     *
     * @return whether it has ended
     */
    public boolean awaitEnd(Duration longest) throws InterruptedException {
        return process.waitFor(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Waits for its end and that of its output.
     *
     * @return its exit code; 128 and the signal's number after a signal
     * @throws AssertionError if that takes more than two minutes
     */
    public int exitCode() throws InterruptedException {
        requireInTime(awaitEnd(LONGEST), "its end");
        reader.join(LONGEST.toMillis());
        return process.exitValue();
    }

    /** Sends SIGTERM, and does not wait. */
    public void terminate() {
        // By the handle: the process itself would close the stream that the last lines come from.
        process.toHandle().destroy();
    }

    /** Sends SIGKILL, and waits for the end. */
    public void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        int unused = exitCode();
    }

    /** Sends SIGSTOP: the process does nothing until {@link #resume}. Where there are no such signals, it fails. */
    public void suspend() throws IOException, InterruptedException {
        CrashPoints.Signals.send("STOP", process.pid());
    }

    /** Sends SIGCONT. */
    public void resume() throws IOException, InterruptedException {
        CrashPoints.Signals.send("CONT", process.pid());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
