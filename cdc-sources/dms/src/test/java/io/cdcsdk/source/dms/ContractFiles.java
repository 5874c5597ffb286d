package io.cdcsdk.source.dms;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.format.ValueText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder of one table as an origin: every production is a file, written under another name and renamed. */
final class ContractFiles {
    static final String NO_SUPPLEMENTAL = "~";

    private final Path folder;
    private final TableSchema schema;
    private final boolean wide;
    private int files;

    /** Files with a header and before-image columns. */
    static ContractFiles wide(Path root, TableSchema schema) {
        return new ContractFiles(root, schema, true);
    }

    /** Files with the bare columns. */
    static ContractFiles narrow(Path root, TableSchema schema) {
        return new ContractFiles(root, schema, false);
    }

    private ContractFiles(Path root, TableSchema schema, boolean wide) {
        this.folder =
                root.resolve(schema.table().schema()).resolve(schema.table().name());
        this.schema = schema;
        this.wide = wide;
    }

    void snapshot(List<Row> rows) throws IOException {
        StringBuilder out = header("");
        for (Row row : rows) {
            line(out, "", null, row);
        }
        write("LOAD00000001.csv", out);
    }

    void changes(List<? extends ChangeEvent> changes) throws IOException {
        StringBuilder out = header("Op,");
        for (ChangeEvent event : changes) {
            RowChange change = (RowChange) event;
            String letter = switch (change.operation()) {
                case UPDATE -> "U";
                case DELETE -> "D";
                default -> "I";
            };
            line(out, letter + ",", change.after() == null ? null : change.before(), change.image());
        }
        files++;
        write(String.format(Locale.ROOT, "20200101-%09d.csv", files), out);
    }

    /** A line with too few fields, in a file between others. */
    void undecodable() throws IOException {
        files++;
        write(
                String.format(Locale.ROOT, "20200101-%09d.csv", files),
                header("Op,").append("I,?\n"));
    }

    void deleteAll() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                Files.delete(file);
            }
        }
    }

    private StringBuilder header(String operation) {
        StringBuilder out = new StringBuilder();
        if (wide) {
            List<String> names = new ArrayList<>(schema.columnNames());
            schema.columnNames().forEach(name -> names.add("BI_" + name));
            out.append(operation).append(String.join(",", names)).append('\n');
        }
        return out;
    }

    private void line(StringBuilder out, String operation, @Nullable Row before, Row image) {
        List<String> fields = new ArrayList<>(fields(image));
        if (wide) {
            fields.addAll(fields(before));
        }
        out.append(operation).append(String.join(",", fields)).append('\n');
    }

    private List<String> fields(@Nullable Row row) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < schema.size(); i++) {
            if (row == null || row.isNull(i)) {
                fields.add("NULL");
            } else if (row.hasValue(i)) {
                fields.add('"' + ValueText.of(row, i).replace("\"", "\"\"") + '"');
            } else {
                fields.add(NO_SUPPLEMENTAL);
            }
        }
        return fields;
    }

    private void write(String name, StringBuilder out) throws IOException {
        Files.createDirectories(folder);
        Path unfinished = folder.resolve("." + name);
        Files.write(unfinished, out.toString().getBytes(StandardCharsets.UTF_8));
        Files.move(unfinished, folder.resolve(name));
    }
}
