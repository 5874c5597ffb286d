package io.cdcsdk.bench;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * The peer: what a careful engineer writes with FastCSV alone. The same columns are parsed to the same Java types: numbers,
 * booleans, strings, and timestamps as microseconds, which are taken apart by hand because a {@code DateTimeFormatter} would
 * make the peer several times slower.
 */
final class BareCsv {
    /** One parsed line. */
    record Person(
            char operation,
            long committed,
            long id,
            @Nullable String name,
            @Nullable String email,
            @Nullable String city,
            double score,
            boolean active,
            long updated) {}

    /** Keeps the rows reachable, so that their parsing cannot be optimised away. */
    static volatile Person @Nullable [] lastBatch;

    private BareCsv() {}

    /** Parses the file into batches and returns the number of rows. */
    static long read(Path file) throws IOException {
        long rows = 0;
        Person[] batch = new Person[4096];
        try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(file)) {
            boolean header = true;
            for (CsvRecord line : reader) {
                if (header) {
                    header = false;
                    continue;
                }
                Person person = new Person(
                        line.getField(0).charAt(0),
                        micros(line.getField(1)),
                        Long.parseLong(line.getField(2)),
                        text(line.getField(3)),
                        text(line.getField(4)),
                        text(line.getField(5)),
                        Double.parseDouble(line.getField(6)),
                        Boolean.parseBoolean(line.getField(7)),
                        micros(line.getField(8)));
                batch[(int) (rows % batch.length)] = person;
                rows++;
            }
        }
        lastBatch = batch;
        return rows;
    }

    private static @Nullable String text(String field) {
        return field.equals("NULL") ? null : field;
    }

    private static long micros(String text) {
        long day = LocalDate.of(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10))
                .toEpochDay();
        long second = digits(text, 11, 13) * 3600L + digits(text, 14, 16) * 60L + digits(text, 17, 19);
        return (day * 86_400 + second) * 1_000_000 + digits(text, 20, 26);
    }

    private static int digits(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }
}
