package io.cdcsdk.examples;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Writes DMS files of any size, for load. */
@Command(
        name = "generate-dms",
        description =
                "Writes the files that AWS DMS would write for one table: a full load and changes, the same for the same "
                        + "seed. Names hold quoted commas, quotes, line breaks and non-ASCII letters; values may be NULL.")
final class GenerateDms implements Callable<Integer> {
    private static final int ROWS_IN_LOAD_FILE = 1_000_000;
    private static final int CHANGES_IN_FILE = 50_000;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Rows of the full load. Default: ${DEFAULT-VALUE}.")
    private int rows;

    @Option(
            names = "--changes",
            paramLabel = "N",
            defaultValue = "200000",
            description = "Changes after the full load. Default: ${DEFAULT-VALUE}.")
    private int changes;

    @Option(names = "--output", paramLabel = "DIR", required = true, description = "An empty or new directory.")
    private Path output = Path.of("");

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--columns",
            paramLabel = "LAYOUT",
            defaultValue = "person",
            description =
                    "person: PersonID, FullName, City; the operation stands in changes only. wide: nine columns of seven "
                            + "types, with operation and timestamp everywhere. Default: ${DEFAULT-VALUE}.")
    private GeneratedLayout layout = GeneratedLayout.PERSON;

    @Option(
            names = "--files",
            paramLabel = "N",
            defaultValue = "0",
            description = "Over how many files the changes are spread. Default: one for each 50,000.")
    private int files;

    @Override
    public Integer call() throws IOException {
        require("--rows", rows, 0);
        require("--changes", changes, 0);
        require("--files", files, 0);
        Files.createDirectories(output);
        requireEmpty();
        int loadFiles = Math.max(1, filesFor(rows, ROWS_IN_LOAD_FILE));
        int changeFiles = files > 0 ? files : filesFor(changes, CHANGES_IN_FILE);
        DmsGenerator.Plan plan = new DmsGenerator.Plan(rows, changes, loadFiles, changeFiles, seed, layout);
        DmsGenerator.Summary summary = new DmsGenerator(plan).writeTo(output);
        PrintWriter out = common.out();
        out.printf(
                "%,d rows in %,d full load files, and %,d changes in %,d files: %s%n",
                rows, loadFiles, changes, changeFiles, output);
        out.printf(
                "%,d inserts, %,d updates, %,d deletes; %,d rows are left%n",
                summary.inserts(), summary.updates(), summary.deletes(), summary.liveRows());
        return 0;
    }

    private static int filesFor(int records, int inFile) {
        return (int) (((long) records + inFile - 1) / inFile);
    }

    private void require(String option, int value, int least) {
        if (value < least) {
            throw new ParameterException(
                    common.commandLine(), option + " is " + value + "; expected a whole number of at least " + least);
        }
    }

    private void requireEmpty() throws IOException {
        try (Stream<Path> children = Files.list(output)) {
            if (children.findAny().isPresent()) {
                throw new ParameterException(
                        common.commandLine(), "--output " + output + " is not empty; name an empty or a new directory");
            }
        }
    }
}
