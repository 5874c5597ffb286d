package io.cdcsdk.examples;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.InvalidConfiguration;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The main class of all examples: {@code examples/run NAME [options]}. Exits with 0 after success, 1 after a failure, and 2 when
 * the options are wrong. Told to end by a signal, an example that moves changes commits what it has read and exits as the signal has
 * it, with 143 or 130; with 3 if it could not commit all of it in time, and the next run reads the rest again.
 */
@Command(
        name = "examples/run",
        description = "Runs one of the examples of CDC SDK.",
        synopsisSubcommandLabel = "NAME",
        footer = {
            "",
            "Options of an example: examples/run NAME --help",
            "",
            "Exit codes: 0 success; 1 a failure; 2 wrong options; 130 or 143 stopped by a signal, and everything "
                    + "that was read is committed; 3 stopped by a signal, and not everything could be committed in time: the "
                    + "next run reads it again."
        },
        subcommands = {
            DmsToFile.class,
            DmsHistory.class,
            GenerateDms.class,
            GenerateHistory.class,
            DeadLettersCommand.class
        })
public final class Examples {
    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads and writes it
    private boolean help;

    private Examples() {}

    /** Runs the example that the first argument names, and ends the JVM. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int code = execute(out, err, arguments);
        Termination.ended(code);
        System.exit(code);
    }

    /** Runs an example within this JVM and returns its exit code. */
    static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine commands = new CommandLine(new Examples())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler((exception, parsed) -> reportMisuse(exception))
                .setExecutionExceptionHandler((exception, command, parsed) -> report(exception, command));
        return commands.execute(arguments);
    }

    private static int reportMisuse(ParameterException exception) {
        CommandLine command = exception.getCommandLine();
        command.getErr().println("error: " + exception.getMessage());
        command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help");
        return CommandLine.ExitCode.USAGE;
    }

    private static int report(Exception exception, CommandLine command) {
        PrintWriter err = command.getErr();
        err.println("error: " + message(exception));
        if (command.getCommandSpec().mixins().values().stream()
                .anyMatch(mixin -> mixin.userObject() instanceof CommonOptions options && options.isVerbose())) {
            exception.printStackTrace(err);
        }
        if (exception instanceof InvalidConfiguration) {
            return CommandLine.ExitCode.USAGE;
        }
        boolean stopped = exception instanceof CdcException && !(exception instanceof BadRecord);
        return stopped && Termination.isUnderWay() ? Termination.NOT_DRAINED : CommandLine.ExitCode.SOFTWARE;
    }

    // The JDK's message of a missing or forbidden file is its bare name; the class alone says what is wrong with it.
    private static String message(Exception exception) {
        String message = exception.getMessage();
        if (message != null && exception instanceof CdcException) {
            return message;
        }
        String kind = exception.getClass().getSimpleName();
        return message == null
                ? kind
                : exception instanceof FileSystemException ? kind + ": " + message : message + " (" + kind + ")";
    }
}
