package io.cdcsdk.source.dms;

import io.cdcsdk.api.TableId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the records of a {@code CDC_TXN-} file: operation, table, schema, and the values of that table. */
final class TransactionRecordHandler extends RecordHandler {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionRecordHandler.class);
    private static final int FIELDS_BEFORE_VALUES = 3;
    private static final int EVENT_BYTES = 160;
    private static final int COLUMN_BYTES = 24;

    private final String file;
    private final CsvFormat format;
    private final Map<TableId, RowAssembler> tables = new HashMap<>();
    private final Set<TableId> leftOut = new HashSet<>();
    private boolean skipping;
    private char operation = 'I';
    private String tableName = "";
    private String schemaName = "";
    private @Nullable RowAssembler current;
    private boolean tableChanged;

    TransactionRecordHandler(
            DataFile file, Iterable<DmsTable> tables, ColumnRules rules, CsvFormat format, ReadFrom from) {
        super(file, from);
        this.file = file.path();
        this.format = format;
        this.skipping = from.after() >= 1;
        for (DmsTable table : tables) {
            FileLayout layout = FileLayout.of(
                    table, rules, FileLayout.namesWithoutHeader(table, rules), FileLayout.Operation.ABSENT);
            this.tables.put(table.schema().table(), new RowAssembler(layout, format));
        }
    }

    @Override
    void field(char[] buffer, int offset, int length, boolean quoted) {
        if (skipping) {
            return;
        }
        if (fields >= FIELDS_BEFORE_VALUES) {
            if (current != null) {
                current.field(fields - FIELDS_BEFORE_VALUES, buffer, offset, length, quoted);
            }
        } else if (fields == 0) {
            operation = operation(buffer, offset, length);
        } else if (fields == 1) {
            tableChanged = !isText(tableName, buffer, offset, length);
            if (tableChanged) {
                tableName = new String(buffer, offset, length);
            }
        } else {
            if (tableChanged || current == null || !isText(schemaName, buffer, offset, length)) {
                schemaName = new String(buffer, offset, length);
                current = tables.get(table());
            }
            if (current != null) {
                current.operation(operation);
            }
        }
    }

    private char operation(char[] buffer, int offset, int length) {
        try {
            return RowAssembler.operationLetter(buffer, offset, length);
        } catch (FieldError e) {
            throw format.cannotTake("column 'Op'", buffer, offset, length, e);
        }
    }

    private static boolean isText(String text, char[] buffer, int offset, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) != buffer[offset + i]) {
                return false;
            }
        }
        return true;
    }

    private TableId table() {
        if (tableName.isEmpty()) {
            throw new FieldError("the name of the table is empty; expected operation, table, schema, values");
        }
        return TableId.of(schemaName, tableName);
    }

    @Override
    void record() {
        countRecord();
        if (skipping) {
            skipping = records() < from.after();
            return;
        }
        if (fields < FIELDS_BEFORE_VALUES) {
            throw new FieldError(
                    fields + (fields == 1 ? " field" : " fields") + "; expected operation, table, schema, values");
        }
        if (current == null) {
            if (leftOut.add(table())) {
                LOG.atWarn()
                        .addKeyValue("file", file)
                        .addKeyValue("table", table())
                        .log("Changes of a table that is not among the tables are left out");
            }
        } else {
            add(
                    current.change(fields - FIELDS_BEFORE_VALUES, position()),
                    EVENT_BYTES + COLUMN_BYTES * current.schema().size());
        }
    }

    @Override
    void endOfFile() {
        // A file of changes has nothing that only its end would tell.
    }

    @Override
    boolean discard() {
        tables.values().forEach(RowAssembler::discard);
        // The names may be of two records: the next one looks its table up.
        current = null;
        tableName = "";
        schemaName = "";
        return true;
    }

    @Override
    boolean blankIsRecord() {
        return false;
    }
}
