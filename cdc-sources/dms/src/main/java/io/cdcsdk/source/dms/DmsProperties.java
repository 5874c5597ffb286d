package io.cdcsdk.source.dms;

import io.cdcsdk.api.Configuration;
import io.cdcsdk.api.TableId;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
        String tables = options.requiredText("tables", OptionChecks.TABLES);
        if (!tables.isEmpty()) {
            TableText.split(tables).forEach(this::table);
        }
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
        builder.header(options.choice("header", builder.header));
        builder.delimiter(options.character("delimiter", builder.delimiter));
        builder.quote(options.character("quote", builder.quote));
        text("null-text", builder::nullText);
        text("no-supplemental-text", builder::noSupplementalText);
        builder.errorValues(options.choice("error-values", builder.errorValues));
        builder.lastLine(options.choice("last-line", builder.lastLine));
        long length = options.number("max-field-length", builder.maxFieldLength, 1);
        builder.maxFieldLength((int) Math.min(Integer.MAX_VALUE, length));
    }

    private void columns() {
        builder.operationColumn(options.choice("operation-column", builder.operationColumn));
        builder.unknownColumns(options.choice("unknown-columns", builder.unknownColumns));
        builder.missingColumns(options.choice("missing-columns", builder.missingColumns));
        text("timestamp-column", builder::timestampColumn);
        text("change-sequence-column", builder::changeSequenceColumn);
        text("before-image-prefix", builder::beforeImagePrefix);
    }

    private void reading() {
        builder.fullLoad(options.choice("full-load", builder.fullLoad));
        text("load-files", builder::loadFiles);
        builder.snapshotCompletion(options.choice("snapshot-completion", builder.snapshotCompletion));
        builder.lateFiles(options.choice("late-files", builder.lateFiles));
        builder.watch(options.choice("watch", builder.watch));
        builder.epoch(options.number("epoch", builder.epoch, 0));
        builder.listInterval(options.duration("list-interval", builder.listInterval));
        builder.settleTime(options.duration("settle-time", builder.settleTime));
    }

    private void text(String key, Consumer<String> setter) {
        String text = options.text(key);
        if (text != null) {
            setter.accept(text);
        }
    }
}
