package io.cdcsdk.sink.file;

import io.cdcsdk.api.Fatal;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the lines of a table's file as the last commit left it, in the order of their keys; each line is shown in the
 * current schema. Not safe for several threads.
 */
final class BaseLines implements Closeable {
    private static final int BLOCK = 1 << 18;

    private final Path path;
    private final Stored expected;
    private final BlockReader reader;
    private final Layout layout;
    private final KeyReader keys;
    private final @Nullable ImageConverter converter;
    private final Bytes converted = new Bytes();
    private final Bytes key = new Bytes();
    private final int headerBytes;
    private boolean started;
    private int lineBytes;

    /** Lines of a file whose schema is the first of the history. */
    BaseLines(Path path, Stored expected, SchemaHistory history) throws IOException {
        this.path = path;
        this.expected = expected;
        this.layout = history.layout(0);
        this.keys = new KeyReader(layout);
        this.converter = history.currentIndex() == 0 ? null : history.converter(0);
        this.headerBytes = layout.header().length;
        this.reader = new BlockReader(path, BLOCK);
    }

    /** Goes to the next line; false at the end, where the file is checked to be the one that was expected. */
    boolean next() throws IOException {
        if (!started) {
            started = true;
            reader.require(headerBytes);
            reader.use(Math.min(headerBytes, reader.limit() - reader.from()));
        }
        reader.use(lineBytes);
        lineBytes = 0;
        int end = layout.split(reader.buffer(), reader.from(), reader.limit());
        while (end < 0) {
            if (!reader.fill()) {
                checkFile();
                return false;
            }
            end = layout.split(reader.buffer(), reader.from(), reader.limit());
        }
        lineBytes = end - reader.from();
        key.truncate(0);
        keys.append(reader.buffer(), key);
        if (converter != null) {
            converted.truncate(0);
            converter.appendLine(reader.buffer(), reader.from(), end, converted);
        }
        return true;
    }

    private void checkFile() {
        if (!reader.stored().equals(expected)) {
            throw new Fatal(path + " is not as the last commit left it (" + expected.length() + " bytes); now "
                    + reader.stored().length()
                    + " bytes were read. Somebody else has changed it while the sink was open: put the file back, or take a"
                    + " new snapshot into an empty directory");
        }
    }

    Bytes key() {
        return key;
    }

    byte[] array() {
        return converter == null ? reader.buffer() : converted.array();
    }

    int from() {
        return converter == null ? reader.from() : 0;
    }

    int to() {
        return converter == null ? reader.from() + lineBytes : converted.length();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
