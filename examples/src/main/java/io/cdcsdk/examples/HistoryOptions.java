package io.cdcsdk.examples;

import io.cdcsdk.api.Configuration;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.runtime.CommitBounds;
import io.cdcsdk.scd.Scd2Spec;
import io.cdcsdk.source.dms.DmsFileSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@link DmsHistory} as they were given, and what they mean. */
final class HistoryOptions {
    private static final String INPUT = "--input";
    private static final String STORE = "--store";
    private static final String LOADS = ".loads";
    private static final String DEFAULT_COLUMNS =
            "person_id:int64:key,full_name:string,city:string,score:float64,active:boolean";

    @Option(
            names = INPUT,
            paramLabel = "DIR",
            defaultValue = "${sys:examples.home:-examples}/data/history",
            description =
                    "The folder with the DMS files of the table, with a header line or without. LOAD files, and files of other "
                            + "names without Op, are one full load that is read first; the other files follow by name. Default: "
                            + "the files shipped with the examples.")
    private Path input = Path.of("");

    @Option(
            names = "--columns",
            paramLabel = "COLUMNS",
            defaultValue = DEFAULT_COLUMNS,
            description = "The table's columns as name:type,...; the key's end with :key. Default: ${DEFAULT-VALUE}.")
    private String columns = "";

    @Option(
            names = "--timestamp-column",
            paramLabel = "NAME",
            defaultValue = "dms_timestamp",
            description =
                    "The column with the commit time; without header lines it follows Op. Default: ${DEFAULT-VALUE}.")
    private String timestampColumn = "";

    @Option(
            names = "--change-sequence-column",
            paramLabel = "NAME",
            description =
                    "The column with the change sequence of 35 digits, which orders changes of one commit time. Default: "
                            + "AR_H_CHANGE_SEQ where a header names it, else the order of files and lines.")
    private @Nullable String changeSequenceColumn;

    @Option(
            names = "--load-time",
            paramLabel = "TIME",
            description =
                    "From when on the rows of a full load count whose header lines name no timestamp column, such as "
                            + "'2026-01-31 23:59:59', in UTC. Else they count from the time in the first row of the load.")
    private @Nullable String loadTime;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            defaultValue = "commit-time",
            description =
                    "commit-time: the commit time orders the changes of a key, whichever file brings them, and files and lines "
                            + "break ties: right where files may come late. source: the change sequence, else files and lines, "
                            + "order them, and no version begins before the one before it: right where the clock of the "
                            + "database may run backwards. Default: ${DEFAULT-VALUE}.")
    private String order = "";

    @Option(
            names = "--lateness",
            paramLabel = "DURATION",
            defaultValue = "PT1H",
            description =
                    "How far a change may lie behind the newest one read and still find its place in the history, such as "
                            + "PT30M or P1D; or unlimited. Later ones are left out; see --dead-letters. Default: ${DEFAULT-VALUE}.")
    private String lateness = "";

    @Option(
            names = "--deletes",
            paramLabel = "MODE",
            defaultValue = "close",
            description =
                    "close: a delete ends the current version. marker: it opens one with operation d besides. Default: "
                            + "${DEFAULT-VALUE}.")
    private String deletes = "";

    @Option(
            names = "--tracked",
            paramLabel = "NAMES",
            description =
                    "The columns whose changes open a version, separated by commas; the others are overwritten in the "
                            + "version. Default: all but the key.")
    private @Nullable String tracked;

    @Option(
            names = "--overwritten",
            paramLabel = "NAMES",
            description = "The columns that are overwritten; changes of the others open a version. Excludes --tracked.")
    private @Nullable String overwritten;

    @Option(
            names = STORE,
            paramLabel = "STORE",
            defaultValue = "memory",
            description =
                    "memory: every run reads everything anew. disk:DIR: the history is kept in DIR, for one input alone, may be "
                            + "larger than the memory, and the next run goes on where the last one stopped, also after a crash. "
                            + "Default: ${DEFAULT-VALUE}.")
    private String store = "";

    @Option(
            names = "--batch-rows",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Merges and commits as soon as so many rows have been read. Default: ${DEFAULT-VALUE}.")
    private String batchRows = "";

    @Option(
            names = "--output",
            paramLabel = "FILE",
            defaultValue = "output/history.csv",
            description = "Where the whole history is written, as CSV. Default: ${DEFAULT-VALUE}.")
    private Path output = Path.of("");

    @Option(
            names = "--dead-letters",
            paramLabel = "FILE",
            description =
                    "Keeps changes that come too late, or that the history refuses, such as one without a commit time, as lines "
                            + "of JSON, and goes on. Without it, those that come too late are left out with a warning, and one "
                            + "that is refused stops the run. A record that cannot be parsed stops the run with its file and "
                            + "line in any case.")
    private @Nullable Path deadLetters;

    private enum Order {
        COMMIT_TIME,
        SOURCE
    }

    /**
     * What the options mean.
     *
     * @param source the options of the source
     * @param schema the table
     * @param loadTime for full loads that tell no time, in microseconds since 1970-01-01T00:00Z
     */
    record Settings(
            Properties source,
            TableSchema schema,
            Scd2Spec spec,
            HistoryStorage storage,
            long batchRows,
            Path output,
            Optional<Path> deadLetters,
            Optional<Long> loadTime) {}

    /**
     * Checks everything that can be checked before the first row is read.
     *
     * @throws InvalidConfiguration with every mistake
     */
    Settings settings() throws IOException {
        Set<InvalidConfiguration.Mistake> found = new LinkedHashSet<>();
        boolean readable = Files.isDirectory(input);
        if (!readable) {
            found.add(new InvalidConfiguration.Mistake(INPUT, input + " is not a directory"));
        }
        DmsFolder folder = new DmsFolder(input);
        Properties source = sourceOptions(folder);
        TableSchema schema = attempt(
                found, () -> DmsFileSource.fromProperties(source).knownSchemas().get(0));
        Scd2Spec spec = attempt(found, () -> Scd2Spec.fromProperties(specOptions()));
        if (schema != null) {
            // Each by itself, so that no mistake in one of them hides those in the other.
            attempt(found, () -> checked(columnOptions(tracked, null), schema));
            attempt(found, () -> checked(columnOptions(null, overwritten), schema));
        }
        if (readable && schema != null) {
            DmsFolder.Header header = header(folder, schema, found);
            source.setProperty("header", header.toString());
            source.setProperty("load-files", folder.loadFiles(header, widthWithoutOperation(schema)));
        }
        Configuration own = Configuration.of("dms-history", ownOptions());
        own.choice("--order", Order.COMMIT_TIME);
        Optional<HistoryStorage> storage = own.value(
                STORE,
                Optional.empty(),
                "memory, or disk:DIR with a directory or the name of a new one",
                text -> Optional.of(HistoryStorage.parse(text)));
        long rows = own.number("--batch-rows", CommitBounds.standard().rows(), 1);
        Optional<Long> time = own.value(
                "--load-time",
                Optional.empty(),
                "a time in UTC such as 2026-01-31 23:59:59.123456",
                text -> Optional.of(micros(text)));
        checkFiles(own);
        attempt(found, () -> {
            own.throwIfInvalid();
            return rows;
        });
        if (!found.isEmpty() || schema == null || spec == null || storage.isEmpty()) {
            throw new InvalidConfiguration("dms-history", found.stream().toList());
        }
        return new Settings(source, schema, spec, storage.get(), rows, output, Optional.ofNullable(deadLetters), time);
    }

    /** The CSV files in the input that are not read. */
    List<Path> leftOut() throws IOException {
        return new DmsFolder(input).leftOut();
    }

    /**
     * Marks a directory that keeps the history, so that no other input and no other rules are mixed into it. Marks of
     * a run that kept nothing are replaced.
     *
     * @throws InvalidConfiguration if it keeps something else
     */
    void mark(Settings settings, Path directory) throws IOException {
        if (Files.exists(directory.resolve(InputMark.FILE))
                && settings.storage().isEmpty()) {
            Files.delete(directory.resolve(InputMark.FILE));
            Files.deleteIfExists(directory.resolve(OptionsMark.FILE));
            Files.deleteIfExists(directory.resolve(LOADS));
        }
        Configuration mistakes = Configuration.of("dms-history");
        try {
            InputMark.set(directory, input, STORE);
        } catch (InputMark.OtherInputException e) {
            mistakes.mistake(STORE, String.valueOf(e.getMessage()));
            mistakes.throwIfInvalid();
        }
        Properties rules = new Properties();
        rules.setProperty("--columns", columns);
        rules.setProperty("--timestamp-column", timestampColumn);
        rules.setProperty("--change-sequence-column", changeSequenceColumn == null ? "" : changeSequenceColumn);
        rules.setProperty("--order", order.strip().toLowerCase(Locale.ROOT));
        rules.setProperty("--deletes", deletes.strip().toLowerCase(Locale.ROOT));
        rules.setProperty("--tracked", tracked == null ? "" : tracked);
        rules.setProperty("--overwritten", overwritten == null ? "" : overwritten);
        OptionsMark.set(directory, rules, STORE, mistakes);
        markLoads(directory, new DmsFolder(input).loadNames(settings.source().getProperty("load-files")), mistakes);
        mistakes.throwIfInvalid();
    }

    /** A full load is read first: a file that is added to it later would be passed over. */
    private static void markLoads(Path directory, Set<String> names, Configuration mistakes) throws IOException {
        Path mark = directory.resolve(LOADS);
        if (!Files.exists(mark)) {
            Path unfinished = directory.resolve(LOADS + ".tmp");
            Files.write(unfinished, names);
            Files.move(unfinished, mark, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Set<String> added = new TreeSet<>(names);
        added.removeAll(Files.readAllLines(mark));
        if (!added.isEmpty()) {
            mistakes.mistake(
                    INPUT,
                    String.join(", ", added)
                            + ": part of a full load, as there is no Op, and not there when the history in "
                            + directory + " was begun: choose another " + STORE
                            + ", so that everything is read anew, or take such files away");
        }
    }

    private static <T> @Nullable T attempt(Set<InvalidConfiguration.Mistake> found, Supplier<T> step) {
        try {
            return step.get();
        } catch (InvalidConfiguration e) {
            for (InvalidConfiguration.Mistake mistake : e.mistakes()) {
                if (!mistake.key().equals("directory")) {
                    found.add(new InvalidConfiguration.Mistake(option(mistake.key()), mistake.message()));
                }
            }
            return null;
        }
    }

    /** The option of this example that sets one of the source or of the spec. */
    private static String option(String key) {
        if (key.startsWith("--")) {
            return key;
        } else if (key.startsWith("table")) {
            return "--columns";
        }
        return Map.of("sequence", "--order", "key", "--columns", "columns", "--columns")
                .getOrDefault(key, "--" + key);
    }

    private static Scd2Spec checked(Properties options, TableSchema schema) {
        Scd2Spec spec = Scd2Spec.fromProperties(options);
        spec.check(schema);
        return spec;
    }

    /** The number of fields where no line of column names tells it. */
    private int widthWithoutOperation(TableSchema schema) {
        Set<String> names = new LinkedHashSet<>(schema.columnNames());
        names.add(timestampColumn);
        if (changeSequenceColumn != null) {
            names.add(changeSequenceColumn);
        }
        return names.size();
    }

    private static DmsFolder.Header header(
            DmsFolder folder, TableSchema schema, Set<InvalidConfiguration.Mistake> found) throws IOException {
        try {
            return folder.detectHeader(schema) ? DmsFolder.Header.PRESENT : DmsFolder.Header.NONE;
        } catch (DmsFolder.MixedHeadersException e) {
            found.add(new InvalidConfiguration.Mistake(INPUT, String.valueOf(e.getMessage())));
            return DmsFolder.Header.NONE;
        }
    }

    private Properties sourceOptions(DmsFolder folder) {
        String table = folder.table();
        Properties options = new Properties();
        options.setProperty("directory", input.toString());
        options.setProperty("tables", table);
        options.setProperty("table." + table + ".folder", ".");
        options.setProperty("table." + table + ".columns", columns);
        options.setProperty("timestamp-column", timestampColumn);
        if (changeSequenceColumn != null) {
            options.setProperty("change-sequence-column", changeSequenceColumn);
        }
        options.setProperty("full-load", "by-name");
        options.setProperty("snapshot-completion", "on-quiet");
        return options;
    }

    private Properties specOptions() {
        Properties options = columnOptions(tracked, overwritten);
        options.setProperty("sequence", order.strip().equalsIgnoreCase("source") ? "source-order" : "commit-time");
        options.setProperty("lateness", lateness);
        options.setProperty("deletes", deletes);
        return options;
    }

    private static Properties columnOptions(@Nullable String tracked, @Nullable String overwritten) {
        Properties options = new Properties();
        if (tracked != null) {
            options.setProperty("tracked", tracked);
        }
        if (overwritten != null) {
            options.setProperty("overwritten", overwritten);
        }
        return options;
    }

    private Properties ownOptions() {
        Properties options = new Properties();
        options.setProperty(STORE, store);
        options.setProperty("--order", order);
        options.setProperty("--batch-rows", batchRows);
        if (loadTime != null) {
            options.setProperty("--load-time", loadTime);
        }
        return options;
    }

    private void checkFiles(Configuration mistakes) {
        if (Files.isDirectory(output)) {
            mistakes.mistake("--output", output + " is a directory; expected a file");
        } else if (new DmsFolder(input).takes(output)) {
            mistakes.mistake("--output", output + " would be read as a file of --input");
        } else {
            Path parent = output.toAbsolutePath().normalize().getParent();
            while (parent != null && !Files.exists(parent)) {
                parent = parent.getParent();
            }
            if (parent != null && !Files.isDirectory(parent)) {
                mistakes.mistake("--output", parent + " is a file; expected a directory");
            } else if (parent != null && !Files.isWritable(parent)) {
                mistakes.mistake("--output", parent + " may not be written to");
            }
        }
        if (deadLetters == null) {
            return;
        }
        if (Files.isDirectory(deadLetters)) {
            mistakes.mistake("--dead-letters", deadLetters + " is a directory; expected a file");
        } else if (deadLetters
                .toAbsolutePath()
                .normalize()
                .equals(output.toAbsolutePath().normalize())) {
            mistakes.mistake("--dead-letters", deadLetters + " is the --output too");
        }
    }

    private static Long micros(String text) {
        try {
            LocalDateTime time = LocalDateTime.parse(text.replace(' ', 'T'));
            return ChronoUnit.MICROS.between(LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), time);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
