package io.cdcsdk.source.dms;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Undecodable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One lane: reads its files one after the other, each up to its end, and knows how far it is. */
abstract class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final String name;
    private final DmsStorage storage;
    private final CsvFormat format;
    final ReadRules rules;
    final FolderFiles files;
    private @Nullable Position progress;
    private @Nullable RecordHandler handler;
    private @Nullable RecordFile open;
    private boolean halted;

    Lane(String name, DmsStorage storage, FolderScan scan, CsvFormat format, ReadRules rules) {
        this.name = name;
        this.storage = storage;
        this.format = format;
        this.rules = rules;
        this.files = new FolderFiles(storage, scan, name, rules);
    }

    final String name() {
        return name;
    }

    /**
     * Sets where to go on.
     *
     * @param cursor what the targets have, or null if they have nothing
     * @throws Fatal if this source did not write the cursor, or wrote it in a later epoch
     */
    final void resume(@Nullable Position cursor) {
        if (cursor == null || cursor.epoch() < rules.epoch()) {
            progress = null;
            return;
        }
        if (cursor.epoch() > rules.epoch()) {
            throw new Fatal("lane " + name + " has been read in epoch " + cursor.epoch() + ", and the option epoch is "
                    + rules.epoch() + ": set it to " + cursor.epoch());
        }
        char phase = cursor.path().isEmpty() ? ' ' : cursor.path().charAt(0);
        if (phase < '0' || phase > '2') {
            throw new Fatal("the position '" + cursor + "' of lane " + name + " was not written by a DMS file source; "
                    + rules.howToStartOver());
        }
        progress = cursor;
        LOG.atInfo().addKeyValue("lane", name).addKeyValue("after", cursor).log("The lane is resumed");
    }

    /** How far the lane was read, or null if nothing of it was. */
    final @Nullable Position progress() {
        return progress;
    }

    final void refresh() {
        if (!halted) {
            files.refresh(progress);
        }
    }

    /** Reads no further. */
    final void halt() {
        halted = true;
        close();
    }

    final boolean isHalted() {
        return halted;
    }

    /** Goes on behind the record that {@link #next} failed at; null if it is not known where the next one begins. */
    final @Nullable Undecodable skip() {
        RecordFile file = open;
        if (file == null || !file.mayPass()) {
            return null;
        }
        String message = file.fault();
        String content = file.content();
        file.pass();
        Position position = Objects.requireNonNull(handler).resumeAfter();
        progress = position;
        return new Undecodable(name, position, EventBatch.Boundary.TRANSACTION_END, message, content);
    }

    /** Whether a file is there to be read now. */
    final boolean isReady() {
        return !halted && files.next() != null;
    }

    /** Whether a file is there that may be read later. */
    final boolean isWaiting() {
        return !halted && files.isWaiting();
    }

    /** Whether a file is open: it is read to its end before the folder is looked at again. */
    final boolean isReading() {
        return open != null;
    }

    /** The next events, or null if there are none before the folder is looked at again. */
    final @Nullable EventBatch next() {
        if (halted) {
            return null;
        }
        try {
            return nextOrUnfinished();
        } catch (UnfinishedFile e) {
            if (files.awaitRest()) {
                close();
                return null;
            }
            throw e.failure();
        }
    }

    private @Nullable EventBatch nextOrUnfinished() {
        if (open == null) {
            EventBatch between = betweenFiles();
            if (between != null) {
                progress = between.resumeAfter();
                return between;
            }
            DataFile file = files.next();
            if (file == null || !mayOpen()) {
                return null;
            }
            long after = progress != null && progress.path().equals(file.place())
                    ? progress.offset()
                    : RecordHandler.BEFORE_FILE;
            handler = handler(file, after);
            open = openFile(file, handler);
        }
        EventBatch batch = read(open, Objects.requireNonNull(handler));
        progress = batch.resumeAfter();
        return batch;
    }

    /** Events that belong before the next file, or null. */
    abstract @Nullable EventBatch betweenFiles();

    /** Whether the next file may be opened already. */
    abstract boolean mayOpen();

    /** Who takes the records of a file. */
    abstract RecordHandler handler(DataFile file, long after);

    final RecordFile openFile(DataFile file, RecordHandler records) {
        return RecordFile.open(storage, file, format, records);
    }

    private EventBatch read(RecordFile file, RecordHandler records) {
        try {
            file.read();
        } catch (Retryable e) {
            close();
            throw e;
        }
        long bytes = records.bytes();
        Position resumeAfter = records.resumeAfter();
        List<ChangeEvent> events = records.takeEvents();
        if (file.ended()) {
            resumeAfter = Position.of(rules.epoch(), records.place, RecordHandler.END_OF_FILE);
            files.hasBeenRead();
            close();
            LOG.atDebug()
                    .addKeyValue("lane", name)
                    .addKeyValue("file", DataFile.nameIn(records.place))
                    .addKeyValue("records", records.records())
                    .log("The file has been read");
        }
        return EventBatch.of(name, events, resumeAfter, bytes, EventBatch.Boundary.TRANSACTION_END);
    }

    /** A batch of one event that lies outside of any file. */
    final EventBatch single(ChangeEvent event) {
        return EventBatch.of(name, List.of(event), event.position(), 0, EventBatch.Boundary.TRANSACTION_END);
    }

    final void close() {
        if (open != null) {
            open.close();
            open = null;
            handler = null;
        }
    }
}
