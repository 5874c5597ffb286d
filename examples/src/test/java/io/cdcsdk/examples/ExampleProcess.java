package io.cdcsdk.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** An example in a JVM of its own, whose output is read as it comes. */
final class ExampleProcess implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private final Process process;
    private final Thread reader;
    private final List<String> lines = new ArrayList<>();

    private ExampleProcess(Process process) {
        this.process = process;
        this.reader = new Thread(this::readLines, "example-output");
        reader.setDaemon(true);
        reader.start();
    }

    static ExampleProcess start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dfile.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                Examples.class.getName()));
        command.addAll(arguments);
        return new ExampleProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    private void readLines() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            synchronized (lines) {
                lines.notifyAll();
            }
        }
    }

    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** How many lines there are so far of a kind. */
    long count(Predicate<String> kind) {
        return lines().stream().filter(kind).count();
    }

    /** Waits until there are that many lines of a kind, or the process has ended. */
    void awaitLines(Predicate<String> kind, long least) throws InterruptedException {
        awaitLines(kind, least, DEADLINE);
        if (process.isAlive() && count(kind) < least) {
            throw new AssertionError("waited for " + least + " lines longer than " + DEADLINE + ": " + lines());
        }
    }

    /** Waits until there are that many lines of a kind, or the process has ended, at most so long. */
    void awaitLines(Predicate<String> kind, long least, Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        synchronized (lines) {
            while (count(kind) < least && (process.isAlive() || reader.isAlive())) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                TimeUnit.NANOSECONDS.timedWait(lines, Math.min(left, TimeUnit.MILLISECONDS.toNanos(200)));
            }
        }
    }

    /** Waits for the end of the process, at most so long. */
    boolean awaitEnd(Duration longest) throws InterruptedException {
        return process.waitFor(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits for the end of the process and of its output, and returns its exit code. */
    int exitCode() throws InterruptedException {
        if (!awaitEnd(DEADLINE)) {
            throw new AssertionError("the example still runs after " + DEADLINE + ": " + lines());
        }
        reader.join(DEADLINE.toMillis());
        return process.exitValue();
    }

    /** SIGTERM. By the handle, as the process itself would close the stream that its last lines come from. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        exitCode();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
