package io.cdcsdk.sink.file;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One table: what is durable of it, and the changes since. While a snapshot is incomplete all changes go to it, and the file
 * stays as it was. Not safe for several threads.
 */
final class Table {
    /** A point to go back to. */
    record Mark(
            Overlay live,
            Overlay.Mark liveMark,
            @Nullable Overlay staging,
            Overlay.@Nullable Mark stagingMark,
            boolean changed) {}

    private static final Logger LOG = LoggerFactory.getLogger(Table.class);

    private final Settings settings;
    private final StateFolder folder;
    private final WorkFolder work;
    private final String fileName;
    private final List<Overlay> dropped = new ArrayList<>();
    private TableState state;
    private Overlay live;
    private @Nullable Overlay staging;
    private boolean changed;
    private boolean changedBefore;

    Table(Settings settings, StateFolder folder, WorkFolder work, TableState state) {
        this.settings = settings;
        this.folder = folder;
        this.work = work;
        this.fileName = settings.names().of(TableId.parse(state.target()));
        this.state = state;
        this.live = Overlay.on(Overlay.Base.KEPT, settings.format(), work, state.schema());
        this.staging = staging(state);
    }

    private @Nullable Overlay staging(TableState from) {
        TableState.Staged staged = from.staged();
        return staged == null ? null : Overlay.restore(settings.format(), work, staged);
    }

    TableState state() {
        return state;
    }

    String fileName() {
        return fileName;
    }

    /** The name of the file that the table has, or will have by this sink; null if it has none. */
    @Nullable
    String heldFile() {
        TableState.DataFile file = state.file();
        if (file != null) {
            return file.name();
        }
        return changed || changedBefore ? fileName : null;
    }

    /**
     * Makes sure that this sink can go on with the table's file.
     *
     * @throws Fatal if it was written with other options
     */
    void requireSameOptions() {
        requireSameOptions(state);
    }

    private void requireSameOptions(TableState written) {
        String signature = settings.format().signature();
        TableState.DataFile file = written.file();
        if ((file != null || written.staged() != null) && !written.format().equals(signature)) {
            throw new Fatal("table " + written.target() + " in " + folder.directory() + " was written as "
                    + written.format() + ", and the sink is configured as " + signature
                    + ": use the former options, or an empty directory");
        }
        if (file != null && !file.name().equals(fileName)) {
            throw new Fatal("table " + written.target() + " in " + folder.directory() + " was written to '"
                    + file.name() + "', and the option file-name now calls it '" + fileName
                    + "': use the former option, or an empty directory");
        }
    }

    /** Whether events were applied since the last commit. */
    boolean isChanged() {
        return changed;
    }

    long bytes() {
        return live.bytes() + (staging == null ? 0 : staging.bytes());
    }

    /** About how many bytes the next commit writes. */
    long bytesToWrite() {
        long bytes = bytes();
        for (Run run : live.runs()) {
            bytes += run.stored().length();
        }
        return bytes + (state.file() == null ? 0 : state.file().stored().length());
    }

    /** Goes on from a state that another sink has left through other lanes. */
    void rebase(TableState newer) {
        if (changed) {
            requireSameOptions(newer);
        }
        if (changed && !holdsOn(newer)) {
            throw new Fatal("the schema or the snapshot of " + state.target() + " in " + folder.directory()
                    + " was changed by another sink while this one held changes of it: let one sink write all lanes of a"
                    + " table");
        }
        state = newer;
        if (!changed) {
            live = Overlay.on(Overlay.Base.KEPT, settings.format(), work, newer.schema());
            staging = staging(newer);
        }
    }

    /** Whether the changes since the last commit hold on top of another state as well. */
    private boolean holdsOn(TableState other) {
        TableSchema first = live.schemas().isEmpty() ? null : live.schemas().get(0);
        TableSchema theirs = other.schema();
        return Objects.equals(state.staged(), other.staged())
                && (first == null || theirs == null || Layout.same(first, theirs));
    }

    Mark mark() {
        return new Mark(live, live.mark(), staging, staging == null ? null : staging.mark(), changed);
    }

    void rollback(Mark mark) {
        live = mark.live;
        live.rollback(mark.liveMark);
        staging = mark.staging;
        if (mark.staging != null && mark.stagingMark != null) {
            mark.staging.rollback(mark.stagingMark);
        }
        changed = mark.changed;
        dropped.clear();
    }

    void apply(ChangeEvent event) {
        requireKey(event.schema());
        changed = true;
        Overlay target = staging == null ? live : staging;
        if (event instanceof RowChange change) {
            target.apply(change);
        } else if (event instanceof SnapshotStarted started) {
            if (staging != null) {
                dropped.add(staging);
            }
            staging = Overlay.on(Overlay.Base.DROPPED, settings.format(), work, started.schema());
        } else if (event instanceof SnapshotCompleted completed) {
            complete(completed);
        } else if (event instanceof Truncate truncate) {
            truncate(target, truncate.schema());
        } else {
            target.follow(event.schema());
        }
    }

    private static void requireKey(TableSchema schema) {
        if (!schema.hasKey()) {
            throw new Fatal(
                    "table " + schema.table()
                            + " has no key, and the file sink keeps one row for each key: give the table a key, or leave it out");
        }
    }

    private void complete(SnapshotCompleted event) {
        if (staging == null) {
            LOG.atWarn()
                    .addKeyValue("table", event.table())
                    .addKeyValue("position", event.position())
                    .log("a snapshot was completed that had not been started here; nothing is replaced");
            return;
        }
        staging.follow(event.schema());
        dropped.add(live);
        live = staging;
        staging = null;
    }

    private void truncate(Overlay target, TableSchema schema) {
        TableSchema current = target.follow(schema).current().schema();
        Overlay emptied = Overlay.on(Overlay.Base.DROPPED, settings.format(), work, current);
        dropped.add(target);
        if (target == staging) {
            staging = emptied;
        } else {
            live = emptied;
        }
    }

    /** Lets go of what events have made void; there is no going back behind this. */
    void discardDropped() throws IOException {
        for (Overlay overlay : dropped) {
            overlay.discard();
        }
        dropped.clear();
    }

    /** Moves changes from memory to the disk. After an exception they are where they were. */
    void spill() throws IOException {
        live.spill();
        if (staging != null) {
            staging.spill();
        }
    }

    /** Writes everything that a commit needs next to its place, durably. After an exception nothing of it is left. */
    PreparedCommit prepare(Map<String, Position> cursors) throws IOException {
        List<Intent.Move> moves = new ArrayList<>();
        try {
            TableState.DataFile file = state.file();
            if (live.changesFile()) {
                Path temporary = work.next("data");
                Path old = file == null ? null : folder.directory().resolve(file.name());
                Stored stored = live.write(old, file == null ? null : file.stored(), temporary, settings.sortMemory());
                file = new TableState.DataFile(fileName, stored);
                moves.add(new Intent.Move(temporary, folder.directory().resolve(fileName), stored));
            }
            List<TableSchema> schemas = live.schemas();
            TableSchema schema = schemas.isEmpty() ? null : schemas.get(schemas.size() - 1);
            TableState.Staged staged = staging == null ? null : prepareStaged(staging, moves);
            String format = changed ? settings.format().signature() : state.format();
            TableState next = state.next(format, schema, file, cursors, staged);
            Path temporary = work.next("state");
            Stored stored = work.disk().write(temporary, StateFile.bytes(next));
            moves.add(new Intent.Move(temporary, folder.state(state.target()), stored));
            return new PreparedCommit(this, state, next, moves);
        } catch (IOException | RuntimeException e) {
            PreparedCommit.discard(moves, work);
            throw e;
        }
    }

    private TableState.Staged prepareStaged(Overlay snapshot, List<Intent.Move> moves) throws IOException {
        snapshot.spill();
        List<Run> runs = new ArrayList<>();
        for (Run run : snapshot.runs()) {
            if (work.owns(run.path())) {
                work.disk().sync(run.path());
                Path target = folder.run(state.target(), state.generation() + 1, runs.size());
                moves.add(new Intent.Move(run.path(), target, run.stored()));
                runs.add(run.movedTo(target));
            } else {
                runs.add(run);
            }
        }
        return new TableState.Staged(snapshot.schemas(), snapshot.sequence(), snapshot.moves(), runs);
    }

    /** Goes on from a commit that has happened. */
    void committed(TableState next) {
        state = next;
        changedBefore |= changed;
        changed = false;
        Overlay old = live;
        live = Overlay.on(Overlay.Base.KEPT, settings.format(), work, next.schema());
        staging = staging(next);
        try {
            old.discard();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("temporary files could not be deleted; the next start deletes them");
        }
    }
}
