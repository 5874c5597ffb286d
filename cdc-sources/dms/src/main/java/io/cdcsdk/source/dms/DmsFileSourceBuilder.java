package io.cdcsdk.source.dms;

import io.cdcsdk.api.Configuration;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.TableSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Collects the options of a {@link DmsFileSource}. Each option's kebab-case key stands at its method; {@link #build()} reports
 * every mistake at once. Not safe for use by several threads.
 */
public final class DmsFileSourceBuilder {
    static final String COMPONENT = "DMS file source";
    private static final int DEFAULT_MAX_FIELD_LENGTH = 16 * 1024 * 1024;

    private final @Nullable Configuration configuration;
    private @Nullable Path directory;
    private final List<DmsTable> tables = new ArrayList<>();
    DmsOption.Header header = DmsOption.Header.NONE;
    char delimiter = ',';
    char quote = '"';
    private String nullText = "NULL";
    private @Nullable String noSupplementalText;
    int maxFieldLength = DEFAULT_MAX_FIELD_LENGTH;
    DmsOption.LastLine lastLine = DmsOption.LastLine.MUST_END;
    DmsOption.ErrorValues errorValues = DmsOption.ErrorValues.SHOW;
    DmsOption.OperationColumn operationColumn = DmsOption.OperationColumn.AUTO;
    private @Nullable String timestampColumn;
    private @Nullable String changeSequenceColumn;
    private String beforeImagePrefix = "BI_";
    DmsOption.UnknownColumns unknownColumns = DmsOption.UnknownColumns.FAIL;
    DmsOption.MissingColumns missingColumns = DmsOption.MissingColumns.FAIL;
    DmsOption.FullLoad fullLoad = DmsOption.FullLoad.BY_NAME;
    private @Nullable String loadFiles;
    DmsOption.SnapshotCompletion snapshotCompletion = DmsOption.SnapshotCompletion.ON_FIRST_CHANGE_FILE;
    DmsOption.LateFiles lateFiles = DmsOption.LateFiles.FAIL;
    DmsOption.Watch watch = DmsOption.Watch.OFF;
    Duration listInterval = Duration.ofSeconds(5);
    Duration settleTime = Duration.ofSeconds(2);
    long epoch;
    private @Nullable String transactionsFolder;

    DmsFileSourceBuilder() {
        this.configuration = null;
    }

    /** A builder that adds its mistakes to those that reading the options has found. */
    DmsFileSourceBuilder(Configuration configuration) {
        this.configuration = configuration;
    }

    /** {@code directory}: the root of all folders (DMS setting {@code BucketFolder}). Must be set; must exist unless watched. */
    public DmsFileSourceBuilder directory(Path value) {
        directory = Objects.requireNonNull(value, "directory");
        return this;
    }

    /** Adds a table in the folder {@code schema/table}. */
    public DmsFileSourceBuilder table(TableSchema schema) {
        return table(DmsTable.of(schema));
    }

    /** Adds a table; there must be one at least. */
    public DmsFileSourceBuilder table(DmsTable table) {
        tables.add(Objects.requireNonNull(table, "table"));
        return this;
    }

    /** {@code header}: whether files begin with a line of column names; {@code none} by default. */
    public DmsFileSourceBuilder header(DmsOption.Header value) {
        header = Objects.requireNonNull(value, "header");
        return this;
    }

    /** {@code delimiter}: the character between fields; a comma by default. */
    public DmsFileSourceBuilder delimiter(char value) {
        delimiter = value;
        return this;
    }

    /** {@code quote}: the character around fields that hold delimiters, quotes (doubled) or line ends; {@code "} by default. */
    public DmsFileSourceBuilder quote(char value) {
        quote = value;
        return this;
    }

    /** {@code null-text}: the unquoted text that stands for null (DMS setting {@code CsvNullValue}); {@code NULL} by default. */
    public DmsFileSourceBuilder nullText(String value) {
        nullText = Objects.requireNonNull(value, "nullText");
        return this;
    }

    /**
     * {@code no-supplemental-text}: the unquoted text that stands for a column without supplemental logging (DMS setting {@code
     * CsvNoSupValue}); none by default. Such columns are absent.
     */
    public DmsFileSourceBuilder noSupplementalText(String value) {
        noSupplementalText = Objects.requireNonNull(value, "noSupplementalText");
        return this;
    }

    /**
     * {@code max-field-length}: the most characters that a field may have, so that a broken quote does not fill the memory; 1024
     * to 1 Gi, 16 Mi by default. Fields up to the next 16 Ki times a power of two may still pass.
     */
    public DmsFileSourceBuilder maxFieldLength(int value) {
        maxFieldLength = value;
        return this;
    }

    /** {@code last-line}: whether the last line of a file must have an end; {@code must-end} by default. */
    public DmsFileSourceBuilder lastLine(DmsOption.LastLine value) {
        lastLine = Objects.requireNonNull(value, "lastLine");
        return this;
    }

    /**
     * {@code error-values}: whether messages about values that cannot be read show them; {@code show} by default. A value may be
     * personal data, and messages end up in logs: set {@code hide} for tables that hold such data. Records that are skipped are
     * handed out without their text then, also to dead letters.
     */
    public DmsFileSourceBuilder errorValues(DmsOption.ErrorValues value) {
        errorValues = Objects.requireNonNull(value, "errorValues");
        return this;
    }

    /** {@code operation-column}: whether files begin with the column {@code Op}; {@code auto} by default. */
    public DmsFileSourceBuilder operationColumn(DmsOption.OperationColumn value) {
        operationColumn = Objects.requireNonNull(value, "operationColumn");
        return this;
    }

    /**
     * {@code timestamp-column}: the name of the column with the commit time (DMS setting {@code TimestampColumnName}); none by
     * default. It is not a column of the table unless it is declared as one.
     */
    public DmsFileSourceBuilder timestampColumn(String value) {
        timestampColumn = Objects.requireNonNull(value, "timestampColumn");
        return this;
    }

    /**
     * {@code change-sequence-column}: the name of the column with the change sequence of 35 digits. By default {@code
     * AR_H_CHANGE_SEQ} where a header, or a table's columns or file columns, name it.
     */
    public DmsFileSourceBuilder changeSequenceColumn(String value) {
        changeSequenceColumn = Objects.requireNonNull(value, "changeSequenceColumn");
        return this;
    }

    /** {@code before-image-prefix}: what before-image columns begin with; {@code BI_} by default. */
    public DmsFileSourceBuilder beforeImagePrefix(String value) {
        beforeImagePrefix = Objects.requireNonNull(value, "beforeImagePrefix");
        return this;
    }

    /** {@code unknown-columns}: what to do about undeclared columns in a header; {@code fail} by default. */
    public DmsFileSourceBuilder unknownColumns(DmsOption.UnknownColumns value) {
        unknownColumns = Objects.requireNonNull(value, "unknownColumns");
        return this;
    }

    /** {@code missing-columns}: what to do about declared columns that a header lacks; {@code fail} by default. */
    public DmsFileSourceBuilder missingColumns(DmsOption.MissingColumns value) {
        missingColumns = Objects.requireNonNull(value, "missingColumns");
        return this;
    }

    /** {@code full-load}: what tells a full load from changes; {@code by-name} by default. */
    public DmsFileSourceBuilder fullLoad(DmsOption.FullLoad value) {
        fullLoad = Objects.requireNonNull(value, "fullLoad");
        return this;
    }

    /**
     * {@code load-files}: a regular expression that the names of load files match besides those that DMS gives them, without
     * {@code .gz}; none by default. They are part of the one full load, behind the others and by name. Once it is set, every
     * other CSV file is a change file, whatever its name. Excludes {@code full-load=by-column-count}.
     */
    public DmsFileSourceBuilder loadFiles(String value) {
        loadFiles = Objects.requireNonNull(value, "loadFiles");
        return this;
    }

    /** {@code snapshot-completion}: when load files are complete; {@code on-first-change-file} by default. */
    public DmsFileSourceBuilder snapshotCompletion(DmsOption.SnapshotCompletion value) {
        snapshotCompletion = Objects.requireNonNull(value, "snapshotCompletion");
        return this;
    }

    /**
     * {@code transactions-folder}: the folder with the {@code CDC_TXN-} files (DMS setting {@code CdcPath}), relative to the
     * directory; none by default. Changes of undeclared tables in it are left out, with a warning.
     */
    public DmsFileSourceBuilder transactionsFolder(String value) {
        transactionsFolder = FileNames.normalFolder(value);
        return this;
    }

    /** {@code watch}: whether files that appear later are read; {@code off} by default. */
    public DmsFileSourceBuilder watch(DmsOption.Watch value) {
        watch = Objects.requireNonNull(value, "watch");
        return this;
    }

    /** {@code list-interval}: the time between two looks at the folders while watching; 5 seconds by default. */
    public DmsFileSourceBuilder listInterval(Duration value) {
        listInterval = Objects.requireNonNull(value, "listInterval");
        return this;
    }

    /**
     * {@code settle-time}: for how long a file must have kept its size and time before it is read; 2 seconds by default, zero
     * where every file appears whole.
     */
    public DmsFileSourceBuilder settleTime(Duration value) {
        settleTime = Objects.requireNonNull(value, "settleTime");
        return this;
    }

    /**
     * {@code epoch}: raise it to read everything that is there anew; 0 by default. For a table to be replaced, a full load must be
     * there: without one, rows that targets hold stay. Changes from before the full load must not be there any more, as they
     * would be applied to it.
     */
    public DmsFileSourceBuilder epoch(long value) {
        epoch = value;
        return this;
    }

    /** {@code late-files}: what to do about a file that sorts before one that was read; {@code fail} by default. */
    public DmsFileSourceBuilder lateFiles(DmsOption.LateFiles value) {
        lateFiles = Objects.requireNonNull(value, "lateFiles");
        return this;
    }

    /**
     * Builds the source.
     *
     * @throws InvalidConfiguration naming every mistake
     */
    public DmsFileSource build() {
        return build(storage -> storage);
    }

    /** Builds the source over a storage around the directory. */
    DmsFileSource build(UnaryOperator<DmsStorage> around) {
        Configuration mistakes = configuration == null ? Configuration.of(COMPONENT) : configuration;
        OptionChecks checks = new OptionChecks(mistakes);
        checks.directory(directory, watch);
        if (configuration == null) {
            checks.anyTable(tables);
        }
        checks.tables(tables, transactionsFolder);
        checks.characters(delimiter, quote);
        checks.texts(nullText, noSupplementalText);
        checks.modes(fullLoad, operationColumn, transactionsFolder);
        checks.loadFiles(loadFiles, fullLoad);
        checks.maxFieldLength(maxFieldLength);
        checks.least("epoch", epoch, 0);
        checks.durations(listInterval, settleTime);
        mistakes.throwIfInvalid();

        CsvFormat format = new CsvFormat(
                header, delimiter, quote, nullText, noSupplementalText, maxFieldLength, lastLine, errorValues);
        ColumnRules columns = new ColumnRules(
                operationColumn,
                timestampColumn,
                changeSequenceColumn,
                beforeImagePrefix,
                unknownColumns,
                missingColumns);
        ReadRules rules =
                new ReadRules(epoch, fullLoad, snapshotCompletion, lateFiles, watch, listInterval, settleTime);
        DmsStorage storage = around.apply(new DirectoryStorage(Objects.requireNonNull(directory)));
        return source(storage, format, columns, rules);
    }

    private DmsFileSource source(DmsStorage storage, CsvFormat format, ColumnRules columns, ReadRules rules) {
        List<String> folders =
                new ArrayList<>(tables.stream().map(DmsTable::folder).toList());
        if (transactionsFolder != null) {
            folders.add(transactionsFolder);
        }
        FileNames.Family family = fullLoad == DmsOption.FullLoad.BY_NAME && loadFiles == null
                ? FileNames.Family.TABLE
                : FileNames.Family.ANY_CSV;
        Pattern otherLoads = loadFiles == null ? null : Pattern.compile(loadFiles);
        List<TableLane> lanes = new ArrayList<>();
        for (DmsTable table : tables) {
            FolderScan scan = new FolderScan(table.folder(), family, folders, otherLoads);
            lanes.add(new TableLane(table, storage, scan, columns, format, rules));
        }
        TransactionLane transactions = null;
        if (transactionsFolder != null) {
            FolderScan scan = new FolderScan(transactionsFolder, FileNames.Family.TRANSACTIONS, folders);
            transactions = new TransactionLane(List.copyOf(tables), storage, scan, columns, format, rules);
        }
        return new DmsFileSource(
                tables.stream().map(DmsTable::schema).toList(),
                new LaneReader(storage, lanes, transactions, rules),
                rules);
    }
}
