package io.cdcsdk.bench.scd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The README's table of the results that JMH wrote. */
@Command(
        name = "scd-table",
        mixinStandardHelpOptions = true,
        description = "Prints the results of 'scd' as Markdown: medians over all iterations of all rounds.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class ScdTable implements Callable<Integer> {
    private static final Map<String, String> NAMES = Map.of(
            "NAIVE", "naive: hash maps of rows, any table (late changes sorted first)",
            "TYPED_SORTED", "hand-made for this one table: hash maps, late changes sorted first",
            "TYPED_ONE_MAP", "hand-made for this one table: one hash map, late changes sorted first",
            "TYPED_LATE_DROPPED", "hand-made for this one table: hash maps, late changes dropped (wrong)",
            "TYPED", "hand-made for this one table: hash maps (not exact for late changes)",
            "DUCKDB", "DuckDB, one thread",
            "ENGINE", "SCD2 engine, in memory",
            "ENGINE_AGAIN", "the same again (noise)");
    private static final String NAIVE_BATCHES = "naive: hash maps of rows, any table (not exact for late changes)";
    private static final List<String> ORDER = List.of(
            "NAIVE",
            "TYPED_SORTED",
            "TYPED_ONE_MAP",
            "TYPED_LATE_DROPPED",
            "TYPED",
            "DUCKDB",
            "ENGINE",
            "ENGINE_AGAIN");

    @Parameters(paramLabel = "FILE.json", description = "What 'scd' wrote.")
    Path file;

    /** What one variant did in all rounds. */
    private static final class Outcome {
        final List<Double> perSecond = new ArrayList<>();
        final List<Double> allocated = new ArrayList<>();
        final List<Double> retained = new ArrayList<>();
    }

    /**
     * One table.
     *
     * @param keys or 0
     * @param history versions before the first batch, or 0
     * @param batch changes in a batch, or 0
     */
    private record Title(int keys, int history, int batch) implements Comparable<Title> {
        @Override
        public int compareTo(Title other) {
            int byKeys = Integer.compare(other.keys, keys);
            int byBatch = Integer.compare(batch, other.batch);
            return byKeys != 0 ? -byKeys : byBatch != 0 ? byBatch : Integer.compare(history, other.history);
        }

        String text(long changes) {
            return batch > 0
                    ? "batches of " + amount(batch) + " into " + amount(history) + " versions of 1M keys"
                    : "full build: " + amount(changes) + " changes of " + amount(keys) + " keys";
        }
    }

    /** A command that picocli fills. */
    public ScdTable() {}

    @Override
    public Integer call() throws IOException {
        print(file, System.out);
        return 0;
    }

    static void print(Path file, PrintStream out) throws IOException {
        Map<Title, Map<String, Outcome>> tables = new TreeMap<>();
        Map<Title, Long> changesOf = new TreeMap<>();
        JsonNode root = new ObjectMapper().readTree(file.toFile());
        for (JsonNode run : root) {
            JsonNode parameters = run.path("params");
            Title title = new Title(
                    parameters.path("keys").asInt(),
                    parameters.path("history").asInt(),
                    parameters.path("batch").asInt());
            Outcome outcome = tables.computeIfAbsent(title, ignored -> new TreeMap<>())
                    .computeIfAbsent(parameters.path("variant").asText(), ignored -> new Outcome());
            JsonNode secondary = run.path("secondaryMetrics");
            List<Double> times = raw(run.path("primaryMetric"));
            List<Double> changes = raw(secondary.path("changes"));
            List<Double> allocated = raw(secondary.path("allocatedBytes"));
            changesOf.put(title, changes.get(0).longValue());
            if (run.path("benchmark").asText().contains("Retained")) {
                outcome.retained.add(raw(secondary.path("retainedBytes")).get(0) / changes.get(0));
                continue;
            }
            for (int i = 0; i < times.size(); i++) {
                outcome.perSecond.add(changes.get(i) / times.get(i) * 1000);
                outcome.allocated.add(allocated.get(i) / changes.get(i));
            }
        }
        JsonNode first = root.path(0);
        out.printf(
                "%nJDK %s, %s; a history's heap is compared per change.%n",
                first.path("jdkVersion").asText(), first.path("jvmArgs"));
        tables.forEach((title, variants) -> print(title, changesOf.getOrDefault(title, 0L), variants, out));
    }

    private static void print(Title title, long changes, Map<String, Outcome> variants, PrintStream out) {
        boolean batches = title.batch() > 0;
        out.printf(
                "%n| %s | changes/s | to naive | to DuckDB | bytes allocated per change | bytes kept per change |%n",
                title.text(changes));
        out.println("| --- | ---: | ---: | ---: | ---: | ---: |");
        Double naive = median(variants, "NAIVE");
        Double duck = median(variants, "DUCKDB");
        for (String variant : ORDER) {
            Outcome outcome = variants.get(variant);
            if (outcome != null) {
                Double perSecond = median(outcome.perSecond);
                out.printf(
                        "| %s | %s | %s | %s | %s | %s |%n",
                        variant.equals("NAIVE") && batches ? NAIVE_BATCHES : NAMES.get(variant),
                        perSecond == null ? "" : amount(perSecond.longValue()),
                        ratio(perSecond, naive),
                        ratio(perSecond, duck),
                        variant.equals("DUCKDB") ? "not on the heap" : whole(median(outcome.allocated)),
                        variant.equals("DUCKDB") ? "" : whole(median(outcome.retained)));
            }
        }
    }

    private static List<Double> raw(JsonNode metric) {
        List<Double> values = new ArrayList<>();
        metric.path("rawData").forEach(fork -> fork.forEach(value -> values.add(value.asDouble())));
        return values;
    }

    private static @Nullable Double median(Map<String, Outcome> variants, String variant) {
        Outcome outcome = variants.get(variant);
        return outcome == null ? null : median(outcome.perSecond);
    }

    private static @Nullable Double median(List<Double> values) {
        if (values.isEmpty()) {
            return null;
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static String ratio(@Nullable Double one, @Nullable Double other) {
        return one == null || other == null ? "" : String.format(Locale.ROOT, "%.2f", one / other);
    }

    private static String whole(@Nullable Double value) {
        return value == null ? "" : String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String amount(long value) {
        if (value >= 1_000_000) {
            String text = String.format(Locale.ROOT, "%.2f", value / 1e6);
            return text.replaceAll("\\.?0+$", "") + "M";
        }
        return value >= 1_000 ? value / 1_000 + "k" : String.valueOf(value);
    }
}
