package io.cdcsdk.sink.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the new file of a table from the old one and the changes.
 *
 * <p>A row that went to another key without all of its fields needs those of its old row, which may lie anywhere in the file.
 * They are fetched by going through the file once before, or as often as the longest chain of such moves of one row since the
 * last commit.
 */
final class TableMerge {
    /** Opens the old file as often as it has to be read. */
    interface Base {
        @Nullable
        BaseLines open() throws IOException;
    }

    private final WorkFolder work;
    private final SchemaHistory history;
    private final Base base;
    private final EntrySorter changes;
    private final long sortMemory;

    TableMerge(WorkFolder work, SchemaHistory history, Base base, EntrySorter changes, long sortMemory) {
        this.work = work;
        this.history = history;
        this.base = base;
        this.changes = changes;
        this.sortMemory = sortMemory;
    }

    Stored write(Path target, Overlay.KeyMoves moves) throws IOException {
        EntrySorter cargo = new EntrySorter(work, List.of());
        try {
            if (moves == Overlay.KeyMoves.SOME) {
                cargo = fetchCargo(cargo);
            }
            return write(target, cargo);
        } finally {
            cargo.discard();
        }
    }

    private Stored write(Path target, EntrySorter cargo) throws IOException {
        try (FileOutput output = work.disk().create(target)) {
            byte[] header = history.current().header();
            output.write(header, 0, header.length);
            long waiting = merge(cargo, new RowMerge.Rows() {
                @Override
                public void line(byte[] source, int from, int to) throws IOException {
                    output.write(source, from, to);
                }

                @Override
                public void departure(EntryCursor departure, RowFold row) {}
            });
            if (waiting > 0) {
                throw new IllegalStateException(waiting + " rows of "
                        + history.current().schema().table() + " wait for fields of their old keys");
            }
            return output.finish(FileOutput.Durability.SYNCED);
        } catch (IOException | RuntimeException e) {
            work.discard(target);
            throw e;
        }
    }

    private EntrySorter fetchCargo(EntrySorter none) throws IOException {
        EntrySorter known = none;
        while (true) {
            Fetched fetched = new Fetched(new EntrySorter(work, List.of()));
            try {
                merge(known, fetched);
            } catch (IOException | RuntimeException e) {
                fetched.cargo.discard();
                throw e;
            } finally {
                known.discard();
            }
            known = fetched.cargo;
            if (!fetched.incomplete) {
                return known;
            }
        }
    }

    private long merge(EntrySorter cargo, RowMerge.Rows rows) throws IOException {
        try (BaseLines lines = base.open();
                MergedEntries entries = new MergedEntries(cursors(cargo))) {
            return new RowMerge(lines, entries, history, rows).run();
        }
    }

    private List<EntryCursor> cursors(EntrySorter cargo) throws IOException {
        List<EntryCursor> cursors = new ArrayList<>(changes.cursors());
        try {
            cursors.addAll(cargo.cursors());
        } catch (IOException e) {
            for (EntryCursor cursor : cursors) {
                cursor.close();
            }
            throw e;
        }
        return cursors;
    }

    /** Collects what rows that leave their keys take along. */
    private final class Fetched implements RowMerge.Rows {
        private final EntrySorter cargo;
        private final Bytes entry = new Bytes();
        private boolean incomplete;

        Fetched(EntrySorter cargo) {
            this.cargo = cargo;
        }

        @Override
        public void line(byte[] source, int from, int to) {}

        @Override
        public void departure(EntryCursor departure, RowFold row) throws IOException {
            if (row.state() == RowFold.State.WAITING) {
                incomplete = true;
                return;
            }
            entry.truncate(0);
            EntryCursor.begin(
                    entry,
                    departure.buffer,
                    departure.payloadFrom(),
                    departure.end(),
                    departure.sequence(),
                    EntryKind.CARGO);
            entry.append(row.content().array(), 0, row.content().length());
            EntryCursor.end(entry, 0);
            cargo.add(history.currentIndex(), entry);
            if (cargo.bytes() > sortMemory) {
                cargo.spill(history);
            }
        }
    }
}
