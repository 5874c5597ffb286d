package io.cdcsdk.runtime.deadletter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a file that end with a line feed; what follows the last one was not written to its end. */
final class Lines implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final InputStream input;
    private final byte[] buffer = new byte[BUFFER];
    private int start;
    private int end;
    private long number;

    Lines(Path file) throws IOException {
        input = Files.newInputStream(file);
    }

    /** The number of the line that was read last, from 1. */
    long number() {
        return number;
    }

    /**
     * The next line without its line feed, or null if there is none.
     *
     * @throws CharacterCodingException if it is not UTF-8
     */
    @Nullable
    String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            for (int i = start; i < end; i++) {
                if (buffer[i] == '\n') {
                    line.write(buffer, start, i - start);
                    start = i + 1;
                    number++;
                    return StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(line.toByteArray()))
                            .toString();
                }
            }
            line.write(buffer, start, end - start);
            start = 0;
            end = input.read(buffer);
            if (end < 0) {
                end = 0;
                return null;
            }
        }
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
