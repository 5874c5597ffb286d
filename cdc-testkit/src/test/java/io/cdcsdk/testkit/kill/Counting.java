package io.cdcsdk.testkit.kill;

import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.OutcomeUnknown;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A program that appends one line for each commit, rightly or not. */
final class Counting {
    static final String LINES = "lines";
    static final String BETWEEN = "between-data-and-cursor";

    /** How it keeps its place. */
    enum Kind {
        /** By the lines themselves: never one too few or too many. */
        EXACT,
        /** In a file written after the line: a crash in between repeats the line. */
        REPEATS,
        /** In a file written before the line: a crash in between loses the line. */
        LOSES,
        /** As the exact one, but takes no notice of SIGTERM. */
        STAYS,
        /** As the exact one, but fails in the middle of its second run. */
        FAILS,
        /** As the exact one, but takes a line for whole that a full disk has cut off. */
        TEARS,
        /** As the exact one, but ends when a call fails. */
        GIVES_UP,
        /** As the exact one, but goes on behind a call that failed. */
        PASSES_OVER,
        /** As the exact one, but commits once more when an answer is lost. */
        REPEATS_UNKNOWN,
        /** As the exact one, but takes a commit for done when the answer is lost. */
        PASSES_OVER_UNKNOWN,
        /** As the exact one, but writes nothing while its clock is behind that of the last run. */
        WAITS_FOR_ITS_CLOCK
    }

    private static final int COMMITS = 120;
    private static final int LINE_LENGTH = 1_000;
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

    private static volatile boolean finished;

    private final Kind kind;
    private final Path lines;
    private final Path cursor;
    private final Sink sink = KillableSink.of(new LineSink());

    private Counting(Path target, Kind kind) {
        this.kind = kind;
        lines = target.resolve(LINES);
        cursor = target.resolve("cursor");
    }

    static ChildProgram program(Path target, Kind kind) {
        return ChildProgram.of(Counting.class, target.toString(), kind.name());
    }

    /** Runs: the directory, and the kind. */
    public static void main(String[] arguments) throws IOException {
        new Counting(Path.of(arguments[0]), Kind.valueOf(arguments[1])).run();
        finished = true;
    }

    private void run() throws IOException {
        int from = place();
        System.out.println("goes on after " + from);
        if (kind == Kind.STAYS) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> pause(finished ? 0 : TimeUnit.SECONDS.toNanos(60))));
        }
        for (int i = from + 1; i <= COMMITS; i++) {
            if (kind == Kind.FAILS && from > 0 && i == COMMITS - 1) {
                throw new IllegalStateException("failed on purpose");
            }
            commit(i);
            pause(PAUSE);
        }
    }

    private int place() throws IOException {
        if (kind == Kind.REPEATS || kind == Kind.LOSES) {
            return Files.exists(cursor) ? Integer.parseInt(Files.readString(cursor)) : 0;
        } else if (!Files.exists(lines)) {
            return 0;
        } else if (kind == Kind.TEARS) {
            return Files.readAllLines(lines).size();
        }
        byte[] content = Files.readAllBytes(lines);
        int whole = content.length / LINE_LENGTH;
        if (content.length > whole * LINE_LENGTH) {
            Files.write(lines, Arrays.copyOf(content, whole * LINE_LENGTH));
        }
        return whole;
    }

    private void commit(int number) throws IOException {
        Commit commit = new Commit(
                List.of(new Commit.Move("lines", "lane", null, Position.of(number))),
                EventBatch.Boundary.TRANSACTION_END);
        boolean done = false;
        while (!done) {
            try {
                sink.commit(commit);
                done = true;
            } catch (Retryable e) {
                if (kind == Kind.GIVES_UP) {
                    throw e;
                }
                done = kind == Kind.PASSES_OVER;
            } catch (OutcomeUnknown e) {
                done = kind != Kind.REPEATS_UNKNOWN && (kind == Kind.PASSES_OVER_UNKNOWN || place() == number);
            }
        }
    }

    private static void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    /** Appends the number of each commit. */
    private final class LineSink implements Sink {
        @Override
        public Set<SinkCapability> capabilities() {
            return Set.of(SinkCapability.CURSOR);
        }

        @Override
        public void open() {}

        @Override
        public List<Cursor> claim(Set<String> lanes) {
            return List.of();
        }

        @Override
        public void write(EventBatch batch) {}

        @Override
        public void commit(Commit commit) {
            try {
                if (!waits()) {
                    append(commit.moves().get(0).to().offset());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Whether the last run wrote at a time that has not come yet. */
        private boolean waits() throws IOException {
            return kind == Kind.WAITS_FOR_ITS_CLOCK
                    && Files.exists(lines)
                    && Files.getLastModifiedTime(lines)
                            .toInstant()
                            .isAfter(ChildClock.clock().instant().plusSeconds(3600));
        }

        private void append(long number) throws IOException {
            if (kind == Kind.LOSES) {
                Files.writeString(cursor, String.valueOf(number));
                CrashPoints.pass(BETWEEN);
            }
            String text = String.valueOf(number);
            String line = text + " ".repeat(LINE_LENGTH - 1 - text.length()) + "\n";
            Files.write(
                    lines,
                    line.getBytes(StandardCharsets.US_ASCII),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            if (kind == Kind.REPEATS) {
                CrashPoints.pass(BETWEEN);
                Files.writeString(cursor, String.valueOf(number));
            }
        }

        @Override
        public void close() {}
    }
}
