package io.cdcsdk.source.dms;

import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.util.List;
import java.util.Objects;

/**
 * One table whose files are read.
 *
 * @param schema the columns with their types, and the key: DMS files carry neither
 * @param folder the table's folder below the source's directory, with {@code /} between its parts; empty if it is the
 *     directory itself
 * @param fileColumns the columns of files without a header line in their order, {@code Op} left out; empty for the default:
 *     the timestamp column (if one is configured and not declared), the declared columns, the change sequence column (if one
 *     is configured and not declared). Names that are neither declared nor special are skipped
 */
public record DmsTable(TableSchema schema, String folder, List<String> fileColumns) {
    public DmsTable {
        Objects.requireNonNull(schema, "schema");
        folder = FileNames.normalFolder(folder);
        fileColumns = List.copyOf(fileColumns);
    }

    /** A table in the folder in which DMS puts it, {@code schema/table}. */
    public static DmsTable of(TableSchema schema) {
        TableId table = schema.table();
        String folder = table.schema().isEmpty() ? table.name() : table.schema() + '/' + table.name();
        return new DmsTable(schema, folder, List.of());
    }

    /** This table in another folder; see {@link #folder()}. */
    public DmsTable inFolder(String other) {
        return new DmsTable(schema, other, fileColumns);
    }

    /** This table with other columns in its files; see {@link #fileColumns()}. */
    public DmsTable withFileColumns(List<String> columns) {
        return new DmsTable(schema, folder, columns);
    }
}
