package io.cdcsdk.source.dms;

import io.cdcsdk.api.Configuration;
import io.cdcsdk.api.TableId;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the options of a source from text. */
final class DmsProperties {
    private final Configuration options;
    private final DmsFileSourceBuilder builder;

    private DmsProperties(Configuration options) {
        this.options = options;
        this.builder = new DmsFileSourceBuilder(options);
    }

    /** A builder that holds the options, and their mistakes. */
    static DmsFileSourceBuilder builder(Properties properties) {
        DmsProperties reader = new DmsProperties(Configuration.of(DmsFileSourceBuilder.COMPONENT, properties));
        reader.places();
        reader.format();
        reader.columns();
        reader.reading();
        return reader.builder;
    }

    private void places() {
        text("directory", value -> {
            try {
                builder.directory(Path.of(value));
            } catch (InvalidPathException e) {
                options.mistake("directory", "'" + value + "' is not a path");
            }
        });
        text("transactions-folder", builder::transactionsFolder);
        text("tables", value -> TableText.split(value).forEach(this::table));
    }

    private void table(String name) {
        TableId id;
        try {
            id = TableId.parse(name);
        } catch (IllegalArgumentException e) {
            options.mistake("tables", String.valueOf(e.getMessage()));
            return;
        }
        String prefix = "table." + name;
        String columns = options.requiredText(prefix + ".columns", "columns such as id:int64:key, name:string");
        List<String> key = list(options.text(prefix + ".key"));
        String folder = options.text(prefix + ".folder");
        List<String> fileColumns = list(options.text(prefix + ".file-columns"));
        if (columns.isEmpty()) {
            return;
        }
        try {
            DmsTable table = DmsTable.of(TableText.schema(id, columns, key)).withFileColumns(fileColumns);
            builder.table(folder == null ? table : table.inFolder(folder.strip()));
        } catch (IllegalArgumentException e) {
            options.mistake(prefix + ".columns", String.valueOf(e.getMessage()));
        }
    }

    private static List<String> list(@Nullable String text) {
        return text == null || text.isBlank() ? List.of() : TableText.split(text);
    }

    private void format() {
        builder.header(options.choice("header", DmsOption.Header.NONE));
        builder.delimiter(options.character("delimiter", ','));
        builder.quote(options.character("quote", '"'));
        text("null-text", builder::nullText);
        text("no-supplemental-text", builder::noSupplementalText);
        String length = options.text("max-field-length");
        if (length != null) {
            long value = options.number("max-field-length", Integer.MAX_VALUE, 1);
            builder.maxFieldLength((int) Math.min(Integer.MAX_VALUE, value));
        }
    }

    private void columns() {
        builder.operationColumn(options.choice("operation-column", DmsOption.OperationColumn.AUTO));
        builder.unknownColumns(options.choice("unknown-columns", DmsOption.UnknownColumns.FAIL));
        builder.missingColumns(options.choice("missing-columns", DmsOption.MissingColumns.FAIL));
        text("timestamp-column", builder::timestampColumn);
        text("change-sequence-column", builder::changeSequenceColumn);
        text("before-image-prefix", builder::beforeImagePrefix);
    }

    private void reading() {
        builder.fullLoad(options.choice("full-load", DmsOption.FullLoad.BY_NAME));
        builder.snapshotCompletion(
                options.choice("snapshot-completion", DmsOption.SnapshotCompletion.ON_FIRST_CHANGE_FILE));
        builder.lateFiles(options.choice("late-files", DmsOption.LateFiles.FAIL));
        builder.watch(options.choice("watch", DmsOption.Watch.OFF));
        builder.epoch(options.number("epoch", 0, 0));
        builder.listInterval(options.duration("list-interval", Duration.ofSeconds(5)));
        builder.settleTime(options.duration("settle-time", Duration.ofSeconds(2)));
    }

    private void text(String key, Consumer<String> setter) {
        String text = options.text(key);
        if (text != null) {
            setter.accept(text);
        }
    }
}
