package io.cdcsdk.bench.scd;

import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.rocksdb.RocksHistoryStore;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A history on disk that is many times as large as the heap: keys are loaded, then batches of changes of keys drawn alike follow,
 * each in a commit that is synced. Making the changes is not measured; its own cost is told apart. The heap is that of the JVM: {@code
 * cdc-bench/run} sets 512 MB.
 */
@Command(
        name = "history-disk",
        mixinStandardHelpOptions = true,
        description = "An SCD2 history on disk: changes per second, peak memory and size on disk, with a small heap.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class HistoryDiskCommand implements Callable<Integer> {
    private static final int WINDOW = 10;

    private final Function<Path, HistoryStore> stores;

    @Option(
            names = "--keys",
            defaultValue = "10000000",
            description = "Keys that are loaded; default ${DEFAULT-VALUE}.")
    int keys;

    @Option(
            names = "--batches",
            defaultValue = "200",
            description = "Batches behind the load; default ${DEFAULT-VALUE}.")
    int batches;

    @Option(names = "--batch", defaultValue = "50000", description = "Changes in a batch; default ${DEFAULT-VALUE}.")
    int batch;

    @Option(
            names = "--lateness",
            defaultValue = "PT1H",
            description = "The allowed lateness; default ${DEFAULT-VALUE}.")
    Duration lateness;

    @Option(
            names = "--directory",
            description = "Where the history goes, a new one; by default a temporary one, which is deleted.")
    Path directory;

    /** A command on the store on disk; picocli fills it. */
    public HistoryDiskCommand() {
        this(directory -> RocksHistoryStore.builder().directory(directory).build());
    }

    /** A command on the stores that a function opens in a directory. */
    HistoryDiskCommand(Function<Path, HistoryStore> stores) {
        this.stores = stores;
    }

    @Override
    public Integer call() throws IOException {
        boolean temporary = directory == null;
        Path root = temporary ? Files.createTempDirectory("history-disk") : Files.createDirectories(directory);
        try (EngineHistory history = new EngineHistory(stores.apply(root), lateness)) {
            measure(history, root, System.out);
        } finally {
            if (temporary) {
                delete(root);
            }
        }
        return 0;
    }

    /** Speeds of one phase. */
    private static final class Phase {
        private final double[] seconds;
        private final int[] changes;
        private double staging;
        private int count;

        Phase(int batches) {
            seconds = new double[batches];
            changes = new int[batches];
        }

        void run(EngineHistory history, int size, MicroBatches.Batch next) {
            long start = System.nanoTime();
            history.stage(next);
            long staged = System.nanoTime();
            history.apply();
            seconds[count] = (System.nanoTime() - staged) / 1e9;
            changes[count++] = size;
            staging += (staged - start) / 1e9;
        }

        /** Changes per second of each average over so many batches in a row, sorted. */
        double[] speeds(int window) {
            int width = Math.min(window, count);
            double[] speeds = new double[count - width + 1];
            for (int i = 0; i < speeds.length; i++) {
                double time = 0;
                long done = 0;
                for (int j = i; j < i + width; j++) {
                    time += seconds[j];
                    done += changes[j];
                }
                speeds[i] = done / time;
            }
            Arrays.sort(speeds);
            return speeds;
        }

        void print(String name, PrintStream out) {
            double[] each = speeds(1);
            long all = Arrays.stream(changes).asLongStream().sum();
            out.printf(
                    Locale.ROOT,
                    "%-8s %,14d changes: median %,10.0f/s, worst average of %d batches %,10.0f/s, altogether %,10.0f/s;"
                            + " making them: %,10.0f/s, not counted%n",
                    name,
                    all,
                    each[each.length / 2],
                    WINDOW,
                    speeds(WINDOW)[0],
                    all / Arrays.stream(seconds).sum(),
                    all / staging);
        }
    }

    private void measure(EngineHistory history, Path root, PrintStream out) throws IOException {
        ChangeStream stream = new ChangeStream(keys, ChangeStream.Choice.UNIFORM, ChangeMix.STANDARD, 42);
        out.printf(
                Locale.ROOT,
                "JDK %s, heap of %,d MB, %,d keys, batches of %,d, lateness %s%n",
                Runtime.version(),
                Runtime.getRuntime().maxMemory() >> 20,
                keys,
                batch,
                lateness);
        Phase load = new Phase((keys + batch - 1) / batch);
        for (int from = 0; from < keys; from += batch) {
            int first = from;
            int to = Math.min(keys, from + batch);
            load.run(history, to - from, target -> stream.insertAll(first, to, target));
        }
        load.print("load", out);
        out.printf(Locale.ROOT, "%,d MB on disk, peak memory %,d MB%n", size(root) >> 20, peakMemory() >> 20);
        Phase follow = new Phase(batches);
        for (int i = 0; i < batches; i++) {
            follow.run(history, batch, target -> stream.next(batch, target));
        }
        follow.print("changes", out);
        out.printf(Locale.ROOT, "%,d MB on disk, peak memory %,d MB%n", size(root) >> 20, peakMemory() >> 20);
    }

    /** The most memory that the process ever had, mapped files included, in bytes; 0 where the system does not tell. */
    private static long peakMemory() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }

    private static long size(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(Path::toFile)
                    .filter(File::isFile)
                    .mapToLong(File::length)
                    .sum();
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
