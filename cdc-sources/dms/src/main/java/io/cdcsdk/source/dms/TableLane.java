package io.cdcsdk.source.dms;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import org.jspecify.annotations.Nullable;

/** The lane of one table's folder. Load files together are one snapshot, unless each file is one by its layout. */
final class TableLane extends Lane {
    private final DmsTable table;
    private final ColumnRules columns;
    private final CsvFormat format;
    private @Nullable Long snapshotTime;
    private long listingsAtLastFile;
    private boolean changesElsewhere;

    TableLane(
            DmsTable table,
            DmsStorage storage,
            FolderScan scan,
            ColumnRules columns,
            CsvFormat format,
            ReadRules rules) {
        super(table.schema().table().toString(), storage, scan, format, rules);
        this.table = table;
        this.columns = columns;
        this.format = format;
    }

    /** Tells that changes of this table are there in another lane, and that all load files have been listed. */
    void changesElsewhere() {
        changesElsewhere = true;
    }

    /**
     * Checks a table whose full load was read earlier.
     *
     * @throws io.cdcsdk.api.Fatal if it was loaded anew since the changes were last read
     */
    void checkNotReloaded(TransactionLane changes) {
        Position progress = progress();
        Position readUpTo = changes.progress();
        if (progress != null && progress.path().equals(FileNames.LOADED) && readUpTo != null) {
            files.checkNotReloaded(readUpTo, changes.files);
        }
    }

    /** Whether load files are to be read, or the snapshot that they make up is to be completed, before changes are. */
    boolean isLoading() {
        return rules.fullLoad() == DmsOption.FullLoad.BY_NAME
                && (files.hasUnreadLoad() || isReading() || snapshotOpen());
    }

    /** Without a completion there is no beginning either: rows that begin no snapshot are added to what the target has. */
    private boolean loadsAreSnapshot() {
        return rules.fullLoad() == DmsOption.FullLoad.BY_NAME
                && rules.snapshotCompletion() != DmsOption.SnapshotCompletion.NEVER;
    }

    private boolean snapshotOpen() {
        Position progress = progress();
        return loadsAreSnapshot() && progress != null && progress.path().startsWith(FileNames.LOADS);
    }

    @Override
    @Nullable
    EventBatch betweenFiles() {
        if (!loadsAreSnapshot()) {
            return null;
        }
        DataFile next = files.next();
        if (next != null && next.isLoad()) {
            return progress() == null && mayOpen()
                    ? single(new SnapshotStarted(table.schema(), snapshotOrigin(FileNames.LOADS)))
                    : null;
        }
        return snapshotOpen() && isComplete(next)
                ? single(new SnapshotCompleted(table.schema(), snapshotOrigin(FileNames.LOADED)))
                : null;
    }

    private boolean isComplete(@Nullable DataFile next) {
        boolean changes = next != null || changesElsewhere && !files.hasUnreadLoad();
        boolean quiet = !files.isWaiting() && !files.hasUnreadLoad() && files.listings() > listingsAtLastFile;
        return switch (rules.snapshotCompletion()) {
            case ON_FIRST_CHANGE_FILE -> changes;
            case ON_QUIET -> changes || quiet;
            case NEVER -> false;
        };
    }

    private Origin snapshotOrigin(String place) {
        return Origin.at(Position.of(rules.epoch(), place, 0), snapshotTime());
    }

    /** The commit time column of the first record of all load files, the earliest transfer; unknown if there is no record. */
    private long snapshotTime() {
        if (snapshotTime == null) {
            if (columns.timestampColumn() == null) {
                return Origin.UNKNOWN_TIME;
            }
            for (DataFile load : files.loads()) {
                TableRecordHandler records = readHead(load);
                if (records.isTimeKnown()) {
                    snapshotTime = records.firstTime();
                    return snapshotTime;
                }
            }
            return Origin.UNKNOWN_TIME;
        }
        return snapshotTime;
    }

    private TableRecordHandler readHead(DataFile load) {
        TableRecordHandler records = tableHandler(
                load,
                TableRecordHandler.Content.HEAD,
                new ReadFrom(rules.epoch(), RecordHandler.BEFORE_FILE, Origin.UNKNOWN_TIME));
        try (RecordFile file = openFile(load, records)) {
            while (true) {
                try {
                    file.read();
                    if (records.isTimeKnown() || file.ended()) {
                        return records;
                    }
                } catch (BadRecord e) {
                    // Whoever reads the record itself says so.
                    if (records.isTimeKnown() || !file.pass()) {
                        return records;
                    }
                }
            }
        }
    }

    @Override
    boolean mayOpen() {
        return changesElsewhere || !files.awaitsSegments();
    }

    @Override
    RecordHandler handler(DataFile file, long after) {
        listingsAtLastFile = files.listings();
        if (rules.fullLoad() == DmsOption.FullLoad.BY_COLUMN_COUNT) {
            return tableHandler(
                    file,
                    TableRecordHandler.Content.BY_LAYOUT,
                    new ReadFrom(rules.epoch(), after, Origin.UNKNOWN_TIME));
        }
        return file.isLoad()
                ? tableHandler(
                        file, TableRecordHandler.Content.LOAD, new ReadFrom(rules.epoch(), after, snapshotTime()))
                : tableHandler(
                        file,
                        TableRecordHandler.Content.CHANGES,
                        new ReadFrom(rules.epoch(), after, Origin.UNKNOWN_TIME));
    }

    private TableRecordHandler tableHandler(DataFile file, TableRecordHandler.Content content, ReadFrom from) {
        return new TableRecordHandler(file, table, columns, format, content, from);
    }
}
