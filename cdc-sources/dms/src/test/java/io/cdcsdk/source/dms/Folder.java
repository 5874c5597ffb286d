package io.cdcsdk.source.dms;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes the files that a test's source reads. */
record Folder(Path root) {
    Path write(String path, String... lines) throws IOException {
        return bytes(path, text(lines).getBytes(StandardCharsets.UTF_8));
    }

    Path gzip(String path, String... lines) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text(lines).getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    Path bytes(String path, byte[] content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private static String text(String... lines) {
        return lines.length == 0 ? "" : String.join("\n", lines) + "\n";
    }
}
