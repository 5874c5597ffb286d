package io.cdcsdk.source.dms;

import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Origin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lane of the folder with the changes of all tables in the order of their commits. */
final class TransactionLane extends Lane {
    private final List<DmsTable> tables;
    private final ColumnRules columns;
    private final CsvFormat format;

    TransactionLane(
            List<DmsTable> tables,
            DmsStorage storage,
            FolderScan scan,
            ColumnRules columns,
            CsvFormat format,
            ReadRules rules) {
        super(name(scan.folder()), storage, scan, format, rules);
        this.tables = tables;
        this.columns = columns;
        this.format = format;
    }

    static String name(String folder) {
        return "transactions:" + folder;
    }

    @Override
    @Nullable
    EventBatch betweenFiles() {
        return null;
    }

    @Override
    boolean mayOpen() {
        return true;
    }

    @Override
    RecordHandler handler(DataFile file, long after) {
        return new TransactionRecordHandler(
                file, tables, columns, format, new ReadFrom(rules.epoch(), after, Origin.UNKNOWN_TIME));
    }
}
