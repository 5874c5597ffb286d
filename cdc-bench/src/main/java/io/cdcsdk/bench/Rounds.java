package io.cdcsdk.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs variants of the same work in turn (A B C, A B C, ...), so that a machine whose speed drifts drifts for all of them, and
 * prints each one's median and its ratio to the first, round by round. The first variant is run a second time under its own
 * name with "again": how far that ratio lies from 1 is the noise floor.
 */
final class Rounds {
    /** One way of doing the work. */
    @FunctionalInterface
    interface Variant {
        /** Does the work once. */
        Outcome run() throws IOException;
    }

    /**
     * What one run did.
     *
     * @param items the number of rows or events
     * @param allocatedBytes the bytes that the run's threads allocated, all together
     */
    record Outcome(long items, long allocatedBytes) {}

    private record Sample(double itemsPerSecond, double bytesPerItem) {}

    private final String unit;
    private final Map<String, Variant> variants = new LinkedHashMap<>();

    Rounds(String unit) {
        this.unit = unit;
    }

    /** Adds a variant; the first is what the others are compared with. */
    Rounds add(String name, Variant variant) {
        variants.put(name, variant);
        if (variants.size() == 1) {
            variants.put(name + " (again)", variant);
        }
        return this;
    }

    void run(int warmups, int rounds, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "JDK %s, %d processors, %d warm-up and %d counted rounds%n",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                warmups,
                rounds);
        Map<String, List<Sample>> samples = new LinkedHashMap<>();
        for (int round = -warmups; round < rounds; round++) {
            for (Map.Entry<String, Variant> variant : variants.entrySet()) {
                long start = System.nanoTime();
                Outcome outcome = once(variant.getValue());
                double seconds = (System.nanoTime() - start) / 1e9;
                if (round >= 0) {
                    samples.computeIfAbsent(variant.getKey(), name -> new ArrayList<>())
                            .add(new Sample(
                                    outcome.items() / seconds, (double) outcome.allocatedBytes() / outcome.items()));
                }
            }
        }
        print(samples, out);
    }

    private static Outcome once(Variant variant) {
        try {
            return variant.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print(Map<String, List<Sample>> samples, PrintStream out) {
        List<Sample> base = samples.values().iterator().next();
        out.printf(
                "%n%-44s %14s %14s %14s %10s %12s%n",
                "variant", unit + "/s median", "min", "max", "ratio", "bytes/" + unit.replaceAll("s$", ""));
        samples.forEach((name, list) -> {
            double[] speeds = list.stream().mapToDouble(Sample::itemsPerSecond).toArray();
            double[] ratios = new double[speeds.length];
            for (int i = 0; i < ratios.length; i++) {
                ratios[i] = speeds[i] / base.get(i).itemsPerSecond();
            }
            double bytes =
                    median(list.stream().mapToDouble(Sample::bytesPerItem).toArray());
            out.printf(
                    Locale.ROOT,
                    "%-44s %,14.0f %,14.0f %,14.0f %10.2f %12.1f%n",
                    name,
                    median(speeds),
                    Arrays.stream(speeds).min().orElseThrow(),
                    Arrays.stream(speeds).max().orElseThrow(),
                    median(ratios),
                    bytes);
        });
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
