package io.cdcsdk.examples;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.format.ValueText;
import io.cdcsdk.scd.HistoryColumns;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.Version;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Writes a history as RFC 4180 with line feeds: the table's columns, then when a version begins and ends, whether it is current, and
 * its operation. Times are in UTC. Null is an unquoted {@code NULL}; a text that equals it, and an empty one, is quoted. The file
 * appears whole or not at all.
 */
final class HistoryFile {
    private static final String NULL = "NULL";
    private static final TableSchema TIME = TableSchema.builder(TableId.of("time"))
            .column("time", LogicalType.TIMESTAMP)
            .build();
    private static final int BUFFER_LENGTH = 1 << 16;

    private final TableSchema schema;
    private final Writer out;
    private final StringBuilder line = new StringBuilder();
    private final Row.Builder time = Row.builder(TIME);
    private long versions;
    private long current;

    private HistoryFile(TableSchema schema, Writer out) {
        this.schema = schema;
        this.out = out;
    }

    /**
     * Writes the history of one table.
     *
     * @param schema the schema of the history's rows
     * @param also sees every version too
     */
    static HistoryFile write(
            Path file, HistoryStore store, TableSchema schema, HistoryColumns columns, HistoryStore.VersionVisitor also)
            throws IOException {
        Path target = file.toAbsolutePath();
        Path unfinished = target.resolveSibling("." + target.getFileName() + ".tmp");
        Files.createDirectories(unfinished.resolveSibling("."));
        HistoryFile writer;
        try (FileChannel channel = FileChannel.open(
                        unfinished,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
                Writer text = new BufferedWriter(
                        new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8),
                        BUFFER_LENGTH)) {
            writer = new HistoryFile(schema, text);
            writer.header(columns);
            store.forEachVersion(schema.table(), (key, version) -> {
                writer.row(version);
                also.visit(key, version);
            });
            text.flush();
            channel.force(true);
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            Files.deleteIfExists(unfinished);
        }
        return writer;
    }

    /** How many versions were written. */
    long versions() {
        return versions;
    }

    /** How many of them are current. */
    long current() {
        return current;
    }

    private void header(HistoryColumns columns) {
        schema.columnNames().forEach(this::field);
        List.of(columns.validFrom(), columns.validTo(), columns.isCurrent(), columns.operation())
                .forEach(this::field);
        endLine();
    }

    private void row(Version version) {
        Row row = version.row();
        for (int i = 0; i < schema.size(); i++) {
            if (row.hasValue(i)) {
                field(ValueText.of(row, i));
            } else {
                line.append(NULL).append(',');
            }
        }
        instant(version.validFrom());
        if (version.isCurrent()) {
            line.append(NULL).append(',');
            current++;
        } else {
            instant(version.validTo());
        }
        line.append(version.isCurrent()).append(',').append(version.operation()).append(',');
        endLine();
        versions++;
    }

    private void instant(long micros) {
        ValueText.append(line, time.setPrimitive(0, micros).build(), 0);
        line.append(',');
    }

    private void field(String text) {
        if (text.isEmpty() || text.equals(NULL) || text.chars().anyMatch(HistoryFile::needsQuotes)) {
            line.append('"').append(text.replace("\"", "\"\"")).append('"');
        } else {
            line.append(text);
        }
        line.append(',');
    }

    private static boolean needsQuotes(int character) {
        return character == ',' || character == '"' || character == '\n' || character == '\r';
    }

    private void endLine() {
        line.setCharAt(line.length() - 1, '\n');
        try {
            out.append(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        line.setLength(0);
    }
}
