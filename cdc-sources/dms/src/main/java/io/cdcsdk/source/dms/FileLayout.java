package io.cdcsdk.source.dms;

import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.format.ValueParser;
import io.cdcsdk.format.ValueParsers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What each field of a record is: its role, its column, and who parses it. Arrays, because they are read for every field. */
final class FileLayout {
    /** A declared column. The others follow in order of rarity. */
    static final byte VALUE = 0;

    static final byte OPERATION = 1;
    static final byte COMMIT_TIME = 2;
    static final byte SEQUENCE = 3;
    static final byte BEFORE = 4;
    static final byte IGNORED = 5;

    private static final Logger LOG = LoggerFactory.getLogger(FileLayout.class);

    final TableSchema schema;
    final List<String> names;
    final byte[] roles;
    final int[] ordinals;
    final ValueParser[] parsers;
    final boolean hasOperation;
    final boolean hasBefore;

    private FileLayout(TableSchema schema, List<String> names, ColumnRules rules, boolean withOperation) {
        this.schema = schema;
        this.names = names;
        int width = names.size();
        roles = new byte[width];
        ordinals = new int[width];
        parsers = new ValueParser[width];
        boolean before = false;
        for (int i = 0; i < width; i++) {
            String name = names.get(i);
            String ofBefore = name.startsWith(rules.beforeImagePrefix())
                    ? name.substring(rules.beforeImagePrefix().length())
                    : "";
            roles[i] = IGNORED;
            ordinals[i] = -1;
            if (i == 0 && withOperation) {
                roles[i] = OPERATION;
                continue;
            }
            if (schema.hasColumn(name)) {
                roles[i] = VALUE;
                ordinals[i] = schema.ordinal(name);
            } else if (schema.hasColumn(ofBefore)) {
                roles[i] = BEFORE;
                ordinals[i] = schema.ordinal(ofBefore);
                before = true;
            }
            if (ordinals[i] >= 0) {
                parsers[i] = ValueParsers.of(schema.column(ordinals[i]).type());
            }
            // A declared column may be special as well: it is then both.
            if (name.equals(rules.timestampColumn())) {
                roles[i] = COMMIT_TIME;
            } else if (name.equals(rules.changeSequenceName())) {
                roles[i] = SEQUENCE;
            }
        }
        hasOperation = withOperation;
        hasBefore = before;
    }

    int width() {
        return roles.length;
    }

    /** The field that holds the commit time, or -1. */
    int commitTimeField() {
        for (int i = 0; i < roles.length; i++) {
            if (roles[i] == COMMIT_TIME) {
                return i;
            }
        }
        return -1;
    }

    /** The names of the columns of files without a header, {@code Op} left out. */
    static List<String> namesWithoutHeader(DmsTable table, ColumnRules rules) {
        if (!table.fileColumns().isEmpty()) {
            return table.fileColumns();
        }
        List<String> names = new ArrayList<>(table.schema().columnNames());
        if (rules.timestampColumn() != null && !names.contains(rules.timestampColumn())) {
            names.add(0, rules.timestampColumn());
        }
        if (rules.changeSequenceColumn() != null && !names.contains(rules.changeSequenceColumn())) {
            names.add(rules.changeSequenceColumn());
        }
        return names;
    }

    /** The layout of records that are known to begin with {@code Op}, or not to. */
    static FileLayout of(DmsTable table, ColumnRules rules, List<String> namesWithoutOperation, Operation operation) {
        if (operation == Operation.ABSENT) {
            return new FileLayout(table.schema(), namesWithoutOperation, rules, false);
        }
        List<String> names = new ArrayList<>();
        names.add(ColumnRules.OPERATION);
        names.addAll(namesWithoutOperation);
        return new FileLayout(table.schema(), names, rules, true);
    }

    /** Whether a record begins with {@code Op}. */
    enum Operation {
        PRESENT,
        ABSENT
    }

    /**
     * The layout of a file with a header.
     *
     * @throws Fatal if the header does not fit the table
     */
    static FileLayout ofHeader(DmsTable table, ColumnRules rules, CsvFormat format, List<String> header, String file) {
        TableSchema schema = table.schema();
        boolean withOperation = rules.operationColumn() != DmsOption.OperationColumn.NONE
                && header.get(0).equals(ColumnRules.OPERATION);
        if (rules.operationColumn() == DmsOption.OperationColumn.PRESENT && !withOperation) {
            throw new Fatal(
                    file + ", line 1: the header does not begin with Op but with " + format.shown(header.subList(0, 1))
                            + "; with operation-column=auto files may lack "
                            + "it, with header=none the first line is data");
        }
        for (String name : header) {
            if (header.indexOf(name) != header.lastIndexOf(name)) {
                throw new Fatal(file + ", line 1: the header names " + format.shown(List.of(name)) + " twice");
            }
        }
        FileLayout layout = new FileLayout(schema, List.copyOf(header), rules, withOperation);
        layout.checkMissing(rules, format, file);
        layout.checkUnknown(rules, format, file);
        return layout;
    }

    private void checkMissing(ColumnRules rules, CsvFormat format, String file) {
        List<String> missing = schema.columnNames().stream()
                .filter(name -> !names.contains(name))
                .toList();
        @Nullable
        String key = missing.stream()
                .filter(name -> schema.isKey(schema.ordinal(name)))
                .findFirst()
                .orElse(null);
        if (key != null) {
            throw new Fatal(file + ", line 1: the header lacks the key column '" + key + "' of " + schema.table()
                    + "; it has " + format.shown(names));
        }
        if (!missing.isEmpty() && rules.missingColumns() == DmsOption.MissingColumns.FAIL) {
            throw new Fatal(file + ", line 1: the header lacks " + CsvFormat.quoted(missing) + " of " + schema.table()
                    + "; it has " + format.shown(names)
                    + ". With missing-columns=absent such columns are handed out as absent");
        }
    }

    private void checkUnknown(ColumnRules rules, CsvFormat format, String file) {
        List<String> unknown = new ArrayList<>();
        for (int i = 0; i < roles.length; i++) {
            if (roles[i] == IGNORED) {
                unknown.add(names.get(i));
            }
        }
        if (unknown.isEmpty()) {
            return;
        }
        if (rules.unknownColumns() == DmsOption.UnknownColumns.FAIL) {
            throw new Fatal(file + ", line 1: the header has " + format.shown(unknown) + ", which " + schema.table()
                    + " is not declared with. Declare it with its type, or leave it out with unknown-columns=ignore");
        }
        LOG.atWarn()
                .addKeyValue("file", file)
                .addKeyValue("columns", format.shown(unknown))
                .log("Columns in the header are not declared and left out");
    }
}
