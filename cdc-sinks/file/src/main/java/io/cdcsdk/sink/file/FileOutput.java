package io.cdcsdk.sink.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** Writes a file through a large buffer and takes its checksum. Not safe for several threads. */
final class FileOutput implements Closeable {
    /** Whether a file must survive the loss of power. */
    enum Durability {
        SYNCED,
        NOT_SYNCED
    }

    private static final int BUFFER = 1 << 18;

    private final Path path;
    private final DiskWatcher watcher;
    private final FileChannel channel;
    private final byte[] buffer = new byte[BUFFER];
    private final CRC32C checksum = new CRC32C();
    private int used;
    private long length;

    FileOutput(Path path, DiskWatcher watcher) throws IOException {
        this.path = path;
        this.watcher = watcher;
        this.channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    void write(byte[] source, int from, int to) throws IOException {
        if (to - from > BUFFER - used) {
            flush();
        }
        if (to - from > BUFFER) {
            put(source, from, to);
        } else {
            System.arraycopy(source, from, buffer, used, to - from);
            used += to - from;
        }
    }

    private void flush() throws IOException {
        put(buffer, 0, used);
        used = 0;
    }

    private void put(byte[] source, int from, int to) throws IOException {
        checksum.update(source, from, to - from);
        ByteBuffer bytes = ByteBuffer.wrap(source, from, to - from);
        while (bytes.hasRemaining()) {
            length += channel.write(bytes);
        }
    }

    /** Ends the file and tells what it holds. */
    Stored finish(Durability durability) throws IOException {
        flush();
        watcher.reached(DiskPoint.AFTER_WRITE, path);
        if (durability == Durability.SYNCED) {
            watcher.reached(DiskPoint.BEFORE_SYNC, path);
            channel.force(true);
            watcher.reached(DiskPoint.AFTER_SYNC, path);
        }
        return new Stored(length, checksum.getValue());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
