package io.cdcsdk.runtime.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cdcsdk.api.Configuration;
import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterStore;
import io.cdcsdk.api.InvalidConfiguration;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Keeps dead letters in files of a local disk: a folder for each sink of each pipeline, and in it files of lines that people can
 * read, as {@link io.cdcsdk.format.JsonDeadLetters} shows. Each session appends to files of its own, {@code
 * letters-<session>-<number>.jsonl}; no file is ever written by two, and no lock is held. Where the file system knows owners,
 * only the owner may read them.
 *
 * <p><b>Durable.</b> An append is fsynced once, before it returns. After a crash in the middle of one, readers pass over a last
 * line that has no end. One that fails, as on a full disk, is undone.
 *
 * <p><b>Cleaned.</b> Opening a session reads the log, and deletes the files of which every letter is resolved, once their session
 * has been settled, and the one that settled it in turn: after two restarts at the earliest. The last replay of each target stays.
 *
 * <p><b>By hand.</b> Files may be read and copied at any time. The file {@code salt} belongs to the letters: back both up together.
 */
public final class FileDeadLetterStore implements DeadLetterStore {
    private final Path directory;
    private final long segmentBytes;
    private final Disk disk;
    private final InstantSource clock;

    private FileDeadLetterStore(Path directory, long segmentBytes, Disk disk, InstantSource clock) {
        this.clock = clock;
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.disk = disk;
    }

    /** Starts a store. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A store from options: {@code directory}, which must be set, and {@code segment-bytes}. They mean what the methods of {@link
     * Builder} say.
     *
     * @throws InvalidConfiguration if an option is missing, wrong or unknown; it tells all of them
     */
    public static FileDeadLetterStore fromProperties(Properties properties) {
        Configuration options = Configuration.of(Builder.COMPONENT, properties);
        Builder builder = builder();
        String directory = options.requiredText("directory", "the directory of the dead letters");
        if (directory.isEmpty()) {
            // Noted already.
            builder.directory(Path.of(""));
        } else {
            options.value("directory", builder, "a path", text -> builder.directory(Path.of(text)));
        }
        builder.segmentBytes(options.number("segment-bytes", Builder.DEFAULT_SEGMENT_BYTES, 1));
        return builder.build(options);
    }

    @Override
    public synchronized DeadLetterLog open(String pipeline, String sink) {
        LetterFolder folder = new LetterFolder(directory.resolve(encode(pipeline) + "." + encode(sink)));
        try {
            disk.createDirectories(folder.path());
            byte[] salt = Salt.of(folder, disk);
            LetterCleaner.clean(folder, disk);
            List<SegmentName> segments = folder.segments();
            String last = segments.isEmpty()
                    ? null
                    : segments.get(segments.size() - 1).session();
            String session = SessionName.after(last, clock.instant());
            return new FileDeadLetterLog(session, salt, folder, new SegmentWriter(folder, disk, segmentBytes, session));
        } catch (IOException e) {
            throw Failures.of(e, "open the dead letters in", folder.path());
        }
    }

    /** Leaves no dot: in a folder's name it stands between the parts. */
    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8).replace(".", "%2E");
    }

    /** Options of a store. Not safe for use by several threads. */
    public static final class Builder {
        static final String COMPONENT = "file dead-letter store";
        static final long DEFAULT_SEGMENT_BYTES = 64L << 20;

        private @Nullable Path directory;
        private long segmentBytes = DEFAULT_SEGMENT_BYTES;
        private DiskWatcher watcher = DiskWatcher.NONE;
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /** Sets the directory of all folders, which is made if it does not exist. Must be set. */
        public Builder directory(Path value) {
            directory = value;
            return this;
        }

        /** Sets how large a file may grow before another one is begun; 64 MB by default. An append is never divided. */
        public Builder segmentBytes(long bytes) {
            segmentBytes = bytes;
            return this;
        }

        /** Sets what tells the times in the names of files, which are for people: sessions sort by their beginning all the same. */
        Builder clock(InstantSource value) {
            clock = value;
            return this;
        }

        /** Sets who sees every step that changes the disk. */
        Builder watcher(DiskWatcher value) {
            watcher = value;
            return this;
        }

        /**
         * Builds the store; touches no file.
         *
         * @throws InvalidConfiguration if the directory is missing or an option is wrong; it tells all mistakes
         */
        public FileDeadLetterStore build() {
            return build(Configuration.of(COMPONENT));
        }

        private FileDeadLetterStore build(Configuration mistakes) {
            if (directory == null && mistakes.text("directory") == null) {
                mistakes.mistake("directory", "is missing; expected the directory of the dead letters");
            }
            if (segmentBytes < 1) {
                mistakes.mistake("segment-bytes", segmentBytes + " is less than 1");
            }
            mistakes.throwIfInvalid();
            Path target = directory == null ? Path.of("") : directory;
            return new FileDeadLetterStore(target.toAbsolutePath().normalize(), segmentBytes, new Disk(watcher), clock);
        }
    }
}
