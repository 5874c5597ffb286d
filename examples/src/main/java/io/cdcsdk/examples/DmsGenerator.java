package io.cdcsdk.examples;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Writes the files that AWS DMS would write for a table: a full load in {@code LOAD00000001.csv} and so on, counted in hex, and
 * changes in files named by their time. The same plan always gives the same bytes. Memory does not grow with the rows, one bit
 * for each key aside.
 */
final class DmsGenerator {
    /**
     * What to write.
     *
     * @param rows the rows of the full load
     * @param changes the changes after it
     * @param loadFiles over how many files the full load is spread
     * @param changeFiles over how many files the changes are spread
     * @param seed which of all possible tables
     * @param layout the columns
     */
    record Plan(int rows, int changes, int loadFiles, int changeFiles, long seed, GeneratedLayout layout) {}

    /** What was written. */
    record Summary(long inserts, long updates, long deletes, long liveRows) {}

    private static final Instant LOAD_TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final DateTimeFormatter CHANGE_FILE =
            DateTimeFormatter.ofPattern("uuuuMMdd-HHmmssSSS'.csv'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int UPDATE_PERCENT = 50;
    private static final int INSERT_PERCENT = 28;

    private final Plan plan;
    private final SplittableRandom random;
    private final LiveKeys keys;
    private final StringBuilder line = new StringBuilder();
    private long inserts;
    private long updates;
    private long deletes;

    DmsGenerator(Plan plan) {
        this.plan = plan;
        this.random = new SplittableRandom(plan.seed());
        this.keys = new LiveKeys(plan.rows());
    }

    /** Writes all files into a directory, which must exist. */
    Summary writeTo(Path directory) throws IOException {
        writeFullLoad(directory);
        writeChanges(directory);
        return new Summary(inserts, updates, deletes, keys.count());
    }

    private void writeFullLoad(Path directory) throws IOException {
        long stride = strideCoprimeTo(plan.rows());
        long row = 0;
        for (int file = 1; file <= plan.loadFiles(); file++) {
            long end = (long) plan.rows() * file / plan.loadFiles();
            try (BufferedWriter writer = open(directory, String.format(Locale.ROOT, "LOAD%08X.csv", file))) {
                for (; row < end; row++) {
                    plan.layout().appendPrefix(line, GeneratedLayout.FULL_LOAD, LOAD_TIME);
                    plan.layout().appendRow(line, row * stride % plan.rows() + 1, random);
                    flushLine(writer);
                }
            }
        }
    }

    // Walks all keys once, in an order that is far from sorted, and needs no list of them.
    private static long strideCoprimeTo(int rows) {
        long stride = Math.max(1, (long) (rows * 0.618));
        while (greatestCommonDivisor(stride, rows) > 1) {
            stride++;
        }
        return stride;
    }

    private static long greatestCommonDivisor(long a, long b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    private void writeChanges(Path directory) throws IOException {
        long change = 0;
        for (int file = 1; file <= plan.changeFiles(); file++) {
            Instant time = LOAD_TIME.plus(Duration.ofMinutes(file));
            long end = (long) plan.changes() * file / plan.changeFiles();
            try (BufferedWriter writer = open(directory, CHANGE_FILE.format(time))) {
                for (; change < end; change++) {
                    appendChange(time);
                    flushLine(writer);
                }
            }
        }
    }

    private void appendChange(Instant time) {
        int kind = random.nextInt(100);
        if (keys.isEmpty() || kind < INSERT_PERCENT) {
            plan.layout().appendPrefix(line, 'I', time);
            plan.layout().appendRow(line, keys.insert(random), random);
            inserts++;
        } else if (kind < INSERT_PERCENT + UPDATE_PERCENT) {
            plan.layout().appendPrefix(line, 'U', time);
            plan.layout().appendRow(line, keys.draw(random), random);
            updates++;
        } else {
            int key = keys.draw(random);
            keys.delete(key);
            plan.layout().appendPrefix(line, 'D', time);
            plan.layout().appendKeyOnly(line, key);
            deletes++;
        }
    }

    private static BufferedWriter open(Path directory, String name) throws IOException {
        return Files.newBufferedWriter(directory.resolve(name));
    }

    private void flushLine(BufferedWriter writer) throws IOException {
        writer.append(line.append('\n'));
        line.setLength(0);
    }
}
