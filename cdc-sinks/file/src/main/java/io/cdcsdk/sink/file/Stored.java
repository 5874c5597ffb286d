package io.cdcsdk.sink.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * What a file holds, told short.
 *
 * @param length its bytes
 * @param checksum their CRC-32C
 */
record Stored(long length, long checksum) {
    private static final int BUFFER = 1 << 17;

    /** Whether a file is there and holds just that. */
    boolean isIn(Path path) throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) != length) {
            return false;
        }
        CRC32C actual = new CRC32C();
        byte[] buffer = new byte[BUFFER];
        try (InputStream input = Files.newInputStream(path)) {
            for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
                actual.update(buffer, 0, read);
            }
        }
        return actual.getValue() == checksum;
    }
}
