package io.cdcsdk.source.dms;

import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a file of one table. The header, and the first record, are kept until they tell the layout; from then on
 * fields go straight into rows.
 */
final class TableRecordHandler extends RecordHandler {
    private static final int MOST_FIELDS = 10_000;
    private static final int EVENT_BYTES = 160;
    private static final int COLUMN_BYTES = 24;

    /** What a file's records are. */
    enum Content {
        /** Rows of a snapshot that several files make up. */
        LOAD,
        /** Changes. */
        CHANGES,
        /** A snapshot of its own, or changes: the layout tells. */
        BY_LAYOUT,
        /** Of interest is the time of the first record alone. */
        HEAD
    }

    private enum State {
        HEADER,
        FIRST_RECORD,
        SKIPPING,
        ROWS
    }

    private final DmsTable table;
    private final ColumnRules rules;
    private final CsvFormat format;
    private final String file;
    private final List<String> namesWithoutHeader;
    private final int eventBytes;
    private final List<Field> kept = new ArrayList<>();
    private State state;
    private Content content;
    private long snapshotTime;
    private @Nullable FileLayout layout;
    private @Nullable RowAssembler rows;
    private final boolean byLayout;
    private boolean snapshotFile;
    private boolean guessed;
    private boolean begun;
    private boolean timeKnown;

    TableRecordHandler(
            DataFile file, DmsTable table, ColumnRules rules, CsvFormat format, Content content, ReadFrom from) {
        super(file, from);
        this.table = table;
        this.rules = rules;
        this.format = format;
        this.file = file.path();
        this.content = content;
        this.byLayout = content == Content.BY_LAYOUT;
        this.snapshotTime = from.snapshotTime();
        this.namesWithoutHeader = FileLayout.namesWithoutHeader(table, rules);
        this.eventBytes = EVENT_BYTES + COLUMN_BYTES * table.schema().size();
        this.state = format.header() == DmsOption.Header.PRESENT ? State.HEADER : State.FIRST_RECORD;
    }

    /** Whether a record has told the commit time, or that there is none. */
    boolean isTimeKnown() {
        return timeKnown;
    }

    /** The commit time in the first record, or {@link Origin#UNKNOWN_TIME} where there is none. */
    long firstTime() {
        return snapshotTime;
    }

    @Override
    void field(char[] buffer, int offset, int length, boolean quoted) {
        if (state == State.ROWS) {
            Objects.requireNonNull(rows).field(fields, buffer, offset, length, quoted);
        } else if (state != State.SKIPPING) {
            if (fields >= MOST_FIELDS) {
                throw new FieldError("more than " + MOST_FIELDS + " fields");
            }
            kept.add(new Field(new String(buffer, offset, length), quoted));
        }
    }

    @Override
    void record() {
        switch (state) {
            case ROWS -> row();
            case SKIPPING -> {
                countRecord();
                resume();
            }
            case FIRST_RECORD -> firstRecord();
            case HEADER -> header();
        }
    }

    private void row() {
        countRecord();
        add(rowEvent(), eventBytes);
    }

    private RowChange rowEvent() {
        RowAssembler assembler = Objects.requireNonNull(rows);
        Position position = position();
        return content == Content.LOAD
                ? assembler.snapshotRow(fields, position, snapshotTime)
                : assembler.change(fields, position);
    }

    private void header() {
        List<String> names = kept.stream().map(Field::text).toList();
        kept.clear();
        layout = FileLayout.ofHeader(table, rules, format, names, file);
        state = State.FIRST_RECORD;
    }

    private void firstRecord() {
        guessed = layout == null && rules.operationColumn() == DmsOption.OperationColumn.AUTO;
        FileLayout known = layout == null ? layoutByCount(kept.size()) : layout;
        readTime(known);
        begin(known);
        if (records() >= from.after()) {
            state = State.ROWS;
            takeKept();
            row();
        } else {
            if (guessed) {
                // A record that cannot be decoded has told nothing, as when the file was read first.
                takeKept();
                RowChange unused = rowEvent();
            }
            countRecord();
            state = State.SKIPPING;
            resume();
        }
        kept.clear();
        begun = true;
    }

    private void takeKept() {
        RowAssembler assembler = Objects.requireNonNull(rows);
        fields = 0;
        for (Field field : kept) {
            assembler.field(fields, field.text().toCharArray(), 0, field.text().length(), field.quoted());
            fields++;
        }
    }

    @Override
    boolean discard() {
        kept.clear();
        if (rows != null) {
            rows.discard();
        }
        if (!begun && guessed) {
            layout = null;
            rows = null;
            state = State.FIRST_RECORD;
        }
        // The first record of a file that may be a snapshot of its own tells whether it is, and of when.
        return state != State.HEADER && (begun || !byLayout);
    }

    private void resume() {
        if (records() >= from.after()) {
            state = State.ROWS;
        }
    }

    private FileLayout layoutByCount(int count) {
        int plain = namesWithoutHeader.size();
        boolean present = switch (rules.operationColumn()) {
            case PRESENT -> true;
            case NONE -> false;
            case AUTO -> count == plain + 1;
        };
        if (count != (present ? plain + 1 : plain)) {
            boolean auto = rules.operationColumn() == DmsOption.OperationColumn.AUTO;
            throw new FieldError(count + (count == 1 ? " field instead of " : " fields instead of ")
                    + (present ? plain + 1 : plain) + (auto ? ", or " + (plain + 1) + " with Op" : "")
                    + ". Expected " + (present ? "Op, " : "") + String.join(", ", namesWithoutHeader)
                    + "; the delimiter is '" + format.delimiter() + "'");
        }
        List<String> texts = kept.stream().map(Field::text).toList();
        if (texts.subList(present ? 1 : 0, count).equals(namesWithoutHeader)) {
            throw new Fatal(file + ", line 1: this is a header and not a row; set header=present");
        }
        return FileLayout.of(
                table, rules, namesWithoutHeader, present ? FileLayout.Operation.PRESENT : FileLayout.Operation.ABSENT);
    }

    private void readTime(FileLayout known) {
        int field = known.commitTimeField();
        if (content != Content.BY_LAYOUT && content != Content.HEAD || field >= kept.size()) {
            return;
        }
        if (field < 0) {
            timeKnown = true;
            return;
        }
        Field time = kept.get(field);
        if (time.quoted() || !time.text().equals(format.nullText())) {
            char[] text = time.text().toCharArray();
            try {
                snapshotTime = new CommitTime().parse(text, 0, text.length);
            } catch (FieldError e) {
                throw format.cannotTake("column '" + known.names.get(field) + "'", text, 0, text.length, e);
            }
        }
        timeKnown = true;
    }

    private void begin(FileLayout known) {
        layout = known;
        rows = new RowAssembler(known, format);
        if (content == Content.BY_LAYOUT) {
            snapshotFile = !known.hasOperation;
            content = snapshotFile ? Content.LOAD : Content.CHANGES;
            if (snapshotFile && from.after() == BEFORE_FILE) {
                add(
                        new SnapshotStarted(
                                table.schema(),
                                new Origin(Position.of(from.epoch(), place, 0), snapshotTime, null, null)),
                        EVENT_BYTES);
            }
        }
    }

    @Override
    void endOfFile() {
        if (state == State.FIRST_RECORD && layout != null) {
            begin(layout);
        }
        if (snapshotFile && from.after() < COMPLETED) {
            add(
                    new SnapshotCompleted(
                            table.schema(),
                            new Origin(Position.of(from.epoch(), place, COMPLETED), snapshotTime, null, null)),
                    EVENT_BYTES);
        }
    }

    @Override
    boolean blankIsRecord() {
        return state != State.HEADER
                && (layout == null ? namesWithoutHeader.size() : layout.width()) == 1
                && rules.operationColumn() != DmsOption.OperationColumn.PRESENT;
    }

    /** A field kept until its role is known. */
    private record Field(String text, boolean quoted) {}
}
