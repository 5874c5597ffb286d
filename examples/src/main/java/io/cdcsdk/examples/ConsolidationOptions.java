package io.cdcsdk.examples;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.InvalidConfiguration.Mistake;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.runtime.deadletter.FileDeadLetterStore;
import io.cdcsdk.runtime.transform.Validate;
import io.cdcsdk.sink.file.FileSink;
import io.cdcsdk.source.dms.DmsFileSource;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that make the pipeline of {@link DmsToFile}, also where its dead letters are replayed or dropped. */
final class ConsolidationOptions {
    /** The name of the pipeline. */
    static final String PIPELINE = "dms-to-file";

    /** The id of its sink. */
    static final String SINK = "file";

    private static final String LETTERS = "--dead-letters";
    private static final String RULES = "--validate";
    private static final String SKIP = "--skip-undecodable";
    private static final String PROGRAM = "./examples/run";
    private static final List<String> ALL =
            List.of("--input", "--output", "--columns", "--timestamp-column", "--full-load", "--null", LETTERS, RULES);

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--input",
            paramLabel = "DIR",
            defaultValue = "${sys:examples.home:-examples}/data/person",
            description = "The folder with the DMS files of the table. Default: the files shipped with the examples.")
    private Path input = Path.of("");

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Where " + DmsToFile.FINAL_OUTPUT
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
    private @Nullable String fullLoad;

    @Option(
            names = "--null",
            paramLabel = "TEXT",
            defaultValue = "NULL",
            description = "What stands for null, in the input and in the output. Default: ${DEFAULT-VALUE}.")
    private String nullText = "";

    @Option(
            names = LETTERS,
            paramLabel = "DIR",
            description =
                    "Sets rows aside that break a rule of --validate, or that the output cannot take, and later changes of "
                            + "their keys behind them, as dead letters in DIR, for one output alone; see examples/run "
                            + "dead-letters --help. Without it, such a row stops the run.")
    private @Nullable Path letters;

    @Option(
            names = RULES,
            paramLabel = "FILE",
            description =
                    "Rules for the rows, as properties: not-null=A,B, range.COLUMN=0..150, pattern.COLUMN=EXPRESSION, "
                            + "one-of.COLUMN=A,B; and on-violation=reject, warn or null, or on-violation.RULE.COLUMN for one of "
                            + "them. A row that breaks a rule is rejected, unless it says otherwise.")
    private @Nullable Path rules;

    @Option(
            names = SKIP,
            description =
                    "Sets records aside that cannot be decoded, too, and reads on behind them; later changes of their rows do not "
                            + "wait. Needs --dead-letters. Without it, such a record stops the run.")
    private boolean skipUndecodable;

    /** How far the source reads. */
    enum Reading {
        /** To the end of what is there. */
        ALL_THERE_IS,
        /** On and on. */
        WATCH,
        /** Not at all. */
        NOTHING
    }

    /** What the options mean. */
    record Settings(
            DmsFileSource source,
            Path output,
            Optional<Path> letters,
            Optional<Validate> rules,
            boolean skipUndecodable,
            String nullText) {
        /** The pipeline without listeners and bounds. Makes the output, and the directory of the dead letters. */
        Pipeline.Builder pipeline(ChangeCounter changes) throws IOException {
            Files.createDirectories(output);
            Pipeline.Builder builder = Pipeline.builder(PIPELINE).source(source).transform(changes);
            rules.ifPresent(builder::transform);
            letters.ifPresent(directory -> builder.deadLetters(store(directory)));
            if (skipUndecodable) {
                builder.skipUndecodable();
            }
            return builder.sink(
                    SINK,
                    FileSink.builder()
                            .directory(output)
                            .fileName(DmsToFile.FINAL_OUTPUT)
                            .csvNull(nullText)
                            .build());
        }
    }

    /** The dead letters in a directory. */
    static FileDeadLetterStore store(Path directory) {
        return FileDeadLetterStore.builder().directory(directory).build();
    }

    /**
     * Checks everything that can be checked before the first row is read; changes nothing.
     *
     * @param mistakes those that are known already; not empty where the result is null
     */
    @Nullable
    Settings settings(Reading reading, OptionMistakes mistakes) throws IOException {
        if (reading == Reading.ALL_THERE_IS && !Files.isDirectory(input)) {
            mistakes.add(notADirectory());
        }
        Path output = output();
        if (Files.exists(output) && !Files.isDirectory(output)) {
            mistakes.add("--output", output + " is a file; expected a directory");
        }
        try {
            InputMark.check(output, input, "--output");
        } catch (InputMark.OtherInputException e) {
            mistakes.add("--output", String.valueOf(e.getMessage()));
        }
        if (letters != null && Files.exists(letters) && !Files.isDirectory(letters)) {
            mistakes.add(LETTERS, letters + " is a file; expected a directory");
        } else {
            LettersMark.check(output, letters, mistakes);
        }
        if (skipUndecodable && letters == null) {
            mistakes.add(SKIP, "needs " + LETTERS + ": records that are skipped are kept there");
        }
        Properties options = sourceOptions(reading, mistakes);
        DmsFileSource source = mistakes.attempt(this::ofSource, () -> DmsFileSource.fromProperties(options));
        Validate checks = rules == null ? null : rules(rules, source, mistakes);
        return source == null
                ? null
                : new Settings(
                        source,
                        output,
                        Optional.ofNullable(letters),
                        Optional.ofNullable(checks),
                        skipUndecodable,
                        nullText);
    }

    /** Where the consolidated file is. */
    Path output() {
        return chosenOutput == null ? Path.of("output", new DmsFolder(input).table()) : chosenOutput;
    }

    /** The directory of the dead letters, if it is given. */
    Optional<Path> letters() {
        return Optional.ofNullable(letters);
    }

    /** Marks the output as that of the input, and of the dead letters; what {@link #settings} has found to fit. */
    void mark() throws IOException {
        try {
            InputMark.set(output(), input, "--output");
        } catch (InputMark.OtherInputException e) {
            throw new InvalidConfiguration(PIPELINE, List.of(new Mistake("--output", String.valueOf(e.getMessage()))));
        }
        if (letters != null) {
            LettersMark.set(output(), letters);
        }
    }

    private Mistake ofSource(Mistake mistake) {
        String key = mistake.key();
        if (key.equals("directory")) {
            return notADirectory();
        }
        return new Mistake(key.startsWith("table") ? "--columns" : "--" + key, mistake.message());
    }

    private Mistake notADirectory() {
        return new Mistake("--input", input + " is not a directory");
    }

    private static @Nullable Validate rules(Path file, @Nullable DmsFileSource source, OptionMistakes mistakes) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            mistakes.add(RULES, file + " is not a file that can be read");
            return null;
        }
        Properties options = new Properties();
        // The pipeline has one table.
        options.setProperty("table", "*");
        try (Reader text = Files.newBufferedReader(file)) {
            options.load(text);
        } catch (IOException | IllegalArgumentException e) {
            mistakes.add(RULES, file + " cannot be read as properties: " + e.getMessage());
            return null;
        }
        Validate checks = mistakes.attempt(
                mistake -> new Mistake(RULES, file + ": " + mistake.key() + ": " + mistake.message()),
                () -> Validate.fromProperties(options));
        if (checks != null && source != null) {
            try {
                source.knownSchemas().forEach(checks::schema);
            } catch (CdcException e) {
                mistakes.add(RULES, file + ": " + e.getMessage());
            }
        }
        return checks;
    }

    private Properties sourceOptions(Reading reading, OptionMistakes mistakes) throws IOException {
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
        options.setProperty("full-load", String.valueOf(fullLoad(folder, mistakes)));
        // A finite run sees all there is, and nothing but a full load is a table too. Who watches may have seen half a
        // load.
        boolean watch = reading == Reading.WATCH;
        options.setProperty("snapshot-completion", watch ? "on-first-change-file" : "on-quiet");
        options.setProperty("watch", watch ? "on" : "off");
        options.setProperty("list-interval", "PT1S");
        return options;
    }

    private DmsFolder.FullLoad fullLoad(DmsFolder folder, OptionMistakes mistakes) throws IOException {
        DmsFolder.FullLoad detected = fullLoad == null ? folder.detectFullLoad() : DmsFolder.FullLoad.BY_NAME;
        return mistakes.value(
                "--full-load",
                fullLoad,
                detected,
                "by-name or by-column-count",
                text -> DmsFolder.FullLoad.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_')));
    }

    /** The command line that looks at the dead letters. */
    String listCommand() {
        return PROGRAM + " dead-letters list" + given(LETTERS);
    }

    /** The command line that does something with the dead letters of this pipeline. */
    String lettersCommand(String what) {
        StringBuilder line = new StringBuilder(PROGRAM + " dead-letters " + what);
        ALL.forEach(option -> line.append(given(option)));
        return line.toString();
    }

    private String given(String name) {
        OptionSpec option = Objects.requireNonNull(command, "picocli sets it")
                .commandLine()
                .getParseResult()
                .matchedOption(name);
        return option == null || option.originalStringValues().isEmpty()
                ? ""
                : " " + name + " " + quoted(option.originalStringValues().get(0));
    }

    /** A word of a shell. */
    private static String quoted(String word) {
        return word.matches("[\\p{L}\\p{N}_./:,=@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
