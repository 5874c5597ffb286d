package io.cdcsdk.sink.file;

import java.io.IOException;
import java.nio.file.Path;

/** A folder of one open sink for files that nobody else reads. Not safe for several threads. */
final class WorkFolder {
    private final Path directory;
    private final Disk disk;
    private long files;

    WorkFolder(Path directory, Disk disk) {
        this.directory = directory;
        this.disk = disk;
    }

    Path directory() {
        return directory;
    }

    Disk disk() {
        return disk;
    }

    /** A path that has not been used before. */
    Path next(String ending) {
        return directory.resolve(files++ + "." + ending);
    }

    boolean owns(Path path) {
        return directory.equals(path.getParent());
    }

    /** Deletes a file if it is one of this folder. */
    void discard(Path path) throws IOException {
        if (owns(path)) {
            disk.delete(path);
        }
    }
}
