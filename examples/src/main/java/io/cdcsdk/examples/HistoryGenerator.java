package io.cdcsdk.examples;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Writes DMS files whose changes come late, twice, or change nothing: the raw material of a history. Several changes may share a
 * commit time. The same plan always gives the same bytes.
 */
final class HistoryGenerator {
    /**
     * What to write.
     *
     * @param keys the rows of the full load
     * @param events the changes after it, repeated ones aside
     * @param span the time that they cover
     * @param inFile the changes in a file
     * @param latePercent how many come late, by up to 50 minutes
     * @param tooLatePercent how many come later than an hour
     * @param repeatPercent how many come twice
     * @param noChangePercent how many updates change nothing
     * @param seed which of all possible histories
     */
    record Plan(
            int keys,
            int events,
            Duration span,
            int inFile,
            int latePercent,
            int tooLatePercent,
            int repeatPercent,
            int noChangePercent,
            long seed) {}

    /**
     * What was written.
     *
     * @param changes the changes, repeated ones included
     * @param late how many of them came late
     * @param repeats how many of them came before
     * @param files the files with changes
     */
    record Summary(long changes, long late, long repeats, int files) {}

    private record Delayed(long due, long number, String line) implements Comparable<Delayed> {
        @Override
        public int compareTo(Delayed other) {
            return due != other.due ? Long.compare(due, other.due) : Long.compare(number, other.number);
        }
    }

    private static final String HEADER = "dms_timestamp,person_id,full_name,city,score,active\n";
    private static final long LOAD_TIME = micros(Instant.parse("2026-01-01T00:00:00Z"));
    private static final DateTimeFormatter FILE =
            DateTimeFormatter.ofPattern("uuuuMMdd-HHmmssSSS'.csv'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final String[] NAMES = {
        "Ada Lovelace", "Zoë Müller", "\"Hopper, Grace\"", "\"Grace \"\"Amazing\"\" Hopper\"", "\"Fatma\nŞahin\"", "李雷",
        "Łukasz Nowak", "NULL", "\"NULL\"", "\"\"", "𠮷田 太郎", "José García"
    };
    private static final String[] CITIES = {
        "Berlin", "São Paulo", "\"Washington, D.C.\"", "Zürich", "東京", "Kraków", "Lagos", "NULL", "New York"
    };
    private static final int SCORES = 400;

    private static final int INSERT_PERCENT = 12;
    private static final int DELETE_PERCENT = 8;
    private static final int SAME_TIME_PERCENT = 20;
    private static final int KEY_ONLY_PERCENT = 30;
    private static final long LONGEST_LATE = TimeUnit.MINUTES.toMicros(50);
    private static final long LEAST_TOO_LATE = TimeUnit.MINUTES.toMicros(61);
    private static final long MOST_TOO_LATE = TimeUnit.MINUTES.toMicros(90);
    private static final long LONGEST_REPEAT = TimeUnit.MINUTES.toMicros(10);

    private final Plan plan;
    private final Path directory;
    private final SplittableRandom random;
    private final LiveKeys keys;
    private final Queue<Delayed> delayed = new PriorityQueue<>();
    private int[] rows; // by key: name, city, score and active, in one number
    private long time = LOAD_TIME;
    private long lastFile;
    private BufferedWriter out = new BufferedWriter(Writer.nullWriter());
    private long written;
    private long late;
    private long repeats;
    private int files;

    HistoryGenerator(Plan plan, Path directory) {
        this.plan = plan;
        this.directory = directory;
        this.random = new SplittableRandom(plan.seed());
        this.keys = new LiveKeys(plan.keys());
        this.rows = new int[plan.keys() + 1];
    }

    /** Writes all files into the directory, which must exist. */
    Summary write() throws IOException {
        writeFullLoad();
        long step = micros(Instant.EPOCH.plus(plan.span())) / Math.max(1, plan.events());
        for (int i = 0; i < plan.events(); i++) {
            if (random.nextInt(100) >= SAME_TIME_PERCENT) {
                time += 1 + random.nextLong(Math.max(1, step * 5 / 2));
            }
            deliverUntil(time);
            String line = change();
            int kind = random.nextInt(100);
            if (kind < plan.tooLatePercent()) {
                delay(line, random.nextLong(LEAST_TOO_LATE, MOST_TOO_LATE));
                late++;
            } else if (kind < plan.tooLatePercent() + plan.latePercent()) {
                delay(line, random.nextLong(LONGEST_LATE));
                late++;
            } else {
                deliver(line);
            }
            if (random.nextInt(100) < plan.repeatPercent()) {
                delay(line, random.nextLong(LONGEST_REPEAT));
                repeats++;
            }
        }
        deliverUntil(Long.MAX_VALUE);
        out.close();
        return new Summary(written, late, repeats, files);
    }

    private void writeFullLoad() throws IOException {
        try (BufferedWriter load = Files.newBufferedWriter(directory.resolve("LOAD00000001.csv"))) {
            load.append(HEADER);
            for (int key = 1; key <= plan.keys(); key++) {
                rows[key] = randomRow();
                load.append(text(LOAD_TIME + key)).append(',').append(row(key)).append('\n');
            }
        }
        time += plan.keys() + TimeUnit.SECONDS.toMicros(1);
    }

    private String change() {
        int kind = random.nextInt(100);
        if (keys.isEmpty() || kind < INSERT_PERCENT) {
            int key = keys.insert(random);
            if (key >= rows.length) {
                rows = Arrays.copyOf(rows, Math.max(key + 1, rows.length * 2));
            }
            rows[key] = randomRow();
            return line('I', row(key));
        }
        int key = keys.draw(random);
        if (kind < INSERT_PERCENT + DELETE_PERCENT) {
            keys.delete(key);
            return line('D', random.nextInt(100) < KEY_ONLY_PERCENT ? key + ",NULL,NULL,NULL,NULL" : row(key));
        }
        if (random.nextInt(100) >= plan.noChangePercent()) {
            rows[key] = changed(rows[key]);
        }
        return line('U', row(key));
    }

    private int randomRow() {
        return packed(
                random.nextInt(NAMES.length), random.nextInt(CITIES.length), random.nextInt(SCORES), random.nextInt(2));
    }

    private static int packed(int name, int city, int score, int active) {
        return ((name * CITIES.length + city) * SCORES + score) * 2 + active;
    }

    private int changed(int row) {
        int active = row % 2;
        int score = row / 2 % SCORES;
        int city = row / 2 / SCORES % CITIES.length;
        int name = row / 2 / SCORES / CITIES.length;
        return switch (random.nextInt(8)) {
            case 0 -> packed(random.nextInt(NAMES.length), city, score, active);
            case 1 -> packed(name, city, score, 1 - active);
            case 2, 3, 4 -> packed(name, random.nextInt(CITIES.length), score, active);
            default -> packed(name, city, random.nextInt(SCORES), active);
        };
    }

    private String row(int key) {
        int row = rows[key];
        int score = row / 2 % SCORES;
        return key + "," + NAMES[row / 2 / SCORES / CITIES.length] + "," + CITIES[row / 2 / SCORES % CITIES.length]
                + "," + (score == 0 ? "NULL" : String.valueOf(score / 4.0)) + (row % 2 == 0 ? ",false" : ",true");
    }

    private String line(char operation, String row) {
        return operation + "," + text(time) + "," + row;
    }

    private void delay(String line, long micros) {
        delayed.add(new Delayed(time + micros, delayed.size() + written, line));
    }

    private void deliverUntil(long until) throws IOException {
        for (Delayed next = delayed.peek(); next != null && next.due() <= until; next = delayed.peek()) {
            deliver(delayed.remove().line());
        }
    }

    private void deliver(String line) throws IOException {
        if (written % plan.inFile() == 0) {
            nextFile();
        }
        out.append(line).append('\n');
        written++;
    }

    private void nextFile() throws IOException {
        out.close();
        lastFile = Math.max(time, lastFile + TimeUnit.MILLISECONDS.toMicros(1));
        out = Files.newBufferedWriter(directory.resolve(FILE.format(instant(lastFile))));
        out.append("Op,").append(HEADER);
        files++;
    }

    private static String text(long micros) {
        return TIME.format(instant(micros));
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plusNanos(TimeUnit.MICROSECONDS.toNanos(micros));
    }

    private static long micros(Instant instant) {
        return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(instant.getNano());
    }
}
