package io.cdcsdk.examples;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.Operation;
import io.cdcsdk.runtime.CommitBounds;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.runtime.PipelineListener;
import io.cdcsdk.runtime.http.MonitoringServer;
import io.cdcsdk.runtime.transform.Validate;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** DMS files of one table in, one consolidated file out. */
@Command(
        name = ConsolidationOptions.PIPELINE,
        description =
                "Consolidates the DMS files of one table into one file: a full load replaces the table, changes (with Op in "
                        + "front: I, U, D) are applied by key. Goes on where the last run stopped, also after a crash.")
final class DmsToFile implements Callable<Integer> {
    /** The name of the consolidated file. */
    static final String FINAL_OUTPUT = "final_output.csv";

    private static final Duration SUMMARY_TIME = Duration.ofSeconds(10);
    private static final int HIGHEST_PORT = 65_535;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final ConsolidationOptions options = new ConsolidationOptions();

    @Option(
            names = "--watch",
            description =
                    "Waits for new files until it is stopped: Ctrl-C, or SIGTERM. A full load by name replaces the table when "
                            + "the first change file is there, as more load files may come until then; without --watch, when all "
                            + "have been read.")
    private boolean watch;

    @Option(
            names = "--commit-rows",
            paramLabel = "N",
            description = "Commits as soon as so many rows have been read. Default: 100000.")
    private @Nullable String commitRows;

    @Option(
            names = "--drain-timeout",
            paramLabel = "DURATION",
            defaultValue = "PT60S",
            description =
                    "How long it may take, once it is told to stop, to commit what it has read. After that it exits with 3, and "
                            + "the next run reads the rest again. Default: ${DEFAULT-VALUE}.")
    private String drainTimeout = "";

    @Option(
            names = "--monitor",
            paramLabel = "PORT",
            description =
                    "Serves /metrics, /health and /ready on this port of localhost while it runs; 0 for any port.")
    private @Nullable String monitor;

    @Option(names = "--show-commits", description = "Prints a line for each commit.")
    private boolean showCommits;

    private record Limits(CommitBounds bounds, Duration drainTimeout, Optional<Integer> port) {}

    /** Counts the events that this run sets aside. */
    private static final class SetAside implements PipelineListener {
        private final AtomicLong count = new AtomicLong();

        @Override
        public void setAside(String sink, List<DeadLetterRecord.Letter> letters) {
            count.addAndGet(letters.size());
        }
    }

    @Override
    public Integer call() throws IOException {
        OptionMistakes mistakes = new OptionMistakes(ConsolidationOptions.PIPELINE);
        Limits limits = limits(mistakes);
        ConsolidationOptions.Settings settings = options.settings(
                watch ? ConsolidationOptions.Reading.WATCH : ConsolidationOptions.Reading.ALL_THERE_IS, mistakes);
        mistakes.throwIfAny();
        if (settings == null) {
            throw new AssertionError("without a mistake there are settings");
        }
        options.mark();
        try (Termination termination = Termination.hold(limits.drainTimeout().plus(SUMMARY_TIME))) {
            consolidate(settings, limits);
        } catch (BadRecord e) {
            throw e.category() == ErrorCategory.VALIDATION && settings.letters().isEmpty() ? withWayOut(e) : e;
        }
        return 0;
    }

    private static BadRecord withWayOut(BadRecord e) {
        return new BadRecord(
                ErrorCategory.VALIDATION,
                e.getMessage() + ". With --dead-letters DIR such rows are set aside, and the run goes on",
                e);
    }

    private Limits limits(OptionMistakes mistakes) {
        long rows = mistakes.value(
                "--commit-rows",
                commitRows,
                CommitBounds.standard().rows(),
                "a whole number of at least 1",
                text -> between(1, Long.MAX_VALUE, Long.parseLong(text.replace("_", ""))));
        Duration drain = mistakes.value(
                "--drain-timeout",
                drainTimeout,
                Duration.ofSeconds(60),
                "a duration such as PT30S, of up to a day",
                DmsToFile::upToADay);
        Optional<Integer> port = mistakes.value(
                "--monitor",
                monitor,
                Optional.empty(),
                "a port, from 0 to " + HIGHEST_PORT,
                text -> Optional.of((int) between(0, HIGHEST_PORT, Long.parseLong(text))));
        return new Limits(CommitBounds.standard().withRows(rows), drain, port);
    }

    private static Duration upToADay(String text) {
        Duration duration = Duration.parse(text);
        if (duration.compareTo(Duration.ofMillis(1)) < 0 || duration.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException();
        }
        return duration;
    }

    private static long between(long least, long most, long number) {
        if (number < least || number > most) {
            throw new IllegalArgumentException();
        }
        return number;
    }

    private void consolidate(ConsolidationOptions.Settings settings, Limits limits) throws IOException {
        PrintWriter out = common.out();
        ChangeCounter changes = new ChangeCounter();
        ProgressReport progress = new ProgressReport(
                out, showCommits ? ProgressReport.Detail.EVERY_COMMIT : ProgressReport.Detail.PROGRESS);
        SetAside setAside = new SetAside();
        Pipeline.Builder builder = settings.pipeline(changes)
                .commit(limits.bounds())
                .drainTimeout(limits.drainTimeout())
                .listener(progress)
                .listener(setAside);
        Monitoring monitoring = Monitoring.of(
                ConsolidationOptions.PIPELINE,
                settings.source(),
                builder,
                settings.rules().stream().toArray(Validate[]::new));
        long letters;
        try (Pipeline pipeline = builder.build().stopOnTermination()) {
            if (limits.port().isPresent()) {
                try (MonitoringServer server =
                        monitoring.serve(pipeline, limits.port().get(), out)) {
                    pipeline.run();
                }
            } else {
                pipeline.run();
            }
            letters = pipeline.status().sinks().get(0).deadLetters();
        }
        progress.finish();
        printChanges(out, changes, progress);
        ResultPreview.print(out, settings.output().resolve(FINAL_OUTPUT));
        if (letters > 0) {
            printLetters(out, setAside.count.get(), letters);
        }
    }

    private void printLetters(PrintWriter out, long now, long waiting) {
        out.println();
        out.printf(
                "%,d %s set aside in this run, and %,d %s not in the table. To look at them, and, once the rules are mended, to "
                        + "write them:%n",
                now,
                now == 1 ? "event was" : "events were",
                waiting,
                waiting == 1 ? "dead letter is" : "dead letters are");
        out.println("  " + options.listCommand());
        out.println("  " + options.lettersCommand("replay"));
    }

    private static void printChanges(PrintWriter out, ChangeCounter changes, ProgressReport progress) {
        if (changes.total() == 0 && changes.completedSnapshots() == 0) {
            out.println(progress.resumed() ? "Nothing new since the last run." : "There was nothing to read.");
            return;
        }
        out.printf(
                "%,d snapshot rows, %,d inserts, %,d updates, %,d deletes%n",
                changes.of(Operation.SNAPSHOT),
                changes.of(Operation.INSERT),
                changes.of(Operation.UPDATE),
                changes.of(Operation.DELETE));
        if (changes.completedSnapshots() > 0) {
            out.println("The snapshot is complete and has replaced the table.");
        }
    }
}
