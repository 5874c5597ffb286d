package io.cdcsdk.examples;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/** The columns of a generated table, and how a row of them is written. */
enum GeneratedLayout {
    /** PersonID, FullName and City; no operation in the full load, no timestamp. */
    PERSON("PersonID:int64:key,FullName:string,City:string") {
        @Override
        void appendPrefix(StringBuilder out, char operation, Instant time) {
            if (operation != FULL_LOAD) {
                out.append(operation).append(',');
            }
        }

        @Override
        void appendRow(StringBuilder out, long id, SplittableRandom random) {
            out.append(id).append(',');
            appendName(out, random);
            out.append(',');
            appendCity(out, random);
        }
    },

    /** Nine columns of seven types, with the operation and the commit time in front of every record. */
    WIDE("id:int64:key,name:string,email:string,city:string,score:float64,amount:decimal(12,2),active:boolean,"
            + "born:date,updated:timestamp") {
        @Override
        Optional<String> timestampColumn() {
            return Optional.of("committed");
        }

        @Override
        void appendPrefix(StringBuilder out, char operation, Instant time) {
            out.append(operation == FULL_LOAD ? 'I' : operation).append(',');
            out.append(TIMESTAMP.format(LocalDateTime.ofInstant(time, ZoneOffset.UTC)))
                    .append(',');
        }

        @Override
        void appendRow(StringBuilder out, long id, SplittableRandom random) {
            out.append(id).append(',');
            appendName(out, random);
            out.append(",user").append(random.nextInt(10_000_000)).append("@example.com,");
            appendCity(out, random);
            out.append(',').append(random.nextInt(-1_000_000, 1_000_000) / 1024.0);
            out.append(',').append(random.nextInt(1_000_000_000)).append('.');
            appendTwoDigits(out, random.nextInt(100));
            out.append(random.nextBoolean() ? ",true," : ",false,");
            out.append(LocalDate.ofEpochDay(random.nextInt(-10_000, 18_000))).append(',');
            long micros = random.nextLong(1_500_000_000_000_000L, 1_800_000_000_000_000L);
            out.append(TIMESTAMP.format(LocalDateTime.ofEpochSecond(
                    micros / 1_000_000, (int) (micros % 1_000_000) * 1000, ZoneOffset.UTC)));
        }
    };

    /** Stands for the operation of a record of a full load. */
    static final char FULL_LOAD = 'r';

    private static final String NULL = "NULL";
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final String[] FIRST_NAMES = {
        "Ada", "Zoë", "Łukasz", "李", "José", "Ngọc", "Ørjan", "Fatma", "Siobhán", "Иван", "Chidi", "𠮷田", "Mei", "Anna",
        "Omar"
    };
    private static final String[] LAST_NAMES = {
        "Lovelace",
        "O'Brien",
        "Müller",
        "雷",
        "García",
        "Trần",
        "Åberg",
        "Şahin",
        "Smith-Jones",
        "Петров",
        "Okafor",
        "太郎"
    };
    private static final String[] CITIES = {
        "Berlin",
        "São Paulo",
        "\"Washington, D.C.\"",
        "Zürich",
        "東京",
        "Kraków",
        "Lagos",
        "Łódź",
        "Reykjavík",
        "New York"
    };

    private final String columns;

    GeneratedLayout(String columns) {
        this.columns = columns;
    }

    /** The columns in the form that {@code dms-to-file --columns} takes. */
    String columns() {
        return columns;
    }

    /** The column with the commit time, which stands between the operation and the columns, if there is one. */
    Optional<String> timestampColumn() {
        return Optional.empty();
    }

    /** What stands before the columns. */
    abstract void appendPrefix(StringBuilder out, char operation, Instant time);

    /** The columns of a row with random values, without the line's end. */
    abstract void appendRow(StringBuilder out, long id, SplittableRandom random);

    /** The columns of a deleted row of which the database told the key alone. */
    final void appendKeyOnly(StringBuilder out, long id) {
        out.append(id);
        for (int i = 0; i < columns.length(); i++) {
            if (columns.startsWith(",", i) && !insideParentheses(i)) {
                out.append(',').append(NULL);
            }
        }
    }

    private boolean insideParentheses(int index) {
        return columns.lastIndexOf('(', index) > columns.lastIndexOf(')', index);
    }

    private static void appendName(StringBuilder out, SplittableRandom random) {
        String first = FIRST_NAMES[random.nextInt(FIRST_NAMES.length)];
        String last = LAST_NAMES[random.nextInt(LAST_NAMES.length)];
        switch (random.nextInt(64)) {
            case 0 -> out.append(NULL);
            case 1 -> out.append('"').append(last).append(", ").append(first).append('"');
            case 2 ->
                out.append('"')
                        .append(first)
                        .append(" \"\"Ace\"\" ")
                        .append(last)
                        .append('"');
            case 3 -> out.append('"').append(first).append('\n').append(last).append('"');
            default -> out.append(first).append(' ').append(last).append(' ').append(random.nextInt(100_000));
        }
    }

    private static void appendCity(StringBuilder out, SplittableRandom random) {
        switch (random.nextInt(64)) {
            case 0 -> out.append(NULL);
            case 1 -> out.append("");
            default -> out.append(CITIES[random.nextInt(CITIES.length)]);
        }
    }

    private static void appendTwoDigits(StringBuilder out, int number) {
        out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }
}
