package io.cdcsdk.sink.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Reads a file in blocks, and keeps what has not been used up together in one array that grows where it must. Not safe for
 * several threads.
 */
final class BlockReader implements Closeable {
    private final FileChannel channel;
    private final CRC32C checksum = new CRC32C();
    private byte[] buffer;
    private int from;
    private int limit;
    private long length;

    BlockReader(Path path, int blockBytes) throws IOException {
        channel = FileChannel.open(path, StandardOpenOption.READ);
        buffer = new byte[blockBytes];
    }

    byte[] buffer() {
        return buffer;
    }

    /** Where the unused bytes begin. */
    int from() {
        return from;
    }

    /** Where the unused bytes end. */
    int limit() {
        return limit;
    }

    void use(int bytes) {
        from += bytes;
    }

    /** Reads on behind the unused bytes, which may move to the beginning of another array; false at the end of the file. */
    boolean fill() throws IOException {
        byte[] target = limit - from > buffer.length / 2 ? new byte[2 * buffer.length] : buffer;
        System.arraycopy(buffer, from, target, 0, limit - from);
        buffer = target;
        limit -= from;
        from = 0;
        int read = channel.read(ByteBuffer.wrap(buffer, limit, buffer.length - limit));
        if (read <= 0) {
            return false;
        }
        checksum.update(buffer, limit, read);
        limit += read;
        length += read;
        return true;
    }

    /** Makes sure that at least some bytes are unused; false if the file has less. */
    boolean require(int bytes) throws IOException {
        if (bytes > buffer.length) {
            buffer = Arrays.copyOf(buffer, bytes);
        }
        while (limit - from < bytes) {
            if (!fill()) {
                return false;
            }
        }
        return true;
    }

    /** What has been read until now. */
    Stored stored() {
        return new Stored(length, checksum.getValue());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
