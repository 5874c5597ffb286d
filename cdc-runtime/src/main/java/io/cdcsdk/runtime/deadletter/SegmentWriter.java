package io.cdcsdk.runtime.deadletter;

import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.format.JsonDeadLetters;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends the records of one session to its segments. Nobody else writes to them. Not safe for use by several threads.
 *
 * <p>A session always has a file, from its beginning on, and goes on only as long as that exists: so one that was cleaned away
 * never comes back, and nobody needs to remember that it was settled.
 */
final class SegmentWriter implements AutoCloseable {
    private final LetterFolder folder;
    private final Disk disk;
    private final long segmentBytes;
    private SegmentName segment;
    private SegmentName lastTried;
    private RandomAccessFile file;
    private long end;
    private long records;
    private boolean unfinished;
    private @Nullable Fatal broken;

    /** Begins a session. */
    SegmentWriter(LetterFolder folder, Disk disk, long segmentBytes, String session) throws IOException {
        this.folder = folder;
        this.disk = disk;
        this.segmentBytes = segmentBytes;
        segment = new SegmentName(session, 1);
        lastTried = segment;
        file = start(folder, disk, segment, 0);
        end = file.getFilePointer();
    }

    private static byte[] header(SegmentName segment, long first) {
        return (JsonDeadLetters.write(new JsonDeadLetters.Header(segment.session(), first)) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** A new segment with its header, durable; on an exception there is none. */
    private static RandomAccessFile start(LetterFolder folder, Disk disk, SegmentName segment, long first)
            throws IOException {
        Path path = segment.in(folder.path());
        RandomAccessFile created = disk.create(path);
        try {
            disk.write(created, path, header(segment, first));
            disk.sync(created, path);
            disk.syncDirectory(folder.path());
            return created;
        } catch (IOException e) {
            discard(created, path);
            throw e;
        }
    }

    /** A file that cannot be removed holds no record, and does no harm. */
    private static void discard(RandomAccessFile file, Path path) throws IOException {
        file.close();
        Files.deleteIfExists(path);
    }

    /** Appends records, durably; see {@link io.cdcsdk.api.DeadLetterLog#append}. */
    void append(List<DeadLetterRecord> batch) {
        if (broken != null) {
            throw new Fatal(String.valueOf(broken.getMessage()), broken);
        }
        StringBuilder text = new StringBuilder();
        for (DeadLetterRecord record : batch) {
            JsonDeadLetters.append(text, record);
            text.append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        undoUnfinished(null);
        requireNotRemoved();
        if (end > segmentBytes && records > 0) {
            rotate();
        }
        write(bytes);
        records += batch.size();
    }

    private void write(byte[] bytes) {
        Path path = segment.in(folder.path());
        unfinished = true;
        try {
            disk.write(file, path, bytes);
            disk.sync(file, path);
        } catch (IOException e) {
            undoUnfinished(e);
            throw Failures.of(e, "append dead letters to", path);
        }
        end += bytes.length;
        unfinished = false;
    }

    /** Takes back what an append that failed has left, so that it may be repeated. */
    private void undoUnfinished(@Nullable IOException failure) {
        if (!unfinished) {
            return;
        }
        Path path = segment.in(folder.path());
        try {
            disk.truncate(file, path, end);
            unfinished = false;
        } catch (IOException e) {
            if (failure != null) {
                e.addSuppressed(failure);
            }
            broken = new Fatal(
                    "appending dead letters to " + path + " failed, and so did cutting the file off at byte " + end
                            + ", where they begin: this session can append no more. Look after the disk and start again",
                    e);
            throw broken;
        }
    }

    private void requireNotRemoved() {
        if (!Files.exists(segment.in(folder.path()))) {
            throw removed();
        }
    }

    private Fatal removed() {
        broken = new Fatal(segment.in(folder.path())
                + " has been removed: a later session has taken over, and this process must stop");
        return broken;
    }

    private void rotate() {
        lastTried = lastTried.next();
        Path path = lastTried.in(folder.path());
        try {
            RandomAccessFile created = start(folder, disk, lastTried, records);
            // Only if the old one is there now, nobody has taken the session for gone before it got its new file.
            if (!Files.exists(segment.in(folder.path()))) {
                discard(created, path);
                throw removed();
            }
            RandomAccessFile old = file;
            file = created;
            end = created.getFilePointer();
            segment = lastTried;
            old.close();
        } catch (IOException e) {
            throw Failures.of(e, "create the next file of dead letters,", path);
        }
    }

    /** Ends the session. One that has appended nothing leaves no file. */
    @Override
    public void close() throws IOException {
        file.close();
        if (records == 0) {
            disk.delete(segment.in(folder.path()));
        }
    }
}
