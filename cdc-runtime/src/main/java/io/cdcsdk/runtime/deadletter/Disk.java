package io.cdcsdk.runtime.deadletter;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;

/** The steps that change the disk. What it creates is for its owner alone, where the file system knows owners. */
final class Disk {
    /** How much is written in one step. */
    static final int PIECE = 1 << 16;

    private static final FileAttribute<?>[] NO_ATTRIBUTES = {};

    private final DiskWatcher watcher;

    Disk(DiskWatcher watcher) {
        this.watcher = watcher;
    }

    /**
     * A new, empty file, open for writing. Not a channel: an interrupt of the thread would close that in the middle of a write,
     * and nothing could be undone.
     *
     * @throws java.nio.file.FileAlreadyExistsException if it exists
     */
    RandomAccessFile create(Path path) throws IOException {
        watcher.reached(DiskPoint.BEFORE_CREATE, path);
        Files.createFile(path, ownerOnly(path, "rw-------"));
        watcher.reached(DiskPoint.AFTER_CREATE, path);
        return new RandomAccessFile(path.toFile(), "rw");
    }

    /** Writes at the file's place. */
    void write(RandomAccessFile file, Path path, byte[] bytes) throws IOException {
        for (int done = 0; done < bytes.length; done += PIECE) {
            watcher.reached(DiskPoint.BEFORE_WRITE, path);
            file.write(bytes, done, Math.min(PIECE, bytes.length - done));
            watcher.reached(DiskPoint.AFTER_WRITE, path);
        }
    }

    void sync(RandomAccessFile file, Path path) throws IOException {
        watcher.reached(DiskPoint.BEFORE_SYNC, path);
        file.getFD().sync();
        watcher.reached(DiskPoint.AFTER_SYNC, path);
    }

    void truncate(RandomAccessFile file, Path path, long size) throws IOException {
        watcher.reached(DiskPoint.BEFORE_TRUNCATE, path);
        file.setLength(size);
        file.seek(size);
        file.getFD().sync();
        watcher.reached(DiskPoint.AFTER_TRUNCATE, path);
    }

    /** Gives a file a second name, unless there is a file of that name. */
    void link(Path from, Path to) throws IOException {
        watcher.reached(DiskPoint.BEFORE_LINK, to);
        try {
            Files.createLink(to, from);
        } catch (FileAlreadyExistsException e) {
            // Another one was faster: its file holds.
        } catch (NoSuchFileException e) {
            // Another one was faster, and has deleted this one as left over.
            if (!Files.exists(to)) {
                throw e;
            }
        } catch (UnsupportedOperationException e) {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }
        watcher.reached(DiskPoint.AFTER_LINK, to);
    }

    void delete(Path path) throws IOException {
        watcher.reached(DiskPoint.BEFORE_DELETE, path);
        Files.deleteIfExists(path);
        watcher.reached(DiskPoint.AFTER_DELETE, path);
    }

    /** Makes a directory and those above it, durably. */
    void createDirectories(Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path path = directory; path != null && !Files.isDirectory(path); path = path.getParent()) {
            missing.push(path);
        }
        Files.createDirectories(directory, ownerOnly(directory, "rwx------"));
        for (Path path : missing) {
            Path parent = path.getParent();
            if (parent != null) {
                syncDirectory(parent);
            }
        }
    }

    /** Makes the names in a directory durable; on Windows, which has no such call, it does nothing. */
    void syncDirectory(Path directory) throws IOException {
        watcher.reached(DiskPoint.BEFORE_DIRECTORY_SYNC, directory);
        if (knowsOwners(directory)) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
        watcher.reached(DiskPoint.AFTER_DIRECTORY_SYNC, directory);
    }

    private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
        return knowsOwners(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : NO_ATTRIBUTES;
    }

    private static boolean knowsOwners(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
