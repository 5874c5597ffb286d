package io.cdcsdk.bench;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/** A DMS change file of nine columns: {@code Op}, the commit timestamp, and seven columns of a person. */
final class WideCsv {
    static final TableSchema SCHEMA = TableSchema.builder(TableId.of("bench", "person"))
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .column("email", LogicalType.STRING)
            .column("city", LogicalType.STRING)
            .column("score", LogicalType.FLOAT64)
            .column("active", LogicalType.BOOLEAN)
            .column("updated", LogicalType.TIMESTAMP)
            .build();
    static final String TIMESTAMP_COLUMN = "dms_timestamp";

    private static final String[] CITIES = {"Berlin", "Lisbon", "São Paulo", "New York", "Kyoto", "Nairobi", "Oslo"};
    private static final String[] NAMES = {"Ada Lovelace", "Grace Hopper", "\"Hopper, Grace\"", "Alan Turing", "NULL"};

    private WideCsv() {}

    /** Writes the file in the folder of its table, the same for the same number of rows. */
    static Path write(Path root, int rows) throws IOException {
        Path folder = Files.createDirectories(root.resolve("bench").resolve("person"));
        Path file = folder.resolve("20261121-120000000.csv");
        Random random = new Random(42);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("Op," + TIMESTAMP_COLUMN + ",id,name,email,city,score,active,updated\n");
            for (int i = 0; i < rows; i++) {
                out.write(String.format(
                        Locale.ROOT,
                        "%s,2026-11-21 12:%02d:%02d.%06d,%d,%s,user%d@example.org,%s,%.3f,%s,2026-%02d-%02d 08:15:30.%06d\n",
                        i % 5 == 0 ? "U" : "I",
                        i / 60 % 60,
                        i % 60,
                        i % 1_000_000,
                        1_000_000L + i,
                        NAMES[random.nextInt(NAMES.length)],
                        i,
                        CITIES[random.nextInt(CITIES.length)],
                        random.nextDouble() * 1000,
                        random.nextBoolean() ? "true" : "false",
                        1 + random.nextInt(12),
                        1 + random.nextInt(28),
                        random.nextInt(1_000_000)));
            }
        }
        return file;
    }
}
