package io.cdcsdk.examples;

import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every example understands. */
final class CommonOptions {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    private boolean verbose;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads and writes it
    private boolean help;

    /** Loggers read their level once, when they are made, and none has been made while options are read. */
    @Option(names = "--verbose", description = "Logs to stderr, and shows the stack trace of an error.")
    void verbose(boolean value) {
        verbose = value;
        if (value) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "info");
        }
    }

    boolean isVerbose() {
        return verbose;
    }

    CommandLine commandLine() {
        return Objects.requireNonNull(command, "picocli sets it").commandLine();
    }

    /** Where results go. */
    PrintWriter out() {
        return commandLine().getOut();
    }
}
