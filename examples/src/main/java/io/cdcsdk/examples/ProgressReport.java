package io.cdcsdk.examples;

import io.cdcsdk.api.Position;
import io.cdcsdk.api.Positions;
import io.cdcsdk.runtime.PipelineListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Set;

/**
 * Shows how far a pipeline with one sink has come: on a terminal in one line that is written over, else in a line every few
 * seconds.
 */
final class ProgressReport implements PipelineListener {
    /** How often commits are shown. */
    enum Detail {
        /** Now and then, with the rows so far. */
        PROGRESS,
        /** Each of them, in a line of its own. */
        EVERY_COMMIT
    }

    private static final long TERMINAL_INTERVAL = Duration.ofMillis(100).toNanos();
    private static final long PLAIN_INTERVAL = Duration.ofSeconds(2).toNanos();
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintWriter out;
    private final Detail detail;
    private final boolean terminal;
    private final long interval;
    private final long started = System.nanoTime();
    private long shown = started;
    private boolean lineOpen;
    private boolean resumed;
    private long commits;
    private long rows;

    ProgressReport(PrintWriter out, Detail detail) {
        this.out = out;
        this.detail = detail;
        // Newer JDKs have a console even where there is no terminal; examples/run knows better.
        this.terminal = Boolean.getBoolean("examples.terminal");
        this.interval = terminal ? TERMINAL_INTERVAL : PLAIN_INTERVAL;
    }

    @Override
    public synchronized void claimed(Set<String> lanes, Positions resumeAfter) {
        for (String lane : resumeAfter.lanes()) {
            Position position = resumeAfter.of(lane);
            if (position != null) {
                resumed = true;
                out.println("Resumed after " + place(position));
            }
        }
    }

    /** Where a position of the DMS source is, in words. */
    static String place(Position position) {
        String file = position.path().substring(position.path().lastIndexOf('/') + 1);
        if (!file.contains(".csv")) {
            return "position " + position.text();
        }
        return position.offset() == Long.MAX_VALUE ? "the end of " + file : file + ", record " + position.offset();
    }

    @Override
    public synchronized void committed(Committed committed) {
        rows += committed.rows();
        commits++;
        if (detail == Detail.EVERY_COMMIT) {
            out.println("Commit " + commits + ": " + committed.rows() + " rows, up to "
                    + place(committed.commit().moves().get(0).to()));
            return;
        }
        long now = System.nanoTime();
        if (now - shown >= interval) {
            shown = now;
            String line = String.format("%,d rows in %,d commits, %.1f s", rows, commits, (now - started) / 1e9);
            if (terminal) {
                out.print(ERASE_LINE + line);
                out.flush();
                lineOpen = true;
            } else {
                out.println(line);
            }
        }
    }

    /** Ends the line of progress and says how long everything took. */
    synchronized void finish() {
        if (lineOpen) {
            out.print(ERASE_LINE);
        }
        if (rows > 0) {
            double seconds = (System.nanoTime() - started) / 1e9;
            out.printf(
                    "%,d %s in %,d %s, %.1f s%n",
                    rows, rows == 1 ? "event" : "events", commits, commits == 1 ? "commit" : "commits", seconds);
        }
    }

    /** Whether a run before had committed something. */
    synchronized boolean resumed() {
        return resumed;
    }
}
