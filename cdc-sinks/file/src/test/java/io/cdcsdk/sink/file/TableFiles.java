package io.cdcsdk.sink.file;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvReader;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.format.JsonRows;
import io.cdcsdk.format.ValueParsers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads tables' files with other code than the sink's. */
final class TableFiles {
    private TableFiles() {}

    /** The rows of a file in their order; none where there is no file. */
    static List<Row> read(Path path, TableSchema schema) throws IOException {
        if (!Files.exists(path)) {
            return List.of();
        }
        if (path.toString().endsWith(".jsonl")) {
            JsonRows rows = JsonRows.of(schema);
            return Files.readAllLines(path).stream().map(rows::read).toList();
        }
        List<List<@Nullable String>> records = new ArrayList<>();
        try (CsvReader<List<@Nullable String>> reader =
                CsvReader.builder().skipEmptyLines(false).build(new Records(), path)) {
            reader.forEach(records::add);
        }
        if (!schema.columnNames().equals(records.get(0))) {
            throw new IOException("header " + records.get(0) + " instead of " + schema.columnNames());
        }
        return records.subList(1, records.size()).stream()
                .map(record -> row(schema, record))
                .toList();
    }

    private static Row row(TableSchema schema, List<@Nullable String> fields) {
        Row.Builder row = Row.builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            String text = fields.get(i);
            if (text == null) {
                row.setNull(i);
            } else {
                ValueParsers.of(schema.column(i).type()).parse(text.toCharArray(), 0, text.length(), row, i);
            }
        }
        return row.build();
    }

    /** All files below a directory except the tables' own, the states, the claims and the lock. */
    static List<Path> temporary(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !belongs(directory, file))
                    .toList();
        }
    }

    static boolean belongs(Path directory, Path file) {
        StateFolder folder = new StateFolder(directory);
        Path parent = file.getParent();
        return directory.equals(parent)
                || file.equals(folder.lock())
                || folder.lanes().equals(parent)
                || folder.runs().equals(parent)
                || folder.tables().equals(parent) && file.toString().endsWith(StateFolder.STATE_ENDING);
    }

    private static final class Records extends AbstractBaseCsvCallbackHandler<List<@Nullable String>> {
        private List<@Nullable String> fields = new ArrayList<>();

        @Override
        protected void handleBegin(long startingLineNumber) {
            fields = new ArrayList<>();
        }

        @Override
        protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
            String text = new String(buffer, offset, length);
            fields.add(!quoted && text.equals("NULL") ? null : text);
        }

        @Override
        protected List<@Nullable String> buildRecord() {
            return fields;
        }
    }
}
