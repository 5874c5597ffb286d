package io.cdcsdk.examples;

import io.cdcsdk.api.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes DMS files whose changes come late and twice, for load. */
@Command(
        name = "generate-history",
        description =
                "Writes DMS files for dms-history: a full load and changes of which some come late, twice, or change nothing. The "
                        + "same for the same seed. Their columns are the default of dms-history.")
final class GenerateHistory implements Callable<Integer> {
    private static final int CHANGES_IN_FILE = 50_000;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Rows of the full load. Default: ${DEFAULT-VALUE}.")
    private int keys;

    @Option(
            names = "--changes",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Changes after the full load. Default: ${DEFAULT-VALUE}.")
    private int changes;

    @Option(
            names = "--span",
            paramLabel = "DURATION",
            defaultValue = "PT6H",
            description = "The time that the changes cover, about. Default: ${DEFAULT-VALUE}.")
    private Duration span = Duration.ZERO;

    @Option(
            names = "--late-percent",
            paramLabel = "N",
            defaultValue = "5",
            description = "How many changes come late, by up to 50 minutes. Default: ${DEFAULT-VALUE}.")
    private int latePercent;

    @Option(
            names = "--too-late-percent",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many come late by 61 to 90 minutes. Default: ${DEFAULT-VALUE}.")
    private int tooLatePercent;

    @Option(
            names = "--repeat-percent",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many come twice. Default: ${DEFAULT-VALUE}.")
    private int repeatPercent;

    @Option(
            names = "--noop-percent",
            paramLabel = "N",
            defaultValue = "5",
            description = "How many updates change nothing. Default: ${DEFAULT-VALUE}.")
    private int noChangePercent;

    @Option(names = "--output", paramLabel = "DIR", required = true, description = "An empty or new directory.")
    private Path output = Path.of("");

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() throws IOException {
        check();
        HistoryGenerator.Summary summary = new HistoryGenerator(
                        new HistoryGenerator.Plan(
                                keys,
                                changes,
                                span,
                                CHANGES_IN_FILE,
                                latePercent,
                                tooLatePercent,
                                repeatPercent,
                                noChangePercent,
                                seed),
                        output)
                .write();
        common.out()
                .printf(
                        "%,d rows in a full load file, and %,d changes in %,d files: %s%n",
                        keys, summary.changes(), summary.files(), output);
        common.out().printf("%,d changes come late, and %,d for the second time%n", summary.late(), summary.repeats());
        return 0;
    }

    private void check() throws IOException {
        Configuration mistakes = Configuration.of("generate-history");
        require(mistakes, "--keys", keys, Integer.MAX_VALUE - 1);
        require(mistakes, "--changes", changes, Integer.MAX_VALUE);
        require(mistakes, "--late-percent", latePercent, 100);
        require(mistakes, "--too-late-percent", tooLatePercent, 100 - latePercent);
        require(mistakes, "--repeat-percent", repeatPercent, 100);
        require(mistakes, "--noop-percent", noChangePercent, 100);
        if (span.isNegative()) {
            mistakes.mistake("--span", "is " + span + "; expected zero or more");
        }
        Files.createDirectories(output);
        try (Stream<Path> children = Files.list(output)) {
            if (children.findAny().isPresent()) {
                mistakes.mistake("--output", output + " is not empty; name an empty or a new directory");
            }
        }
        mistakes.throwIfInvalid();
    }

    private static void require(Configuration mistakes, String option, int value, int most) {
        if (value < 0 || value > most) {
            mistakes.mistake(option, "is " + value + "; expected a whole number from 0 to " + most);
        }
    }
}
