package io.cdcsdk.source.dms;

import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.RecordType;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is called by the CSV parser for each field and collects events. A record is "built" only when a batch is full, so that the
 * parser runs through thousands of records in one loop.
 */
abstract class RecordHandler extends CsvCallbackHandler<Boolean> {
    /** The offset to read a file after when nothing of it has been read. */
    static final long BEFORE_FILE = -1;

    /** The offset of the completion of a snapshot that is a file of its own, behind all its records. */
    static final long COMPLETED = Long.MAX_VALUE - 1;

    /** The offset at which a file has been read and is not needed any more. */
    static final long END_OF_FILE = Long.MAX_VALUE;

    private static final int BATCH_EVENTS = 4096;
    private static final long BATCH_BYTES = 1024 * 1024;
    private static final int BATCH_RECORDS = 65_536;
    private static final char[] NO_CHARACTERS = {};

    final String place;
    final ReadFrom from;
    long line;
    int fields;
    private long record;
    private long completed;
    private List<ChangeEvent> events = new ArrayList<>();
    private long fixedBytes;
    private long characters;
    private int sinceHandedOut;
    private boolean blank;
    private long recordsBefore;
    private @Nullable FieldError fault;
    private boolean mayPass;

    RecordHandler(DataFile file, ReadFrom from) {
        this.place = file.place();
        this.from = from;
        this.completed = Math.max(0, from.after());
    }

    /** Takes a field; {@link #fields} is its number, counted from 0. */
    abstract void field(char[] buffer, int offset, int length, boolean quoted);

    /** Ends a record. */
    abstract void record();

    /** Ends the file. */
    abstract void endOfFile();

    /**
     * Forgets what was taken of a record at fault.
     *
     * @return whether the records behind it can be read without it
     */
    abstract boolean discard();

    /** What is wrong with the last record; null if nothing is. It has ended, and is not passed over yet. */
    final @Nullable FieldError fault() {
        return fault;
    }

    /** Whether the records behind the one at fault can be read without it. */
    final boolean mayPass() {
        return fault != null && mayPass;
    }

    /** Passes over the record at fault: its number stays its own. */
    final void pass() {
        fault = null;
        completed = Math.max(completed, record);
    }

    /** Whether a line without a character is a record of one empty field. */
    abstract boolean blankIsRecord();

    /** Counts a record, the header aside. */
    void countRecord() {
        record++;
    }

    /** Where to resume after what was handed out: behind the last whole record, so that one that fails comes again. */
    Position resumeAfter() {
        return Position.of(from.epoch(), place, completed);
    }

    /** The position of the current record. */
    Position position() {
        return Position.of(from.epoch(), place, record);
    }

    void add(ChangeEvent event, int bytes) {
        events.add(event);
        fixedBytes += bytes;
    }

    /** The number of records that have ended. */
    long records() {
        return record;
    }

    boolean hasEvents() {
        return !events.isEmpty();
    }

    /** About how much heap the collected events take. */
    long bytes() {
        return fixedBytes + characters;
    }

    /** Hands the collected events out. */
    List<ChangeEvent> takeEvents() {
        List<ChangeEvent> taken = events;
        events = new ArrayList<>(taken.size());
        fixedBytes = 0;
        characters = 0;
        sinceHandedOut = 0;
        return taken;
    }

    @Override
    protected final void beginRecord(long startingLineNumber) {
        line = startingLineNumber;
        fields = 0;
        blank = false;
        recordsBefore = record;
    }

    @Override
    protected final void addField(char[] buffer, int offset, int length, boolean quoted) {
        if (fault == null) {
            try {
                field(buffer, offset, length, quoted);
            } catch (FieldError e) {
                fault = e;
            }
        }
        fields++;
        characters += length;
    }

    @Override
    protected final void setEmpty() {
        if (blankIsRecord()) {
            addField(NO_CHARACTERS, 0, 0, false);
        } else {
            blank = true;
        }
    }

    @Override
    protected final @Nullable Boolean buildRecord() {
        if (!blank && !take()) {
            return Boolean.TRUE;
        }
        if (events.isEmpty()) {
            characters = 0;
        }
        // A poll must come back at times, also where thousands of records give no event.
        boolean full = events.size() >= BATCH_EVENTS
                || bytes() >= BATCH_BYTES && hasEvents()
                || ++sinceHandedOut >= BATCH_RECORDS;
        return full ? Boolean.TRUE : null;
    }

    /** Takes a record; false if it is at fault, and was not passed over by an earlier run. */
    private boolean take() {
        if (fault == null) {
            try {
                record();
                completed = Math.max(completed, record);
                return true;
            } catch (FieldError e) {
                fault = e;
            }
        }
        mayPass = discard();
        if (record == recordsBefore) {
            countRecord();
        }
        if (mayPass && record <= from.after()) {
            pass();
            return true;
        }
        return false;
    }

    @Override
    protected final void setComment(char[] buffer, int offset, int length) {
        throw new IllegalStateException("comments are not read");
    }

    @Override
    protected final RecordType getRecordType() {
        return RecordType.DATA;
    }

    @Override
    protected final int getFieldCount() {
        return fields;
    }
}
