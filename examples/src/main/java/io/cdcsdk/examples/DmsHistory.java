package io.cdcsdk.examples;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.Configuration;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.runtime.CommitBounds;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.MergeStatistics;
import io.cdcsdk.scd.Rejected;
import io.cdcsdk.scd.RejectedEvents;
import io.cdcsdk.scd.Scd2Sink;
import io.cdcsdk.scd.TableState;
import io.cdcsdk.source.dms.DmsFileSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** DMS files of one table in, the history of that table out. */
@Command(
        name = "dms-history",
        description =
                "Keeps the history (SCD Type 2) of the table in a folder of DMS files: a version of a row for each change, with "
                        + "the times between which it was valid. Changes may come late, twice and in any order.")
final class DmsHistory implements Callable<Integer> {
    private static final int MOST_VERSIONS_DRAWN = 12;
    private static final Duration LONGEST_END = Duration.ofSeconds(70);

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final HistoryOptions options = new HistoryOptions();

    @Option(
            names = "--key",
            paramLabel = "VALUE",
            description =
                    "The key whose timeline is drawn; values of several columns are separated by commas. Default: one with "
                            + "the most versions.")
    private @Nullable String key;

    @Option(names = "--show-commits", description = "Prints a line for each commit.")
    private boolean showCommits;

    @Override
    public Integer call() throws IOException {
        try (Termination termination = Termination.hold(LONGEST_END)) {
            return keepHistory();
        }
    }

    private int keepHistory() throws IOException {
        HistoryOptions.Settings settings = options.settings();
        if (settings.storage().directory().isPresent()) {
            options.mark(settings, settings.storage().directory().get());
        }
        for (Path file : options.leftOut()) {
            common.commandLine()
                    .getErr()
                    .println("warning: not read, as it lies in a folder that is no date partition: " + file);
        }
        MergeStatistics statistics = settings.deadLetters().isEmpty()
                ? merge(settings, this::leaveOut)
                : mergeKeepingDeadLetters(settings, settings.deadLetters().get());
        if (Termination.isUnderWay()) {
            common.commandLine().getErr().println("Stopped; run again to go on.");
            return Termination.STOPPED;
        }
        report(settings, statistics);
        return 0;
    }

    private MergeStatistics mergeKeepingDeadLetters(HistoryOptions.Settings settings, Path file) throws IOException {
        try (DeadLetterFile letters = DeadLetterFile.open(file)) {
            return merge(settings, letters);
        } catch (DeadLetterFile.NotDeadLettersException e) {
            Configuration mistakes = Configuration.of("dms-history");
            mistakes.mistake("--dead-letters", String.valueOf(e.getMessage()));
            mistakes.throwIfInvalid();
            throw new AssertionError(e);
        }
    }

    private MergeStatistics merge(HistoryOptions.Settings settings, RejectedEvents rejected) {
        PrintWriter out = common.out();
        ProgressReport progress = new ProgressReport(
                out, showCommits ? ProgressReport.Detail.EVERY_COMMIT : ProgressReport.Detail.PROGRESS);
        Scd2Sink sink = Scd2Sink.builder(settings.storage().newSession())
                .spec(settings.spec())
                .rejectedEvents(rejected)
                .build();
        int smallBatch = (int) Math.min(Integer.MAX_VALUE, settings.batchRows());
        try (Pipeline pipeline = Pipeline.builder("dms-history")
                .source(new SmallBatches(DmsFileSource.fromProperties(settings.source()), smallBatch))
                .transform(new LoadTime(settings.loadTime().orElse(null)))
                .sink("history", sink)
                .commit(CommitBounds.standard().withRows(settings.batchRows()))
                .listener(progress)
                .build()) {
            pipeline.stopOnTermination().run();
        }
        progress.finish();
        if (sink.statistics().events() == 0 && !Termination.isUnderWay()) {
            out.println(progress.resumed() ? "Nothing new since the last run." : "There was nothing to read.");
        }
        return sink.statistics();
    }

    /** Without a place for them: says at once that events are lost, as the end of the run may never come. */
    private void leaveOut(List<Rejected> rejected) {
        for (Rejected event : rejected) {
            if (event.category() == Rejected.Category.INVALID) {
                throw new BadRecord(event.message()
                        + ". With --dead-letters FILE such changes are kept there, and the run goes " + "on");
            }
        }
        PrintWriter err = common.commandLine().getErr();
        err.println("warning: left out: " + rejected.get(0).message()
                + (rejected.size() > 1 ? "; and " + (rejected.size() - 1) + " more" : ""));
    }

    private void report(HistoryOptions.Settings settings, MergeStatistics statistics) throws IOException {
        PrintWriter out = common.out();
        TimelineChoice choice = new TimelineChoice(key, MOST_VERSIONS_DRAWN);
        try (HistoryStore store = settings.storage().newSession()) {
            store.open();
            TableState state = store.tableState(settings.schema().table());
            TableSchema schema = state == null ? settings.schema() : state.schema();
            HistoryFile file = HistoryFile.write(
                    settings.output(), store, schema, settings.spec().columns(), choice);
            out.println();
            out.print(summary(statistics, file, state));
            out.printf("%,d versions in %s%n", file.versions(), settings.output());
        }
        warn(settings, statistics);
        KeyTimeline timeline = choice.chosen();
        if (timeline != null) {
            out.println();
            out.print(TimelineDrawing.of(timeline));
        } else if (key != null) {
            out.println("There is no version of the key " + key + ".");
        }
        out.flush();
    }

    private static TextTable summary(MergeStatistics statistics, HistoryFile file, @Nullable TableState state) {
        TextTable table = new TextTable(List.of("this run", "", "the history", ""));
        row(table, "events", statistics.events(), "keys", state == null ? 0 : state.keys());
        row(table, "versions opened", statistics.opened(), "versions", file.versions());
        row(table, "versions closed", statistics.closed(), "current versions", file.current());
        row(
                table,
                "suppressed (no change)",
                statistics.suppressed(),
                "events in the window",
                state == null ? 0 : state.events());
        row(table, "late, put in place", statistics.late());
        row(table, "too late", statistics.tooLate());
        row(table, "broken", statistics.invalid());
        return table;
    }

    private static void row(TextTable table, String left, long leftCount, String right, long rightCount) {
        table.add(List.of(left, count(leftCount), right, count(rightCount)));
    }

    private static void row(TextTable table, String left, long leftCount) {
        table.add(List.of(left, count(leftCount), "", ""));
    }

    private static String count(long number) {
        return String.format("%,13d", number);
    }

    private void warn(HistoryOptions.Settings settings, MergeStatistics statistics) {
        long missing = statistics.tooLate() + statistics.invalid();
        if (missing == 0) {
            return;
        }
        String what = String.format("%,d %s", missing, missing == 1 ? "change is" : "changes are");
        PrintWriter err = common.commandLine().getErr();
        if (settings.deadLetters().isPresent()) {
            common.out()
                    .println(what + " not in the history and kept in "
                            + settings.deadLetters().get());
        } else {
            err.println("warning: " + what
                    + " not in the history, as they came too late. To put them in their place, allow a "
                    + "longer --lateness; to keep them, name a file with --dead-letters. Either needs a run that reads "
                    + "everything anew.");
        }
    }
}
