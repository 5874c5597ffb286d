package io.cdcsdk.sink.file;

import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Configuration;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one consolidated file for each table in a directory: CSV or JSON lines, one line for each row, sorted by the key.
 *
 * <p>A commit writes a new file from the old one and the changes, and moves it into place together with the cursor, so that
 * readers see whole commits and a crash at any moment loses and repeats nothing. The cost of a commit that changes a table is
 * that of writing its file once; one that only moves cursors writes no file. Tables may be larger than the heap: changes
 * beyond {@link Builder#sortMemory} wait in sorted temporary files.
 *
 * <p>An update that lacks columns keeps the row's former values; where there are none, and for columns that a schema change has
 * added, null is written. A snapshot replaces the file when it completes; until then the file stays as it was before the snapshot
 * started, changes that come in between included, and what has come so far is durable beside it. A change of the key
 * outside of a snapshot is {@link Fatal}.
 *
 * <p>The directory belongs to the sink: a file that somebody else has changed is refused at {@link #open}. Everything besides
 * the tables' files is in its folder {@code .cdc}.
 *
 * <p>Sinks of several pipelines may write different tables of one directory, each with options of its own, as long as the
 * pipelines have no lane in common: the latest claim of a lane wins in the whole directory. So two sinks of one pipeline, whose
 * lanes are the same, need a directory each; otherwise one of them fails with {@link LaneLost}. Options are compared with those
 * that a table was written with when its first event comes.
 */
public final class FileSink implements Sink {
    /** How rows are written. */
    public enum Format {
        /** RFC 4180 with line feeds, in UTF-8. */
        CSV,
        /** One JSON object per line, in UTF-8. */
        JSON_LINES
    }

    /** What stands in the first line of a CSV file. */
    public enum Header {
        /** The names of the columns. */
        COLUMN_NAMES,
        /** The first row. */
        NONE
    }

    private static final Logger LOG = LoggerFactory.getLogger(FileSink.class);

    private final Settings settings;
    private final StateFolder folder;
    private final Claims claims;
    private final Set<String> writtenLanes = new HashSet<>();
    private @Nullable OpenFolder open;
    private @Nullable Tables tables;

    FileSink(Settings settings) {
        this.settings = settings;
        this.folder = new StateFolder(settings.directory());
        this.claims = new Claims(folder);
    }

    /** Starts a sink. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A sink from options: {@code directory}, {@code format} ({@code csv} or {@code json-lines}), {@code file-name}, {@code
     * csv-delimiter}, {@code csv-header} ({@code column-names} or {@code none}), {@code csv-null} and {@code sort-memory}. Only
     * the first must be set. They mean what the methods of {@link Builder} say.
     *
     * @throws InvalidConfiguration if an option is missing, wrong or unknown; it tells all of them
     */
    public static FileSink fromProperties(Properties properties) {
        Configuration options = Configuration.of(Builder.COMPONENT, properties);
        Builder builder = builder();
        String directory = options.requiredText("directory", "the directory of the files");
        if (!directory.isEmpty()) {
            options.value("directory", builder, "a path", text -> builder.directory(Path.of(text)));
        }
        builder.format(options.choice("format", Format.CSV));
        String fileName = options.text("file-name");
        if (fileName != null) {
            builder.fileName(fileName);
        }
        builder.csvDelimiter(options.character("csv-delimiter", Builder.DEFAULT_DELIMITER));
        builder.csvHeader(options.choice("csv-header", Header.COLUMN_NAMES));
        String nullText = options.text("csv-null");
        builder.csvNull(nullText == null ? Builder.DEFAULT_NULL : nullText);
        builder.sortMemory(options.number("sort-memory", Builder.DEFAULT_SORT_MEMORY, Builder.LEAST_SORT_MEMORY));
        return builder.build(options);
    }

    @Override
    public Set<SinkCapability> capabilities() {
        return EnumSet.complementOf(EnumSet.of(SinkCapability.KEYLESS_TABLES));
    }

    @Override
    public void open() {
        if (open != null) {
            throw new IllegalStateException("the sink is open already");
        }
        try {
            OpenFolder opened = OpenFolder.open(folder, new Disk(settings.watcher()));
            open = opened;
            Tables loaded = new Tables(settings, folder, opened.work());
            tables = loaded;
            Verification.of(opened, folder).states().forEach(loaded::load);
        } catch (IOException e) {
            throw DiskFailure.of(e, "opening the file sink", folder.directory());
        }
    }

    @Override
    public List<Cursor> claim(Set<String> lanes) {
        OpenFolder opened = requireOpen();
        Tables loaded = requireTables();
        try {
            return opened.locked(() -> {
                for (String lane : lanes) {
                    claims.claim(lane, opened.work());
                }
                for (TableState state : opened.states()) {
                    loaded.load(state);
                }
                return loaded.cursors(lanes);
            });
        } catch (IOException e) {
            throw DiskFailure.of(e, "claiming lanes " + lanes, folder.directory());
        }
    }

    @Override
    public void write(EventBatch batch) {
        OpenFolder opened = requireOpen();
        claims.requireClaimed(batch.lane());
        try {
            requireTables().makeRoom();
        } catch (IOException e) {
            requireLanes(opened, batch.lane(), e);
            throw DiskFailure.of(e, "sorting changes", folder.directory(), settings.sortMemory());
        }
        requireTables().apply(batch.events());
        writtenLanes.add(batch.lane());
    }

    /**
     * Finds out whether a failure only shows that somebody else owns the tables now.
     *
     * @throws LaneLost if somebody does
     */
    private void requireLanes(OpenFolder opened, String lane, IOException failure) {
        Set<String> lanes = new HashSet<>(writtenLanes);
        lanes.add(lane);
        try {
            opened.locked(() -> {
                claims.check(lanes);
                return true;
            });
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void commit(Commit commit) {
        OpenFolder opened = requireOpen();
        Set<String> lanes = new HashSet<>(writtenLanes);
        for (Commit.Move move : commit.moves()) {
            claims.requireClaimed(move.lane());
            lanes.add(move.lane());
        }
        Map<Table, List<Commit.Move>> moves = requireTables().byTable(commit.moves());
        new Committer(folder, opened, claims, lanes, moves).commit();
        writtenLanes.clear();
    }

    private Tables requireTables() {
        if (tables == null) {
            throw new IllegalStateException("the sink is not open");
        }
        return tables;
    }

    private OpenFolder requireOpen() {
        if (open == null) {
            throw new IllegalStateException("the sink is not open");
        }
        return open;
    }

    @Override
    public void close() {
        OpenFolder opened = open;
        open = null;
        tables = null;
        if (opened == null) {
            return;
        }
        try {
            opened.close();
        } catch (IOException | RuntimeException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("directory", folder.directory())
                    .log("temporary files were left; the next start deletes them");
        }
    }

    /** Collects the options of a file sink. Not safe for use by several threads. */
    public static final class Builder {
        static final String COMPONENT = "file sink";
        static final char DEFAULT_DELIMITER = ',';
        static final String DEFAULT_NULL = "NULL";
        static final long DEFAULT_SORT_MEMORY = 32L << 20;
        static final long LEAST_SORT_MEMORY = 1L << 16;

        private @Nullable Path directory;
        private Format format = Format.CSV;
        private @Nullable String fileName;
        private char delimiter = DEFAULT_DELIMITER;
        private Header header = Header.COLUMN_NAMES;
        private String nullText = DEFAULT_NULL;
        private long sortMemory = DEFAULT_SORT_MEMORY;
        private DiskWatcher watcher = DiskWatcher.NONE;

        private Builder() {}

        /** The directory of the files, which must be set. It is created where its parent exists. */
        public Builder directory(Path value) {
            directory = value;
            return this;
        }

        /** How rows are written; CSV by default. */
        public Builder format(Format value) {
            format = value;
            return this;
        }

        /**
         * The name of a table's file, in which {@code {schema}} and {@code {table}} stand for the parts of the table's name.
         * By default {@code {schema}.{table}.csv} or {@code .jsonl}, or without the schema where there is none. A directory of
         * one table may use a name without either.
         */
        public Builder fileName(String template) {
            fileName = template;
            return this;
        }

        /** What separates the fields of CSV, an ASCII character; a comma by default. */
        public Builder csvDelimiter(char value) {
            delimiter = value;
            return this;
        }

        /** The first line of CSV; the columns' names by default. */
        public Builder csvHeader(Header value) {
            header = value;
            return this;
        }

        /**
         * What stands for a null in CSV, without quotes; {@code NULL} by default. A value of the same text is quoted, and so is
         * every empty string.
         */
        public Builder csvNull(String value) {
            nullText = value;
            return this;
        }

        /**
         * How many bytes of changes wait in memory, of all tables together, before they go to temporary files; 32 MiB by
         * default, at least 64 KiB. One batch of events may come on top.
         */
        public Builder sortMemory(long bytes) {
            sortMemory = bytes;
            return this;
        }

        Builder watcher(DiskWatcher value) {
            watcher = value;
            return this;
        }

        /**
         * Builds the sink; nothing is touched until it is opened.
         *
         * @throws InvalidConfiguration if options are missing or wrong; it tells all of them
         */
        public FileSink build() {
            Configuration mistakes = Configuration.of(COMPONENT);
            if (directory == null) {
                mistakes.mistake("directory", "is not set; expected the directory of the files");
            }
            if (sortMemory < LEAST_SORT_MEMORY) {
                mistakes.mistake("sort-memory", sortMemory + " bytes are too few; expected " + LEAST_SORT_MEMORY);
            }
            return build(mistakes);
        }

        private FileSink build(Configuration mistakes) {
            String wrong = fileName == null ? null : FileNames.mistake(fileName);
            if (wrong != null) {
                mistakes.mistake("file-name", wrong);
            }
            if (delimiter == '"' || delimiter == '\n' || delimiter == '\r' || delimiter == 0 || delimiter > 0x7E) {
                mistakes.mistake("csv-delimiter", "cannot be a quote, a line break, or outside of ASCII");
            }
            if (!CsvFormat.isNullText(nullText, delimiter)) {
                mistakes.mistake("csv-null", "'" + nullText + "' cannot hold a quote, a line break or the delimiter");
            }
            mistakes.throwIfInvalid();
            LineFormat lines =
                    format == Format.CSV ? new CsvFormat(delimiter, header, nullText) : new JsonLinesFormat();
            Path target = directory == null ? Path.of("") : directory;
            return new FileSink(new Settings(
                    target.toAbsolutePath().normalize(),
                    lines,
                    new FileNames(fileName, lines.extension()),
                    sortMemory,
                    watcher));
        }
    }
}
