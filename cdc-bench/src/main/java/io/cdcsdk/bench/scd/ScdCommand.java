package io.cdcsdk.bench.scd;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The SCD2 engine beside its peers, by JMH. All variants run once, each in a JVM of its own, before any runs again, so that a machine
 * whose speed drifts drifts for all of them. The heap that is kept varies little, and is weighed once.
 */
@Command(
        name = "scd",
        mixinStandardHelpOptions = true,
        description =
                "SCD2 histories: changes per second of full builds and of micro-batches, beside hash maps and DuckDB.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class ScdCommand implements Callable<Integer> {
    private static final String EVERYTHING = "io.cdcsdk.bench.scd";

    @Option(names = "--quick", description = "One round, few iterations, the small sizes: a look, not a measurement.")
    boolean quick;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "Rounds, JVMs for each variant; default ${DEFAULT-VALUE}.")
    int rounds;

    @Option(
            names = "--benchmark",
            paramLabel = "REGEX",
            defaultValue = EVERYTHING,
            description = "Only the benchmarks whose full name matches: FullBuild, MicroBatch, Retained.")
    String benchmark;

    @Option(
            names = "--parameter",
            paramLabel = "NAME=VALUES",
            description =
                    "Only these values of a parameter, separated by commas: variant, keys, history, batch. Repeatable."
                            + " Without it and without --benchmark, the engine also runs with histories and batches of other sizes.")
    List<String> parameters = new ArrayList<>();

    @Option(names = "--profile", description = "Adds the JMH profiler of this name, such as stack. Repeatable.")
    List<String> profilers = new ArrayList<>();

    @Option(
            names = "--result",
            defaultValue = "cdc-bench/target/scd.json",
            description = "Where the results go, as JMH's JSON.")
    Path result;

    /** A command that picocli fills. */
    public ScdCommand() {}

    @Override
    public Integer call() throws RunnerException, IOException {
        List<RunResult> results = new ArrayList<>();
        boolean everything = !quick && parameters.isEmpty() && benchmark.equals(EVERYTHING);
        for (int round = 1; round <= (quick ? 1 : rounds); round++) {
            run(options(everything ? "FullBuild|MicroBatch" : benchmark), results);
            if (everything && round == 1) {
                run(engineBatches("10000000", "50000"), results);
                run(engineBatches("1000000", "5000", "500000"), results);
            }
        }
        if (everything) {
            run(options("Retained").param("keys", "1000000"), results);
        }
        ScdTable.print(result, System.out);
        return 0;
    }

    private void run(ChainedOptionsBuilder options, List<RunResult> results) throws RunnerException, IOException {
        results.addAll(new Runner(options.build()).run());
        write(results);
    }

    /** How the engine's speed depends on the sizes; the peers are measured at the middle ones. */
    private ChainedOptionsBuilder engineBatches(String history, String... batches) {
        return options("MicroBatch")
                .param("variant", "ENGINE")
                .param("history", history)
                .param("batch", batches);
    }

    private void write(List<RunResult> results) throws IOException {
        if (result.getParent() != null) {
            Files.createDirectories(result.getParent());
        }
        try (PrintStream out = new PrintStream(Files.newOutputStream(result), false, "UTF-8")) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
    }

    private ChainedOptionsBuilder options(String include) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(include)
                .shouldFailOnError(true)
                .timeout(TimeValue.minutes(30))
                .addProfiler(GCProfiler.class);
        for (String profiler : profilers) {
            options.addProfiler(profiler);
        }
        for (String parameter : parameters) {
            String[] parts = parameter.split("=", 2);
            options.param(parts[0], parts[1].split(","));
        }
        if (quick) {
            options.measurementIterations(3);
            quickly(options, "keys", "100000");
            quickly(options, "history", "1000000");
            quickly(options, "batch", "50000");
        }
        return options;
    }

    private void quickly(ChainedOptionsBuilder options, String parameter, String value) {
        if (parameters.stream().noneMatch(given -> given.startsWith(parameter + "="))) {
            options.param(parameter, value);
        }
    }
}
