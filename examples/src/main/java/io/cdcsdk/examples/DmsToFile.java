package io.cdcsdk.examples;

import io.cdcsdk.api.Operation;
import io.cdcsdk.runtime.CommitBounds;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.sink.file.FileSink;
import io.cdcsdk.source.dms.DmsFileSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** DMS files of one table in, one consolidated file out. */
@Command(
        name = "dms-to-file",
        description =
                "Consolidates the DMS files of one table into one file: a full load replaces the table, changes (with Op in "
                        + "front: I, U, D) are applied by key. Goes on where the last run stopped, also after a crash.")
final class DmsToFile implements Callable<Integer> {
    /** The name of the consolidated file. */
    static final String FINAL_OUTPUT = "final_output.csv";

    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration LONGEST_SUMMARY = DRAIN_TIMEOUT.plusSeconds(10);

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--input",
            paramLabel = "DIR",
            defaultValue = "${sys:examples.home:-examples}/data/person",
            description = "The folder with the DMS files of the table. Default: the files shipped with the examples.")
    private Path input = Path.of("");

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Where " + FINAL_OUTPUT
                    + " and its cursor are kept, for one input alone: another is refused. Default: "
                    + "output/ and the name of the input's folder.")
    private @Nullable Path chosenOutput;

    @Option(
            names = "--columns",
            paramLabel = "COLUMNS",
            defaultValue = "person",
            description =
                    "The table's columns as name:type,...; the key's end with :key. Or person or wide, the layouts of "
                            + "generate-dms. Default: ${DEFAULT-VALUE}.")
    private String columns = "";

    @Option(
            names = "--timestamp-column",
            paramLabel = "NAME",
            description = "The column with the commit time, which follows Op in each record, if there is one.")
    private @Nullable String timestampColumn;

    @Option(
            names = "--full-load",
            paramLabel = "MODE",
            description =
                    "by-name: all LOAD files together are one snapshot. by-column-count: each file without Op is a snapshot "
                            + "that replaces the table. Default: by-name, if all CSV files are named as DMS names them.")
    private DmsFolder.@Nullable FullLoad fullLoad;

    @Option(
            names = "--null",
            paramLabel = "TEXT",
            defaultValue = "NULL",
            description = "What stands for null, in the input and in the output. Default: ${DEFAULT-VALUE}.")
    private String nullText = "";

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
    private long commitRows = CommitBounds.standard().rows();

    @Option(names = "--show-commits", description = "Prints a line for each commit.")
    private boolean showCommits;

    @Override
    public Integer call() throws IOException {
        if (!watch && !Files.isDirectory(input)) {
            throw new ParameterException(common.commandLine(), "--input " + input + " is not a directory");
        }
        PrintWriter out = common.out();
        Path output = chosenOutput == null ? Path.of("output", new DmsFolder(input).table()) : chosenOutput;
        ChangeCounter changes = new ChangeCounter();
        ProgressReport progress = new ProgressReport(
                out, showCommits ? ProgressReport.Detail.EVERY_COMMIT : ProgressReport.Detail.PROGRESS);
        CountDownLatch summaryShown = holdTermination();
        try {
            DmsFileSource source = DmsFileSource.fromProperties(sourceOptions());
            markInput(output);
            try (Pipeline pipeline = Pipeline.builder("dms-to-file")
                    .source(source)
                    .transform(changes)
                    .sink("file", sink(output, nullText))
                    .commit(CommitBounds.standard().withRows(commitRows))
                    .drainTimeout(DRAIN_TIMEOUT)
                    .listener(progress)
                    .build()) {
                pipeline.stopOnTermination().run();
            }
            progress.finish();
            printChanges(out, changes, progress);
            ResultPreview.print(out, output.resolve(FINAL_OUTPUT));
        } finally {
            summaryShown.countDown();
        }
        return 0;
    }

    private void markInput(Path output) throws IOException {
        try {
            InputMark.set(output, input, "--output");
        } catch (InputMark.OtherInputException e) {
            throw new ParameterException(common.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Properties sourceOptions() throws IOException {
        DmsFolder folder = new DmsFolder(input);
        String table = folder.table();
        Properties options = new Properties();
        options.setProperty("directory", input.toString());
        options.setProperty("tables", table);
        options.setProperty("table." + table + ".folder", ".");
        options.setProperty("table." + table + ".columns", columns);
        for (GeneratedLayout layout : GeneratedLayout.values()) {
            if (columns.equalsIgnoreCase(layout.name())) {
                options.setProperty("table." + table + ".columns", layout.columns());
                layout.timestampColumn().ifPresent(name -> options.setProperty("timestamp-column", name));
            }
        }
        if (timestampColumn != null) {
            options.setProperty("timestamp-column", timestampColumn);
        }
        options.setProperty("null-text", nullText);
        options.setProperty("full-load", String.valueOf(fullLoad == null ? folder.detectFullLoad() : fullLoad));
        // A finite run sees all there is, and nothing but a full load is a table too. Who watches may have seen half a
        // load.
        options.setProperty("snapshot-completion", watch ? "on-first-change-file" : "on-quiet");
        options.setProperty("watch", watch ? "on" : "off");
        options.setProperty("list-interval", "PT1S");
        return options;
    }

    private static FileSink sink(Path output, String nullText) throws IOException {
        Files.createDirectories(output);
        return FileSink.builder()
                .directory(output)
                .fileName(FINAL_OUTPUT)
                .csvNull(nullText)
                .build();
    }

    /** The pipeline's own hook drains; this one lets the process live until the summary has been printed, too. */
    private static CountDownLatch holdTermination() {
        CountDownLatch summaryShown = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            try {
                                summaryShown.await(LONGEST_SUMMARY.toSeconds(), TimeUnit.SECONDS);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "summary"));
        return summaryShown;
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
