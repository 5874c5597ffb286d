package io.cdcsdk.sink.file;

import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.OutcomeUnknown;
import io.cdcsdk.api.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One commit: writes the new files without holding up anybody, then checks the claims and the cursors under the directory's
 * lock and moves the files into their places, table by table. Not safe for several threads.
 */
final class Committer {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

    /** Somebody may commit other lanes of a table meanwhile, and then it is written again; not for ever. */
    private static final int ATTEMPTS = 5;

    private final StateFolder folder;
    private final OpenFolder open;
    private final Claims claims;
    private final Set<String> lanes;
    private final Map<Table, List<Commit.Move>> moves;

    Committer(
            StateFolder folder,
            OpenFolder open,
            Claims claims,
            Set<String> lanes,
            Map<Table, List<Commit.Move>> moves) {
        this.folder = folder;
        this.open = open;
        this.claims = claims;
        this.lanes = lanes;
        this.moves = moves;
    }

    void commit() {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (attempt()) {
                return;
            }
        }
        throw new Fatal(
                "the tables in " + folder.directory()
                        + " are written all the time by another sink through other lanes: let one sink write all lanes of a table");
    }

    /** Commits; false if somebody else was faster, and everything has to be written again. */
    private boolean attempt() {
        List<PreparedCommit> prepared = new ArrayList<>();
        List<Table> pending = pending();
        try {
            for (Table table : pending) {
                prepared.add(prepare(table));
            }
        } catch (IOException e) {
            discard(prepared);
            long bytes = moves.keySet().stream().mapToLong(Table::bytesToWrite).sum();
            return yieldOrThrow(DiskFailure.of(e, "the commit", folder.directory(), bytes));
        } catch (RuntimeException e) {
            discard(prepared);
            return yieldOrThrow(e);
        }
        List<PreparedCommit> published = new ArrayList<>();
        try {
            return open.locked(() -> publish(prepared, published));
        } catch (IOException e) {
            discard(prepared.subList(published.size(), prepared.size()));
            throw DiskFailure.of(e, "the commit", folder.directory());
        } catch (OutcomeUnknown e) {
            throw e;
        } catch (RuntimeException e) {
            discard(prepared.subList(published.size(), prepared.size()));
            throw e;
        }
    }

    private List<Table> pending() {
        try {
            return open.locked(this::check);
        } catch (IOException e) {
            throw DiskFailure.of(e, "the commit", folder.directory());
        }
    }

    /**
     * Finds out whether a failure only shows that somebody else has replaced the files meanwhile: false if that was the owner of
     * other lanes.
     *
     * @throws LaneLost if it was the new owner of these lanes
     */
    private boolean yieldOrThrow(RuntimeException failure) {
        boolean overtaken = false;
        try {
            overtaken = open.locked(() -> {
                claims.check(lanes);
                for (Table table : moves.keySet()) {
                    if (hasMoved(table)) {
                        return true;
                    }
                }
                return false;
            });
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        if (!overtaken) {
            throw failure;
        }
        return false;
    }

    private boolean hasMoved(Table table) throws IOException {
        TableState onDisk = onDisk(table);
        return onDisk != null && onDisk.generation() != table.state().generation();
    }

    /**
     * The durable state of a table, or null where it was never committed.
     *
     * @throws Fatal if it was, and the state is no longer there
     */
    private @Nullable TableState onDisk(Table table) throws IOException {
        TableState known = table.state();
        Path path = folder.state(known.target());
        if (Files.exists(path)) {
            return StateFile.readState(path, folder);
        }
        if (known.generation() > 0) {
            throw new Fatal(path + ", which holds the cursors and the schema of " + known.target()
                    + ", was removed by somebody else while the sink was open. Nothing was changed: put it back from a"
                    + " backup together with the whole directory, or take a new snapshot into an empty directory");
        }
        return null;
    }

    /** Checks claims and cursors, and returns the tables that have not been committed by an earlier call. */
    private List<Table> check() throws IOException {
        claims.check(lanes);
        List<Table> pending = new ArrayList<>();
        for (Map.Entry<Table, List<Commit.Move>> entry : moves.entrySet()) {
            Table table = entry.getKey();
            TableState onDisk = onDisk(table);
            if (onDisk != null && onDisk.generation() != table.state().generation()) {
                table.rebase(onDisk);
            }
            if (!isDone(table, entry.getValue())) {
                requireStart(table, entry.getValue());
                pending.add(table);
            }
        }
        return pending;
    }

    private boolean isDone(Table table, List<Commit.Move> wanted) {
        Map<String, Position> cursors = table.state().cursors();
        return !table.isChanged() && wanted.stream().allMatch(move -> move.to().equals(cursors.get(move.lane())));
    }

    private void requireStart(Table table, List<Commit.Move> wanted) {
        for (Commit.Move move : wanted) {
            Position stored = table.state().cursors().get(move.lane());
            if (!Objects.equals(stored, move.from())) {
                throw new Fatal("the cursor of " + move.target() + " in lane '" + move.lane() + "' stands at " + stored
                        + " in " + folder.directory() + ", not at " + move.from()
                        + " from where it was to be moved. Nothing was changed; restart the pipeline, which reads the"
                        + " cursors again");
            }
        }
    }

    private PreparedCommit prepare(Table table) throws IOException {
        Map<String, Position> cursors = new TreeMap<>();
        for (Commit.Move move : Objects.requireNonNull(moves.get(table))) {
            cursors.put(move.lane(), move.to());
        }
        return table.prepare(cursors);
    }

    /** Moves everything into place; false if that has to be prepared anew. */
    private boolean publish(List<PreparedCommit> prepared, List<PreparedCommit> published) throws IOException {
        claims.check(lanes);
        for (int i = 0; i < prepared.size(); i++) {
            PreparedCommit commit = prepared.get(i);
            TableState onDisk = onDisk(commit.table());
            if (onDisk == null || onDisk.generation() == commit.previous().generation()) {
                continue;
            }
            if (!commit.isOneStep()) {
                discard(prepared);
                return false;
            }
            commit.discard(open.work());
            prepared.set(i, prepareAgain(commit.table(), onDisk));
        }
        requireFreeNames(prepared);
        if (!prepared.isEmpty()) {
            open.work().disk().syncDirectory(open.work().directory());
        }
        for (PreparedCommit commit : prepared) {
            publish(commit);
            published.add(commit);
            commit.finish(open.work().disk());
        }
        return true;
    }

    /**
     * Prepares a table of which only the state is written, with everybody else held up. The watermarks of all lanes are in one
     * state, so that neighbours always meet there; it would be a pity to write the tables again for that.
     */
    private PreparedCommit prepareAgain(Table table, TableState onDisk) throws IOException {
        table.rebase(onDisk);
        requireStart(table, Objects.requireNonNull(moves.get(table)));
        return prepare(table);
    }

    /** Refuses new files that are called like those of other tables, which this sink may not even know, or of other programs. */
    private void requireFreeNames(List<PreparedCommit> prepared) throws IOException {
        Map<String, String> newFiles = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (PreparedCommit commit : prepared) {
            TableState.DataFile file = commit.next().file();
            if (file != null && commit.previous().file() == null) {
                newFiles.put(file.name(), commit.next().target());
            }
        }
        for (TableState state : newFiles.isEmpty() ? List.<TableState>of() : open.states()) {
            TableState.DataFile taken = state.file();
            String target = taken == null ? null : newFiles.get(taken.name());
            if (taken != null && target != null) {
                throw FileNames.clash(state.target(), target, taken.name());
            }
        }
        for (Map.Entry<String, String> added : newFiles.entrySet()) {
            if (Files.exists(folder.directory().resolve(added.getKey()))) {
                throw new Fatal("table " + added.getValue() + " would be written to '" + added.getKey() + "' in "
                        + folder.directory() + ", and a file of that name is there that this sink did not write: "
                        + "move it away, or choose another directory or file-name. Nothing was changed");
            }
        }
    }

    private void publish(PreparedCommit commit) throws IOException {
        Disk disk = open.work().disk();
        Intent intent = commit.intent();
        Path temporary = open.work().next("intent");
        Path record = folder.intent(commit.next().target());
        if (!commit.isOneStep()) {
            disk.write(temporary, intent.bytes(folder));
        }
        // From the next rename on the commit may have happened, and only the files tell.
        try {
            if (!commit.isOneStep()) {
                disk.rename(temporary, record);
                disk.syncDirectory(folder.tables());
            }
            intent.perform(disk);
            if (!commit.isOneStep()) {
                disk.delete(record);
            }
        } catch (IOException e) {
            throw new OutcomeUnknown(
                    "the commit of " + commit.next().target() + " in " + folder.directory()
                            + " was interrupted after it had begun: " + e + ". Opening the directory again finishes it",
                    e);
        }
    }

    private void discard(List<PreparedCommit> commits) {
        for (PreparedCommit commit : commits) {
            try {
                commit.discard(open.work());
            } catch (IOException e) {
                LOG.atDebug()
                        .setCause(e)
                        .log("temporary files could not be deleted; closing or the next start deletes them");
            }
        }
    }
}
