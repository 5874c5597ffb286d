package io.cdcsdk.sink.file;

import io.cdcsdk.api.Fatal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A commit of one table that is about to happen: complete, durable files and the places to which they go. Once the record of it
 * is durable the commit has happened, and whoever finds the record finishes it.
 *
 * @param target the name of the target
 * @param generation the generation of the table's state to come
 * @param moves the files in the order of their moves; the table's state is the last
 */
record Intent(String target, long generation, List<Move> moves) {
    /** One file, what it holds, and where it goes. */
    record Move(Path from, Path to, Stored stored) {}

    Intent {
        moves = List.copyOf(moves);
    }

    byte[] bytes(StateFolder folder) throws IOException {
        List<Object> list = new ArrayList<>();
        for (Move move : moves) {
            Map<String, Object> tree = StateFile.tree(folder.relative(move.to), move.stored);
            tree.put("from", folder.relative(move.from));
            list.add(tree);
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("version", StateFile.VERSION);
        tree.put("target", target);
        tree.put("generation", generation);
        tree.put("moves", list);
        return JsonTree.write(tree);
    }

    static Intent read(Path path, StateFolder folder) throws IOException {
        JsonTree tree = StateFile.read(path);
        try {
            List<Move> moves = new ArrayList<>();
            for (JsonTree move : tree.objects("moves")) {
                moves.add(new Move(
                        folder.directory().resolve(move.text("from")),
                        folder.directory().resolve(move.text("name")),
                        StateFile.stored(move)));
            }
            return new Intent(tree.text("target"), tree.number("generation"), moves);
        } catch (IOException e) {
            throw StateFile.damaged(path, e);
        }
    }

    /** Makes the moves, directories synced before the state follows the data. */
    void perform(Disk disk) throws IOException {
        Set<Path> directories = new LinkedHashSet<>();
        for (Move move : moves.subList(0, moves.size() - 1)) {
            performMove(move, disk);
            directories.add(directoryOf(move));
        }
        for (Path directory : directories) {
            disk.syncDirectory(directory);
        }
        Move last = moves.get(moves.size() - 1);
        performMove(last, disk);
        disk.syncDirectory(directoryOf(last));
    }

    private static Path directoryOf(Move move) {
        return Objects.requireNonNull(move.to.getParent(), "a place in the directory");
    }

    private static void performMove(Move move, Disk disk) throws IOException {
        if (Files.exists(move.from)) {
            disk.rename(move.from, move.to);
        }
    }

    /** Whether every file is complete, where it was or where it goes. */
    boolean canBePerformed() throws IOException {
        for (Move move : moves) {
            boolean there = Files.exists(move.from) ? move.stored.isIn(move.from) : move.stored.isIn(move.to);
            if (!there) {
                return false;
            }
        }
        return true;
    }

    /** Whether no file has been moved: each one's source is there, if incomplete, or neither source nor result is. */
    boolean isUntouched() throws IOException {
        for (Move move : moves) {
            if (!Files.exists(move.from) && move.stored.isIn(move.to)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Finishes what a crash interrupted, or drops it if it had not begun. A record may also come back after a loss of power that
     * had been finished and deleted; then the state is as new or newer.
     *
     * @throws Fatal if it had begun and files are missing
     */
    static void recover(Path record, StateFolder folder, Disk disk) throws IOException {
        Intent intent = read(record, folder);
        Path state = folder.state(intent.target);
        boolean done = Files.exists(state) && StateFile.readState(state, folder).generation() >= intent.generation;
        if (!done && intent.canBePerformed()) {
            intent.perform(disk);
        } else if (!done && !intent.isUntouched()) {
            throw new Fatal("the last commit of " + intent.target + " in " + folder.directory()
                    + " was interrupted, and files of it were removed since by somebody else: put the directory back from"
                    + " a backup, or take a new snapshot into an empty directory");
        }
        disk.delete(record);
    }
}
