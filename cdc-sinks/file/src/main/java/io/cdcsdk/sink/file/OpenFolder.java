package io.cdcsdk.sink.file;

import io.cdcsdk.api.Configuration;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The state folder while a sink is open: its lock, its work folder, and the repair of what crashes left behind. The work folder
 * has a lock file beside it that is held while the sink lives, so that others tell the folders of the living from those of the
 * dead.
 */
final class OpenFolder implements Closeable {
    /** Something to do while nobody else changes the directory. */
    interface Action<T> {
        T run() throws IOException;
    }

    private final StateFolder folder;
    private final Disk disk;
    private final WorkFolder work;
    private final DirectoryLock alive;

    private OpenFolder(StateFolder folder, Disk disk, WorkFolder work, DirectoryLock alive) {
        this.folder = folder;
        this.disk = disk;
        this.work = work;
        this.alive = alive;
    }

    /** Creates what is missing, finishes or undoes interrupted commits, and deletes what the dead have left. */
    static OpenFolder open(StateFolder folder, Disk disk) throws IOException {
        createDirectories(folder, disk);
        String name = UUID.randomUUID().toString();
        Path directory = folder.work().resolve(name);
        DirectoryLock lock = DirectoryLock.lock(folder.lock());
        try (lock) {
            recoverIntents(folder, disk);
            deleteWorkOfTheDead(folder, disk);
            deleteOrphans(folder, disk);
            DirectoryLock alive = DirectoryLock.tryLock(folder.work().resolve(name + StateFolder.LOCK_ENDING));
            if (alive == null) {
                throw new IOException("the new folder " + directory + " is locked by somebody else");
            }
            try {
                Files.createDirectory(directory);
                disk.syncDirectory(folder.work());
            } catch (IOException e) {
                alive.close();
                throw e;
            }
            return new OpenFolder(folder, disk, new WorkFolder(directory, disk), alive);
        }
    }

    private static void createDirectories(StateFolder folder, Disk disk) throws IOException {
        Path directory = folder.directory();
        Path parent = directory.toAbsolutePath().getParent();
        Configuration configuration = Configuration.of("file sink");
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            configuration.mistake("directory", "'" + directory + "' is not a directory");
        } else if (!Files.exists(directory) && (parent == null || !Files.isDirectory(parent))) {
            configuration.mistake(
                    "directory", "neither '" + directory + "' nor its parent exists; create the parent directory");
        } else {
            try {
                if (parent != null && !Files.exists(directory)) {
                    Files.createDirectories(directory);
                    disk.syncDirectory(parent);
                }
                for (Path part : List.of(folder.tables(), folder.lanes(), folder.runs(), folder.work())) {
                    Files.createDirectories(part);
                }
                // Also where they were there already: whoever created them may have died before syncing them.
                disk.syncDirectory(directory);
                disk.syncDirectory(folder.root());
            } catch (IOException e) {
                if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
                    configuration.mistake("directory", "'" + directory + "' cannot be written: " + e);
                } else {
                    throw e;
                }
            }
        }
        configuration.throwIfInvalid();
    }

    private static void recoverIntents(StateFolder folder, Disk disk) throws IOException {
        for (Path record : list(folder.tables(), StateFolder.INTENT_ENDING)) {
            Intent.recover(record, folder, disk);
        }
    }

    private static void deleteWorkOfTheDead(StateFolder folder, Disk disk) throws IOException {
        Set<String> living = new HashSet<>();
        for (Path file : list(folder.work(), StateFolder.LOCK_ENDING)) {
            String name = file.getFileName().toString();
            String owner = name.substring(0, name.length() - StateFolder.LOCK_ENDING.length());
            DirectoryLock lock = DirectoryLock.tryLock(file);
            if (lock == null) {
                living.add(owner);
                continue;
            }
            try (lock) {
                disk.deleteDirectory(folder.work().resolve(owner));
                disk.delete(file);
            }
        }
        for (Path directory : list(folder.work(), "")) {
            if (Files.isDirectory(directory)
                    && !living.contains(directory.getFileName().toString())) {
                disk.deleteDirectory(directory);
            }
        }
    }

    private static void deleteOrphans(StateFolder folder, Disk disk) throws IOException {
        Set<Path> named = new HashSet<>();
        for (TableState state : readStates(folder)) {
            state.runs().forEach(run -> named.add(run.path()));
        }
        for (Path run : list(folder.runs(), "")) {
            if (!named.contains(run)) {
                disk.delete(run);
            }
        }
    }

    private static List<TableState> readStates(StateFolder folder) throws IOException {
        List<TableState> states = new ArrayList<>();
        for (Path path : list(folder.tables(), StateFolder.STATE_ENDING)) {
            states.add(StateFile.readState(path, folder));
        }
        return states;
    }

    private static List<Path> list(Path directory, String ending) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    WorkFolder work() {
        return work;
    }

    /** Does something while nobody else changes the directory, after finishing what somebody's crash has interrupted. */
    <T> T locked(Action<T> action) throws IOException {
        DirectoryLock lock = DirectoryLock.lock(folder.lock());
        try (lock) {
            recoverIntents(folder, disk);
            return action.run();
        }
    }

    /** The states of all tables. */
    List<TableState> states() throws IOException {
        return readStates(folder);
    }

    /** Deletes the work folder, unless it is needed to finish an interrupted commit; then the next start deletes it. */
    @Override
    public void close() throws IOException {
        try (alive) {
            locked(() -> {
                disk.deleteDirectory(work.directory());
                disk.delete(folder.work().resolve(work.directory().getFileName() + StateFolder.LOCK_ENDING));
                return true;
            });
        }
    }
}
