package io.cdcsdk.source.dms;

import io.cdcsdk.api.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** What must hold of the options, and between them; notes every mistake. */
record OptionChecks(Configuration mistakes) {
    static final String TABLES = "a list such as public.person, public.city";

    private static final int LEAST_MAX_FIELD_LENGTH = 1024;
    private static final int MOST_MAX_FIELD_LENGTH = 1024 * 1024 * 1024;

    void directory(@Nullable Path directory, DmsOption.Watch watch) {
        if (directory == null) {
            mistakes.mistake("directory", "is not set; expected the folder that holds the tables' folders");
        } else if (Files.exists(directory) && !Files.isDirectory(directory)) {
            mistakes.mistake("directory", "'" + directory + "' is a file; expected a folder");
        } else if (watch == DmsOption.Watch.OFF && !Files.isDirectory(directory)) {
            mistakes.mistake(
                    "directory", "'" + directory + "' does not exist; create it, or wait for it with watch=on");
        } else if (Files.isDirectory(directory) && !Files.isReadable(directory)) {
            mistakes.mistake("directory", "'" + directory + "' may not be read; check its permissions");
        }
    }

    /** To be asked where tables are not read from text: a text whose tables are all broken is no empty one. */
    void anyTable(List<DmsTable> tables) {
        if (tables.isEmpty()) {
            mistakes.mistake("tables", "is not set; expected " + TABLES);
        }
    }

    void tables(List<DmsTable> tables, @Nullable String transactionsFolder) {
        List<String> folders = new ArrayList<>();
        if (transactionsFolder != null) {
            folders.add(transactionsFolder);
            inside("transactions-folder", transactionsFolder);
        }
        List<Object> names = new ArrayList<>();
        for (DmsTable table : tables) {
            String key = "table." + table.schema().table();
            if (names.contains(table.schema().table())) {
                mistakes.mistake(
                        "tables", "there are two tables " + table.schema().table());
            }
            names.add(table.schema().table());
            inside(key + ".folder", table.folder());
            if (folders.contains(table.folder())) {
                mistakes.mistake(key + ".folder", "'" + table.folder() + "' is the folder of something else too");
            }
            folders.add(table.folder());
            fileColumns(table, key + ".file-columns");
        }
    }

    private void inside(String key, String folder) {
        if (List.of(folder.split("/")).contains("..")) {
            mistakes.mistake(key, "'" + folder + "' leaves the directory");
        }
    }

    private void fileColumns(DmsTable table, String key) {
        if (table.fileColumns().isEmpty()) {
            return;
        }
        for (String column : table.schema().columnNames()) {
            if (!table.fileColumns().contains(column)) {
                mistakes.mistake(key, "lacks the column '" + column + "' that the table is declared with");
            }
        }
        if (table.fileColumns().stream().distinct().count()
                != table.fileColumns().size()) {
            mistakes.mistake(key, "names a column twice");
        }
    }

    void characters(char delimiter, char quote) {
        if (delimiter == quote) {
            mistakes.mistake("delimiter", "is '" + delimiter + "', as the quote is; they must differ");
        }
        if (delimiter == '\n' || delimiter == '\r' || quote == '\n' || quote == '\r') {
            mistakes.mistake("delimiter", "neither the delimiter nor the quote may be a line end");
        }
    }

    void texts(String nullText, @Nullable String noSupplementalText) {
        if (nullText.equals(noSupplementalText)) {
            mistakes.mistake("no-supplemental-text", "is '" + nullText + "', as null-text is; they must differ");
        }
    }

    void modes(
            DmsOption.FullLoad fullLoad,
            DmsOption.OperationColumn operationColumn,
            @Nullable String transactionsFolder) {
        if (fullLoad == DmsOption.FullLoad.BY_COLUMN_COUNT) {
            if (operationColumn != DmsOption.OperationColumn.AUTO) {
                mistakes.mistake("operation-column", "must be auto with full-load=by-column-count");
            }
            if (transactionsFolder != null) {
                mistakes.mistake("transactions-folder", "cannot be used with full-load=by-column-count");
            }
        }
    }

    void loadFiles(@Nullable String pattern, DmsOption.FullLoad fullLoad) {
        if (pattern == null) {
            return;
        }
        if (fullLoad == DmsOption.FullLoad.BY_COLUMN_COUNT) {
            mistakes.mistake("load-files", "cannot be used with full-load=by-column-count");
        }
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            mistakes.mistake("load-files", "'" + pattern + "' is no regular expression: " + e.getDescription());
        }
    }

    void maxFieldLength(int value) {
        if (value < LEAST_MAX_FIELD_LENGTH || value > MOST_MAX_FIELD_LENGTH) {
            mistakes.mistake(
                    "max-field-length",
                    value + " is not valid; expected " + LEAST_MAX_FIELD_LENGTH + " to " + MOST_MAX_FIELD_LENGTH);
        }
    }

    void least(String key, long value, long least) {
        if (value < least) {
            mistakes.mistake(key, value + " is not valid; expected at least " + least);
        }
    }

    void durations(Duration listInterval, Duration settleTime) {
        if (listInterval.isNegative() || listInterval.isZero()) {
            mistakes.mistake("list-interval", listInterval + " is not valid; expected more than nothing");
        }
        if (settleTime.isNegative()) {
            mistakes.mistake("settle-time", settleTime + " is not valid; expected zero or more");
        }
    }
}
