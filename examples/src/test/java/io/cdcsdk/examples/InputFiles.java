package io.cdcsdk.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Input that the source takes at once: files that have just been written might not be complete, and are waited for. */
final class InputFiles {
    private InputFiles() {}

    /** Writes a file that seems to be an hour old, and appears whole. */
    static void write(Path file, String... lines) throws IOException {
        Path unfinished = file.resolveSibling("." + file.getFileName());
        Files.write(unfinished, List.of(lines));
        age(unfinished);
        Files.move(unfinished, file);
    }

    /** Makes a file seem an hour old. */
    static void age(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    }
}
