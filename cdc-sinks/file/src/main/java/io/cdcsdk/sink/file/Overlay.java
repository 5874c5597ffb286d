package io.cdcsdk.sink.file;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Changes of one table that are not in its file yet: on top of the file, or in place of it. Not safe for several threads.
 */
final class Overlay {
    /** What becomes of the rows of the file. */
    enum Base {
        /** They stay where no change tells otherwise. */
        KEPT,
        /** They go: the table was emptied, or is replaced by a snapshot. */
        DROPPED
    }

    /** A point to go back to. */
    record Mark(@Nullable SchemaHistory history, EntrySorter.Mark entries, long sequence, KeyMoves moves) {}

    /** Whether rows have gone to other keys and need fields of their old rows there. */
    enum KeyMoves {
        NONE,
        SOME
    }

    private final LineFormat format;
    private final WorkFolder work;
    private final Base base;
    private final EntrySorter sorter;
    private final ChangeEncoder encoder = new ChangeEncoder();
    private @Nullable SchemaHistory history;
    private @Nullable TableSchema lastSchema;
    private long sequence;
    private KeyMoves moves;

    private Overlay(
            LineFormat format,
            WorkFolder work,
            Base base,
            List<TableSchema> schemas,
            List<Run> runs,
            long sequence,
            KeyMoves moves) {
        this.format = format;
        this.work = work;
        this.base = base;
        this.history = schemas.isEmpty() ? null : new SchemaHistory(format, schemas);
        this.sorter = new EntrySorter(work, runs);
        this.sequence = sequence;
        this.moves = moves;
    }

    /** No changes; the schema is that of the file, or null where there is none. */
    static Overlay on(Base base, LineFormat format, WorkFolder work, @Nullable TableSchema schema) {
        List<TableSchema> schemas = schema == null ? List.of() : List.of(schema);
        return new Overlay(format, work, base, schemas, List.of(), 0, KeyMoves.NONE);
    }

    /** The changes that an incomplete snapshot left in the state of its table. */
    static Overlay restore(LineFormat format, WorkFolder work, TableState.Staged staged) {
        return new Overlay(
                format, work, Base.DROPPED, staged.schemas(), staged.runs(), staged.sequence(), staged.moves());
    }

    /** The schemas from that of the file on; empty where none is known. */
    List<TableSchema> schemas() {
        return history == null ? List.of() : history.schemas();
    }

    List<Run> runs() {
        return sorter.runs();
    }

    long sequence() {
        return sequence;
    }

    KeyMoves moves() {
        return moves;
    }

    long bytes() {
        return sorter.bytes();
    }

    /** Whether the file has to be written anew. */
    boolean changesFile() {
        return base == Base.DROPPED || !sorter.isEmpty() || schemas().size() > 1;
    }

    Mark mark() {
        return new Mark(history, sorter.mark(), sequence, moves);
    }

    void rollback(Mark mark) {
        history = mark.history;
        lastSchema = null;
        sequence = mark.sequence;
        moves = mark.moves;
        sorter.rollback(mark.entries);
    }

    /** Goes on with a schema, unless it is older than the present one. */
    SchemaHistory follow(TableSchema schema) {
        SchemaHistory known = history;
        if (known == null) {
            known = new SchemaHistory(format, List.of(schema));
        } else if (schema != lastSchema
                && schema.version() >= known.current().schema().version()) {
            known = known.followedBy(schema);
        }
        lastSchema = schema;
        history = known;
        return known;
    }

    void apply(RowChange change) {
        SchemaHistory known = follow(change.schema());
        Layout layout = known.current();
        moves = encoder.encode(
                        change,
                        inSchema(layout, change, change.before()),
                        inSchema(layout, change, change.after()),
                        layout,
                        sequence++,
                        entry -> sorter.add(known.currentIndex(), entry))
                ? KeyMoves.SOME
                : moves;
    }

    private static @Nullable Row inSchema(Layout layout, RowChange change, @Nullable Row row) {
        if (row == null || row.schema() == layout.schema() || Layout.same(row.schema(), layout.schema())) {
            return row;
        }
        try {
            return RowProjection.project(row, layout.schema());
        } catch (IllegalArgumentException e) {
            throw new BadRecord(
                    change + " has schema version " + row.schema().version() + " and does not fit version "
                            + layout.schema().version() + ": " + e.getMessage(),
                    e);
        }
    }

    /** Moves what is in memory to the disk. After an exception everything is where it was. */
    void spill() throws IOException {
        if (history != null) {
            sorter.spill(history);
        }
    }

    /** Forgets all changes and deletes those runs that are in the work folder. */
    void discard() throws IOException {
        sorter.discard();
    }

    /**
     * Writes the table as it is with these changes, and makes it durable. After an exception there is no file.
     *
     * @param baseFile the table as it was, or null where it has no file
     */
    Stored write(@Nullable Path baseFile, @Nullable Stored baseStored, Path target, long sortMemory)
            throws IOException {
        SchemaHistory known = Objects.requireNonNull(history, "history");
        TableMerge merge = new TableMerge(work, known, () -> openBase(baseFile, baseStored, known), sorter, sortMemory);
        return merge.write(target, moves);
    }

    private @Nullable BaseLines openBase(@Nullable Path file, @Nullable Stored stored, SchemaHistory known)
            throws IOException {
        return base == Base.DROPPED || file == null || stored == null ? null : new BaseLines(file, stored, known);
    }

    /** These runs in their places and with their names there. */
    static List<Run> moved(List<Run> runs, List<Path> targets) {
        List<Run> moved = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            moved.add(runs.get(i).movedTo(targets.get(i)));
        }
        return moved;
    }
}
