package io.cdcsdk.sink.file;

import io.cdcsdk.api.Position;
import io.cdcsdk.api.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is durable of one table.
 *
 * @param target the name of the target
 * @param generation raised by every commit
 * @param format the signature of the line format
 * @param schema the schema of the file, or null where no event of the table has been committed
 * @param file the file, or null where it has none yet
 * @param cursors the cursor of each lane
 * @param staged an incomplete snapshot, or null
 */
record TableState(
        String target,
        long generation,
        String format,
        @Nullable TableSchema schema,
        @Nullable DataFile file,
        Map<String, Position> cursors,
        @Nullable Staged staged) {
    /**
     * The file of a table.
     *
     * @param name its name within the directory
     * @param stored what it holds
     */
    record DataFile(String name, Stored stored) {}

    /**
     * An incomplete snapshot.
     *
     * @param schemas its schemas since it started
     * @param sequence the sequence number of its next entry
     * @param moves whether rows have gone to other keys
     * @param runs its entries
     */
    record Staged(List<TableSchema> schemas, long sequence, Overlay.KeyMoves moves, List<Run> runs) {
        Staged {
            schemas = List.copyOf(schemas);
            runs = List.copyOf(runs);
        }
    }

    TableState {
        cursors = Map.copyOf(cursors);
    }

    static TableState empty(String target, String format) {
        return new TableState(target, 0, format, null, null, Map.of(), null);
    }

    /** The runs that must be kept. */
    List<Run> runs() {
        return staged == null ? List.of() : staged.runs();
    }

    /** The state after a commit. */
    TableState next(
            String newFormat,
            @Nullable TableSchema newSchema,
            @Nullable DataFile newFile,
            Map<String, Position> moved,
            @Nullable Staged newStaged) {
        Map<String, Position> merged = new TreeMap<>(cursors);
        merged.putAll(moved);
        return new TableState(target, generation + 1, newFormat, newSchema, newFile, merged, newStaged);
    }
}
