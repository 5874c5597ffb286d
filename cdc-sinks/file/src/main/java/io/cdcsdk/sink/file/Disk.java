package io.cdcsdk.sink.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** The steps that change the disk, each of which a test may watch. */
final class Disk {
    private final DiskWatcher watcher;

    Disk(DiskWatcher watcher) {
        this.watcher = watcher;
    }

    /** Starts a new file. */
    FileOutput create(Path path) throws IOException {
        watcher.reached(DiskPoint.BEFORE_WRITE, path);
        return new FileOutput(path, watcher);
    }

    /** Makes a whole file durable; on an exception there is none. */
    Stored write(Path path, byte[] content) throws IOException {
        try (FileOutput output = create(path)) {
            output.write(content, 0, content.length);
            return output.finish(FileOutput.Durability.SYNCED);
        } catch (IOException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    void sync(Path path) throws IOException {
        watcher.reached(DiskPoint.BEFORE_SYNC, path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        watcher.reached(DiskPoint.AFTER_SYNC, path);
    }

    /** Moves a file over another one, or to a free place, in one step. */
    void rename(Path from, Path to) throws IOException {
        watcher.reached(DiskPoint.BEFORE_RENAME, to);
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        watcher.reached(DiskPoint.AFTER_RENAME, to);
    }

    /** Makes the names in a directory durable; on Windows, which has no such call, it does nothing. */
    void syncDirectory(Path directory) throws IOException {
        watcher.reached(DiskPoint.BEFORE_DIRECTORY_SYNC, directory);
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
        watcher.reached(DiskPoint.AFTER_DIRECTORY_SYNC, directory);
    }

    void delete(Path path) throws IOException {
        watcher.reached(DiskPoint.BEFORE_DELETE, path);
        Files.deleteIfExists(path);
        watcher.reached(DiskPoint.AFTER_DELETE, path);
    }

    /** Deletes a directory and the files in it, if it is there. */
    void deleteDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                delete(file);
            }
        }
        delete(directory);
    }
}
