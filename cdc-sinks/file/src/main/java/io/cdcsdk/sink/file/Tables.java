package io.cdcsdk.sink.file;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.TableId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tables of one open sink, and the memory that their changes share. Not safe for several threads. */
final class Tables {
    private static final Logger LOG = LoggerFactory.getLogger(Tables.class);

    private final Settings settings;
    private final StateFolder folder;
    private final WorkFolder work;
    private final Map<String, Table> byTarget = new TreeMap<>();

    Tables(Settings settings, StateFolder folder, WorkFolder work) {
        this.settings = settings;
        this.folder = folder;
        this.work = work;
    }

    /**
     * Takes a state from the disk over.
     *
     * @throws Fatal if changes at hand do not hold on that state
     */
    void load(TableState state) {
        Table known = byTarget.get(state.target());
        if (known != null) {
            if (known.state().generation() != state.generation()) {
                known.rebase(state);
            }
            return;
        }
        byTarget.put(state.target(), new Table(settings, folder, work, state));
    }

    List<Cursor> cursors(Set<String> lanes) {
        List<Cursor> cursors = new ArrayList<>();
        for (Table table : byTarget.values()) {
            table.state().cursors().forEach((lane, position) -> {
                if (lanes.contains(lane)) {
                    cursors.add(new Cursor(table.state().target(), lane, position));
                }
            });
        }
        return cursors;
    }

    private Table table(String target) {
        return byTarget.computeIfAbsent(
                target,
                name -> new Table(
                        settings,
                        folder,
                        work,
                        TableState.empty(name, settings.format().signature())));
    }

    /** Spills the largest tables, if all changes together take more than their memory. */
    void makeRoom() throws IOException {
        long bytes = byTarget.values().stream().mapToLong(Table::bytes).sum();
        if (bytes <= settings.sortMemory()) {
            return;
        }
        List<Table> largestFirst = new ArrayList<>(byTarget.values());
        largestFirst.sort(Comparator.comparingLong(Table::bytes).reversed());
        for (Table table : largestFirst) {
            if (bytes <= settings.sortMemory() / 2) {
                return;
            }
            bytes -= table.bytes();
            table.spill();
        }
    }

    /** Applies events, all or, after an exception, none. */
    void apply(List<ChangeEvent> events) {
        Map<Table, Table.Mark> marks = new LinkedHashMap<>();
        try {
            apply(events, marks);
        } catch (RuntimeException e) {
            marks.forEach(Table::rollback);
            throw e;
        }
        try {
            for (Table table : marks.keySet()) {
                table.discardDropped();
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("temporary files could not be deleted; closing deletes them");
        }
    }

    private void apply(List<ChangeEvent> events, Map<Table, Table.Mark> marks) {
        TableId last = null;
        @Nullable Table table = null;
        for (ChangeEvent event : events) {
            if (table == null || event.table() != last) {
                last = event.table();
                table = table(last.toString());
                if (!marks.containsKey(table)) {
                    table.requireSameOptions();
                    requireOwnFile(table);
                    marks.put(table, table.mark());
                }
            }
            table.apply(event);
        }
    }

    private void requireOwnFile(Table table) {
        for (Table other : byTarget.values()) {
            if (other != table && table.fileName().equalsIgnoreCase(other.heldFile())) {
                throw FileNames.clash(other.state().target(), table.state().target(), table.fileName());
            }
        }
    }

    /**
     * The moves of a commit by their tables.
     *
     * @throws Fatal if a table has changes and no move
     */
    Map<Table, List<Commit.Move>> byTable(List<Commit.Move> moves) {
        Map<Table, List<Commit.Move>> byTable = new LinkedHashMap<>();
        for (Commit.Move move : moves) {
            byTable.computeIfAbsent(table(move.target()), table -> new ArrayList<>())
                    .add(move);
        }
        for (Table table : byTarget.values()) {
            if (table.isChanged() && !byTable.containsKey(table)) {
                throw new Fatal("events of " + table.state().target()
                        + " were written, but the commit does not move its cursor. Nothing was changed");
            }
        }
        return byTable;
    }
}
