package io.cdcsdk.bench;

import io.cdcsdk.bench.scd.HistoryDiskCommand;
import io.cdcsdk.bench.scd.ScdCommand;
import io.cdcsdk.bench.scd.ScdTable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry to all benchmarks. */
@Command(
        name = "cdc-bench/run",
        mixinStandardHelpOptions = true,
        subcommands = {
            DmsBenchmark.class,
            RuntimeBenchmark.class,
            SoakCommand.class,
            ScdCommand.class,
            ScdTable.class,
            HistoryDiskCommand.class
        },
        description = "Benchmarks of the CDC SDK, each beside its peer in the same run.")
final class Benchmarks {
    private Benchmarks() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Benchmarks()).execute(arguments));
    }
}
