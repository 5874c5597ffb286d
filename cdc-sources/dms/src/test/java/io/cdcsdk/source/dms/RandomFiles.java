package io.cdcsdk.source.dms;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Random tables, options and files, written by a writer of its own, and what the source has to make of them. Shares no code
 * with the source.
 */
final class RandomFiles {
    private static final List<String> TEXTS = List.of(
            "",
            "Ann",
            "NULL",
            "~",
            "a,b",
            "a;b",
            "say \"hi\"",
            "it's",
            "two\nlines",
            "tab\t",
            "Grüße",
            "日本",
            "😀",
            "\r\n");
    private static final List<LogicalType> TYPES = List.of(
            LogicalType.STRING,
            LogicalType.INT32,
            LogicalType.INT64,
            LogicalType.BOOLEAN,
            LogicalType.FLOAT64,
            LogicalType.decimal(12, 3),
            LogicalType.DATE,
            LogicalType.TIMESTAMP,
            LogicalType.BYTES,
            LogicalType.UUID);

    /** An event as it must come out: the operation's code, or S and C for the bounds of a snapshot. */
    record Expected(
            char code,
            TableId table,
            @Nullable Row before,
            @Nullable Row after,
            @Nullable LocalDateTime time) {}

    private final Random random;
    private final Folder folder;
    private final List<TableSchema> tables = new ArrayList<>();
    private final Map<String, List<Expected>> expected = new TreeMap<>();
    private final boolean header;
    private final char delimiter;
    private final char quote;
    private final String nullText;
    private final @Nullable String noSupplementalText;
    private final boolean timestamps;
    private final boolean sequences;
    private final boolean beforeImages;
    private final boolean operationInLoads;
    private final boolean byColumnCount;
    private final boolean transactions;
    private int clock;

    RandomFiles(Path root, long seed) throws IOException {
        random = new Random(seed);
        folder = new Folder(root);
        header = random.nextBoolean();
        delimiter = ",;\t|".charAt(random.nextInt(4));
        quote = random.nextInt(4) == 0 ? '\'' : '"';
        nullText = random.nextBoolean() ? "NULL" : "\\N";
        noSupplementalText = random.nextBoolean() ? "~" : null;
        timestamps = random.nextBoolean();
        sequences = random.nextBoolean();
        byColumnCount = random.nextInt(4) == 0;
        transactions = !byColumnCount && !header && random.nextInt(3) == 0;
        beforeImages = header && random.nextBoolean();
        operationInLoads = !byColumnCount && random.nextBoolean();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            tables.add(schema("s." + "table" + i));
        }
        for (TableSchema table : tables) {
            writeTable(table);
        }
        if (transactions) {
            writeTransactions();
        }
    }

    DmsFileSourceBuilder builder() {
        DmsFileSourceBuilder builder = DmsFileSource.builder()
                .directory(folder.root())
                .header(header ? DmsOption.Header.PRESENT : DmsOption.Header.NONE)
                .delimiter(delimiter)
                .quote(quote)
                .nullText(nullText)
                .fullLoad(byColumnCount ? DmsOption.FullLoad.BY_COLUMN_COUNT : DmsOption.FullLoad.BY_NAME)
                .snapshotCompletion(DmsOption.SnapshotCompletion.ON_QUIET)
                .settleTime(Duration.ZERO);
        tables.forEach(builder::table);
        if (noSupplementalText != null) {
            builder.noSupplementalText(noSupplementalText);
        }
        if (timestamps) {
            builder.timestampColumn("ts");
        }
        if (sequences) {
            builder.changeSequenceColumn("seq");
        }
        if (transactions) {
            builder.transactionsFolder("cdc");
        }
        return builder;
    }

    /** What must come out, by lane. */
    Map<String, List<Expected>> expected() {
        return expected;
    }

    private TableSchema schema(String name) {
        TableSchema.Builder schema = TableSchema.builder(TableId.parse(name)).key("id", LogicalType.INT64);
        int columns = 1 + random.nextInt(6);
        for (int i = 0; i < columns; i++) {
            schema.column(Column.of("column " + i, TYPES.get(random.nextInt(TYPES.size()))));
        }
        return schema.build();
    }

    private void writeTable(TableSchema table) throws IOException {
        List<Expected> events = new ArrayList<>();
        expected.put(table.table().toString(), events);
        String path = table.table().schema() + '/' + table.table().name() + '/';
        int loads = byColumnCount ? 0 : random.nextInt(4);
        int counter = 1 + random.nextInt(20);
        LocalDateTime first = null;
        for (int i = 0; i < loads; i++) {
            List<Expected> rows = rows(table);
            write(path + String.format("LOAD%08X.csv", counter + i), table, rows, operationInLoads);
            if (first == null && !rows.isEmpty()) {
                first = rows.get(0).time();
            }
            events.addAll(rows);
        }
        if (loads > 0) {
            events.replaceAll(at(first));
            events.add(0, new Expected('S', table.table(), null, null, first));
            events.add(new Expected('C', table.table(), null, null, first));
        }
        int changes = transactions ? 0 : random.nextInt(5);
        for (int i = 0; i < changes; i++) {
            clock += 1 + random.nextInt(9);
            String file = path + partition() + String.format("20200101-%09d.csv", clock);
            if (byColumnCount && random.nextBoolean()) {
                writeSnapshotFile(file, table, events);
            } else {
                List<Expected> rows = changes(table);
                write(file, table, rows, true);
                events.addAll(rows);
            }
        }
    }

    private static UnaryOperator<Expected> at(@Nullable LocalDateTime time) {
        return row -> new Expected(row.code(), row.table(), row.before(), row.after(), time);
    }

    private void writeSnapshotFile(String file, TableSchema table, List<Expected> events) throws IOException {
        List<Expected> rows = rows(table);
        write(file, table, rows, false);
        if (rows.isEmpty() && !header) {
            return;
        }
        LocalDateTime first = rows.isEmpty() ? null : rows.get(0).time();
        events.add(new Expected('S', table.table(), null, null, first));
        rows.stream().map(at(first)).forEach(events::add);
        events.add(new Expected('C', table.table(), null, null, first));
    }

    private void writeTransactions() throws IOException {
        List<Expected> events = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            clock += 1 + random.nextInt(9);
            StringBuilder out = new StringBuilder();
            int records = random.nextInt(200);
            for (int j = 0; j < records; j++) {
                Expected change = change(tables.get(random.nextInt(tables.size())));
                List<String> fields = new ArrayList<>(List.of(
                        letter(change.code()),
                        change.table().name(),
                        change.table().schema()));
                fields.addAll(fields(schemaOf(change), change));
                line(out, fields);
                events.add(change);
            }
            store("cdc/" + partition() + String.format("CDC_TXN-%017d.csv", clock), out);
        }
        expected.put("transactions:cdc", events);
    }

    private TableSchema schemaOf(Expected change) {
        return tables.stream()
                .filter(table -> table.table().equals(change.table()))
                .findFirst()
                .orElseThrow();
    }

    private String partition() {
        return switch (random.nextInt(3)) {
            case 0 -> "2020/0" + (1 + random.nextInt(9)) + "/";
            case 1 -> "2020-01-0" + (1 + random.nextInt(9)) + "/";
            default -> "";
        };
    }

    private List<Expected> rows(TableSchema table) {
        List<Expected> rows = new ArrayList<>();
        int count = random.nextInt(120);
        for (int i = 0; i < count; i++) {
            rows.add(new Expected('r', table.table(), null, row(table, false), time()));
        }
        return rows;
    }

    private List<Expected> changes(TableSchema table) {
        List<Expected> changes = new ArrayList<>();
        int count = random.nextInt(200);
        for (int i = 0; i < count; i++) {
            changes.add(change(table));
        }
        return changes;
    }

    private Expected change(TableSchema table) {
        Row image = row(table, noSupplementalText != null);
        return switch (random.nextInt(3)) {
            case 0 -> new Expected('c', table.table(), null, image, time());
            case 1 -> new Expected('u', table.table(), beforeImages ? row(table, false) : null, image, time());
            default -> new Expected('d', table.table(), image, null, time());
        };
    }

    private @Nullable LocalDateTime time() {
        return timestamps
                ? LocalDateTime.of(2020, 1, 1, 0, 0).plus(random.nextLong(100_000_000_000_000L), ChronoUnit.MICROS)
                : null;
    }

    private Row row(TableSchema table, boolean mayLack) {
        Row.Builder row = Row.builder(table).set(0, random.nextLong());
        for (int i = 1; i < table.size(); i++) {
            int kind = random.nextInt(8);
            if (kind == 0) {
                row.setNull(i);
            } else if (kind == 1 && mayLack) {
                row.setAbsent(i);
            } else {
                row.set(i, value(table.column(i).type()));
            }
        }
        return row.build();
    }

    private Object value(LogicalType type) {
        return switch (type.kind()) {
            case INT32 -> random.nextInt();
            case INT64 -> random.nextLong();
            case BOOLEAN -> random.nextBoolean();
            case FLOAT64 -> random.nextGaussian();
            case DECIMAL -> new BigDecimal(BigInteger.valueOf(random.nextInt()), 3);
            case DATE -> LocalDate.ofEpochDay(random.nextInt(40_000) - 10_000);
            case TIMESTAMP ->
                LocalDateTime.of(1969, 12, 31, 0, 0).plus(random.nextLong(3_000_000_000_000_000L), ChronoUnit.MICROS);
            case BYTES -> {
                byte[] bytes = new byte[1 + random.nextInt(20)];
                random.nextBytes(bytes);
                yield bytes;
            }
            case UUID -> new UUID(random.nextLong(), random.nextLong());
            default -> TEXTS.get(random.nextInt(TEXTS.size())) + (random.nextBoolean() ? random.nextInt(100) : "");
        };
    }

    private void write(String path, TableSchema table, List<Expected> rows, boolean operation) throws IOException {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < names(table).size(); i++) {
            order.add(i);
        }
        StringBuilder out = new StringBuilder();
        if (header) {
            Collections.shuffle(order, random);
            List<String> names = new ArrayList<>(operation ? List.of("Op") : List.of());
            order.forEach(i -> names.add(names(table).get(i)));
            out.append(String.join(String.valueOf(delimiter), names)).append('\n');
        }
        for (Expected row : rows) {
            List<String> all = fields(table, row);
            List<String> fields = new ArrayList<>(operation ? List.of(letter(row.code())) : List.of());
            order.forEach(i -> fields.add(all.get(i)));
            line(out, fields);
        }
        store(path, out);
    }

    private void store(String path, StringBuilder out) throws IOException {
        String text = out.toString();
        if (text.isEmpty() || random.nextBoolean()) {
            folder.bytes(path, text.getBytes(StandardCharsets.UTF_8));
        } else {
            folder.gzip(path + ".gz", text.substring(0, text.length() - 1));
        }
    }

    private static String letter(char code) {
        return switch (code) {
            case 'u' -> "U";
            case 'd' -> "D";
            default -> "I";
        };
    }

    private void line(StringBuilder out, List<String> fields) {
        out.append(String.join(String.valueOf(delimiter), fields)).append(random.nextBoolean() ? "\n" : "\r\n");
    }

    private List<String> names(TableSchema table) {
        List<String> names = new ArrayList<>();
        if (timestamps) {
            names.add("ts");
        }
        names.addAll(table.columnNames());
        if (sequences) {
            names.add("seq");
        }
        if (beforeImages) {
            table.columnNames().forEach(name -> names.add("BI_" + name));
        }
        return names;
    }

    private List<String> fields(TableSchema table, Expected row) {
        List<String> fields = new ArrayList<>();
        if (timestamps) {
            fields.add(row.time() == null ? nullText : timestamp(row.time()));
        }
        Row image = row.after() == null ? row.before() : row.after();
        for (int i = 0; i < table.size(); i++) {
            fields.add(field(image, i));
        }
        if (sequences) {
            fields.add("2020010100000000" + String.format("%019d", random.nextInt(1_000_000)));
        }
        if (beforeImages) {
            for (int i = 0; i < table.size(); i++) {
                fields.add(row.code() == 'u' ? field(row.before(), i) : nullText);
            }
        }
        return fields;
    }

    private String field(@Nullable Row row, int ordinal) {
        if (row == null || row.isNull(ordinal)) {
            return nullText;
        }
        if (!row.hasValue(ordinal)) {
            return String.valueOf(noSupplementalText);
        }
        Object value = row.value(ordinal);
        if (value instanceof LocalDateTime time) {
            return timestamp(time);
        } else if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        } else if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        } else if (value instanceof String text) {
            String mark = String.valueOf(quote);
            return mark + text.replace(mark, mark + mark) + mark;
        }
        return String.valueOf(value);
    }

    private static String timestamp(LocalDateTime time) {
        return time.format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS"));
    }
}
