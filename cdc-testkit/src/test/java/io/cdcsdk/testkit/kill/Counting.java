package io.cdcsdk.testkit.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
        FAILS
    }

    private static final int COMMITS = 120;
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

    private static volatile boolean finished;

    private Counting() {}

    static ChildProgram program(Path target, Kind kind) {
        return ChildProgram.of(Counting.class, target.toString(), kind.name());
    }

    /** Runs: the directory, and the kind. */
    public static void main(String[] arguments) throws IOException {
        Path target = Path.of(arguments[0]);
        Kind kind = Kind.valueOf(arguments[1]);
        Path lines = target.resolve(LINES);
        Path cursor = target.resolve("cursor");
        boolean separate = kind == Kind.REPEATS || kind == Kind.LOSES;
        int from = 0;
        if (Files.exists(separate ? cursor : lines)) {
            from = separate
                    ? Integer.parseInt(Files.readString(cursor))
                    : Files.readAllLines(lines).size();
        }
        System.out.println("goes on after " + from);
        if (kind == Kind.STAYS) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> pause(finished ? 0 : TimeUnit.SECONDS.toNanos(60))));
        }
        for (int i = from + 1; i <= COMMITS; i++) {
            if (kind == Kind.FAILS && from > 0 && i == COMMITS - 1) {
                throw new IllegalStateException("failed on purpose");
            }
            CrashPoints.pass(CrashPoints.BEFORE_COMMIT);
            if (kind == Kind.LOSES) {
                Files.writeString(cursor, String.valueOf(i));
                CrashPoints.pass(BETWEEN);
            }
            Files.writeString(lines, i + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (kind == Kind.REPEATS) {
                CrashPoints.pass(BETWEEN);
                Files.writeString(cursor, String.valueOf(i));
            }
            ChildProgress.committed();
            CrashPoints.pass(CrashPoints.AFTER_COMMIT);
            pause(PAUSE);
        }
        finished = true;
    }

    private static void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
