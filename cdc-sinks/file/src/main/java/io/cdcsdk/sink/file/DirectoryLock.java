package io.cdcsdk.sink.file;

import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Retryable;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A lock on a file that one sink at a time holds, be it in this process or in another; the end of a process releases it. */
final class DirectoryLock implements Closeable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(1);

    /**
     * The files that this process has locked. Where one is, it must not even be opened: closing any channel of a file releases
     * all of the process's locks on it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** Channels of files that another copy of this class has locked; closing one would release the lock of that copy. */
    private static final Queue<FileChannel> NEVER_CLOSED = new ConcurrentLinkedQueue<>();

    private final Path key;
    private final FileChannel channel;
    private boolean closed;

    private DirectoryLock(Path key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /**
     * Takes the lock, or returns null if somebody else holds it.
     *
     * @throws Fatal if the library was loaded twice in this process and the other copy holds it
     */
    static @Nullable DirectoryLock tryLock(Path path) throws IOException {
        Path key = Objects.requireNonNull(path.getParent(), "directory")
                .toRealPath()
                .resolve(path.getFileName());
        if (!HELD.add(key)) {
            return null;
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            locked = lock != null;
            return locked ? new DirectoryLock(key, channel) : null;
        } catch (OverlappingFileLockException e) {
            NEVER_CLOSED.add(Objects.requireNonNull(channel, "a channel that was opened"));
            channel = null;
            throw new Fatal(
                    path + " is locked by another copy of this library in the same process, loaded by another class"
                            + " loader: let one copy write the directory, or run two processes",
                    e);
        } finally {
            if (!locked) {
                release(key, channel);
            }
        }
    }

    private static void release(Path key, @Nullable FileChannel channel) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            HELD.remove(key);
        }
    }

    /**
     * Takes the lock as soon as nobody else holds it.
     *
     * @throws Retryable if somebody held it for a minute
     */
    static DirectoryLock lock(Path path) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            DirectoryLock lock = tryLock(path);
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new Retryable(path + " has been locked by another sink for " + PATIENCE.toSeconds()
                        + " seconds; locks are held for moments only, so its process may hang: stop it");
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** Releases the lock; a second call does nothing, as the lock may be somebody else's by then. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            release(key, channel);
        }
    }
}
