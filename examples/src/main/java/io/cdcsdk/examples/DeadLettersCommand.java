package io.cdcsdk.examples;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Column;
import io.cdcsdk.api.DeadLetterFilter;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterRecord.Fault;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.format.ValueText;
import io.cdcsdk.runtime.OpenLetter;
import io.cdcsdk.runtime.Pipeline;
import io.cdcsdk.runtime.PipelineListener;
import io.cdcsdk.runtime.ReplayResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What can be done with the events that {@link DmsToFile} has set aside. */
@Command(
        name = "dead-letters",
        description = "Shows what dms-to-file --dead-letters DIR has set aside, and writes or forgets it.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DeadLettersCommand.ListAll.class,
            DeadLettersCommand.Show.class,
            DeadLettersCommand.Replay.class,
            DeadLettersCommand.Drop.class
        })
final class DeadLettersCommand {
    private static final String NAME = "dead-letters";
    private static final String FENCES =
            " A dms-to-file on the same output that runs at the same time loses it to this "
                    + "command: it stops with an error, and is to be started again afterwards.";

    private static final int WIDEST_CELL = 60;
    private static final List<String> HEAD = List.of(
            "id", "lane", "position", "table", "operation", "state", "category", "attempts", "set aside", "message");

    @Mixin
    private final CommonOptions common = new CommonOptions();

    private DeadLettersCommand() {}

    /** A table of all letters. */
    @Command(
            name = "list",
            description =
                    "Lists the dead letters, and how many there are of each category. Changes nothing; dms-to-file may run.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Mixin
        private final LetterOptions choice = new LetterOptions();

        @Option(names = "--dead-letters", paramLabel = "DIR", description = "The directory of the dead letters.")
        private @Nullable Path directory;

        @Override
        public Integer call() {
            OptionMistakes mistakes = new OptionMistakes(NAME);
            Chosen chosen = Chosen.of(directory, choice, mistakes);
            mistakes.throwIfAny();
            chosen.print(common.out());
            return 0;
        }
    }

    /** One letter. */
    @Command(
            name = "show",
            description = "Shows one dead letter with all its columns. Changes nothing; dms-to-file may run.")
    static final class Show implements Callable<Integer> {
        private static final int WHOLE = Integer.MAX_VALUE;

        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Parameters(paramLabel = "ID", description = "The id that list shows.")
        private String id = "";

        @Option(names = "--dead-letters", paramLabel = "DIR", description = "The directory of the dead letters.")
        private @Nullable Path directory;

        @Override
        public Integer call() {
            OptionMistakes mistakes = new OptionMistakes(NAME);
            Path letters = LetterList.check(directory, mistakes);
            LetterList all = letters == null ? null : LetterList.read(letters);
            OpenLetter letter = all == null ? null : all.find("ID", id, mistakes);
            mistakes.throwIfAny();
            print(common.out(), Objects.requireNonNull(all), Objects.requireNonNull(letter));
            return 0;
        }

        private static void print(PrintWriter out, LetterList all, OpenLetter open) {
            Letter letter = open.letter();
            line(out, "id", open.id().session() + ":" + open.id().index());
            line(out, "lane", letter.lane());
            line(out, "position", ProgressReport.place(letter.position()) + " (" + letter.position() + ")");
            line(out, "table", LetterList.table(letter));
            line(out, "operation", LetterList.operation(letter));
            Fault fault = letter.fault();
            if (fault == null) {
                OpenLetter first = all.inFrontOf(open);
                line(out, "waits", first == null ? "behind a letter of its key" : "behind " + all.name(first));
            } else {
                line(out, "category", fault.category().text());
                line(out, "message", fault.message());
                line(out, "failure", fault.failure());
            }
            line(out, "attempts", String.valueOf(letter.attempts()));
            line(out, "set aside", letter.time().toString());
            List<String> behind = all.all().stream()
                    .filter(each -> open.equals(all.inFrontOf(each)))
                    .map(all::name)
                    .toList();
            if (!behind.isEmpty()) {
                line(out, "behind it", String.join(", ", behind));
            }
            ChangeEvent event = letter.event();
            if (event instanceof RowChange change) {
                out.print(columns(change));
            } else if (event == null) {
                out.println("It could not be decoded.");
            }
            out.flush();
        }

        private static void line(PrintWriter out, String name, String value) {
            out.printf("%-10s %s%n", name, TextTable.inOneLine(value, WHOLE));
        }

        private static TextTable columns(RowChange change) {
            TextTable table = new TextTable(List.of("column", "type", "before", "after"), WHOLE);
            TableSchema schema = change.schema();
            for (int i = 0; i < schema.columns().size(); i++) {
                Column column = schema.columns().get(i);
                table.add(List.of(
                        column.name() + (schema.keyNames().contains(column.name()) ? " (key)" : ""),
                        column.type().toString(),
                        value(change.before(), i),
                        value(change.after(), i)));
            }
            return table;
        }

        private static String value(@Nullable Row row, int ordinal) {
            if (row == null) {
                return "";
            }
            return switch (row.state(ordinal)) {
                case VALUE -> ValueText.of(row, ordinal);
                case NULL -> "(null)";
                case ABSENT -> "(absent)";
                case UNAVAILABLE -> "(unavailable)";
            };
        }
    }

    /** Writes letters. */
    @Command(
            name = "replay",
            description =
                    "Writes dead letters into the output of dms-to-file, in the order in which they came, with those that wait "
                            + "right behind them; give the options that it was given. What fails again stays, and so does what "
                            + "waits behind it. --validate checks the rows once more, with rules that may have been mended; "
                            + "without it, rows that broke a rule are written as they are. It may be killed at any time, and run "
                            + "again: each letter is written once." + FENCES,
            footer = {"", "Exits with 0 if everything that was chosen has been written, else with 1."})
    static final class Replay implements Callable<Integer> {
        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Mixin
        private final ConsolidationOptions options = new ConsolidationOptions();

        @Mixin
        private final LetterOptions choice = new LetterOptions();

        @Option(names = "--show-commits", description = "Prints a line for each commit.")
        private boolean showCommits;

        @Override
        public Integer call() throws IOException {
            OptionMistakes mistakes = new OptionMistakes(NAME);
            ConsolidationOptions.Settings settings = settings(options, mistakes);
            Chosen chosen = Chosen.of(options.letters().orElse(null), choice, mistakes);
            mistakes.throwIfAny();
            PrintWriter out = common.out();
            if (chosen.isEmpty()) {
                chosen.print(out);
                return 0;
            }
            ReplayResult result;
            long left;
            Pipeline.Builder builder = Objects.requireNonNull(settings)
                    .pipeline(new ChangeCounter())
                    .listener(new CommitLines());
            try (Pipeline pipeline = builder.build()) {
                result = pipeline.replay(ConsolidationOptions.SINK, chosen.filter());
                left = pipeline.status().sinks().get(0).deadLetters();
            }
            out.printf(
                    "%,d written, %,d failed again, %,d wait behind others%n",
                    result.replayed(), result.failed(), result.waiting());
            result.failures().forEach(failure -> out.println("  " + TextTable.inOneLine(failure, Integer.MAX_VALUE)));
            if (left > 0) {
                out.printf(
                        "%,d dead %s left: %s%n", left, left == 1 ? "letter is" : "letters are", options.listCommand());
            }
            return result.failed() + result.waiting() > 0 ? 1 : 0;
        }

        private final class CommitLines implements PipelineListener {
            private long commits;

            @Override
            public void resolved(String sink, DeadLetterRecord.Resolved resolved) {
                if (showCommits && resolved.how() == DeadLetterRecord.Resolution.REPLAYED) {
                    commits++;
                    common.out()
                            .println("Commit " + commits + ": "
                                    + resolved.letters().size() + " letters");
                }
            }
        }
    }

    /** Forgets letters. */
    @Command(
            name = "drop",
            description =
                    "Forgets dead letters, which are never written then. What waits behind them stays, and is written by itself. "
                            + "Give the options that dms-to-file was given, and --yes with options that choose letters, or "
                            + "--all; without --yes it shows what would be forgotten." + FENCES)
    static final class Drop implements Callable<Integer> {
        @Mixin
        private final CommonOptions common = new CommonOptions();

        @Mixin
        private final ConsolidationOptions options = new ConsolidationOptions();

        @Mixin
        private final LetterOptions choice = new LetterOptions();

        @Option(names = "--yes", description = "Forgets the letters that are chosen.")
        private boolean yes;

        @Option(names = "--all", description = "Forgets all letters.")
        private boolean all;

        @Override
        public Integer call() throws IOException {
            OptionMistakes mistakes = new OptionMistakes(NAME);
            ConsolidationOptions.Settings settings = settings(options, mistakes);
            Chosen chosen = Chosen.of(options.letters().orElse(null), choice, mistakes);
            if (all == choice.isAny()) {
                mistakes.add(
                        "--all",
                        all ? "excludes options that choose letters" : "is not set, and no option chooses letters");
            }
            mistakes.throwIfAny();
            if (chosen.isEmpty()) {
                chosen.print(common.out());
                return 0;
            } else if (!all && !yes) {
                chosen.print(common.out());
                mistakes.add("--yes", "is not set; nothing was forgotten");
                mistakes.throwIfAny();
            }
            try (Pipeline pipeline = Objects.requireNonNull(settings)
                    .pipeline(new ChangeCounter())
                    .build()) {
                long dropped = pipeline.dropDeadLetters(ConsolidationOptions.SINK, chosen.filter());
                common.out()
                        .printf(
                                "%,d dropped, %,d left%n",
                                dropped, pipeline.status().sinks().get(0).deadLetters());
            }
            return 0;
        }
    }

    /** The settings of the pipeline that has set the letters aside; null after mistakes were noted. */
    private static ConsolidationOptions.@Nullable Settings settings(
            ConsolidationOptions options, OptionMistakes mistakes) throws IOException {
        Path output = mistakes.existingDirectory("--output", options.output(), "the output of dms-to-file");
        ConsolidationOptions.Settings settings = options.settings(ConsolidationOptions.Reading.NOTHING, mistakes);
        return output == null ? null : settings;
    }

    /** The letters in a directory, and which of them are chosen. */
    private record Chosen(
            @Nullable Path directory, @Nullable LetterList letters, DeadLetterFilter filter) {
        static Chosen of(@Nullable Path directory, LetterOptions choice, OptionMistakes mistakes) {
            Path found = LetterList.check(directory, mistakes);
            if (found == null) {
                choice.noteCategories(mistakes);
                return new Chosen(null, null, DeadLetterFilter.all());
            }
            LetterList letters = LetterList.read(found);
            return new Chosen(found, letters, choice.filter(letters, mistakes));
        }

        private List<OpenLetter> chosen() {
            return Objects.requireNonNull(letters, "checked").all().stream()
                    .filter(each -> filter.chooses(each.id(), each.letter()))
                    .toList();
        }

        boolean isEmpty() {
            return chosen().isEmpty();
        }

        /** Prints the letters that are chosen as a table, or that there are none. */
        void print(PrintWriter out) {
            LetterList all = Objects.requireNonNull(letters, "checked");
            List<OpenLetter> chosen = chosen();
            if (all.all().isEmpty()) {
                out.println("There are no dead letters in " + directory + ".");
                return;
            } else if (chosen.isEmpty()) {
                out.printf(
                        "None of the %,d dead letters in %s is chosen.%n",
                        all.all().size(), directory);
                return;
            }
            TextTable table = new TextTable(HEAD, WIDEST_CELL);
            Map<String, Integer> totals = new TreeMap<>();
            for (OpenLetter each : chosen) {
                Letter letter = each.letter();
                Fault fault = letter.fault();
                OpenLetter first = all.inFrontOf(each);
                totals.merge(fault == null ? "behind" : fault.category().text(), 1, Integer::sum);
                table.add(List.of(
                        all.name(each),
                        letter.lane(),
                        ProgressReport.place(letter.position()),
                        LetterList.table(letter),
                        LetterList.operation(letter),
                        fault == null ? "behind" : "failed",
                        fault == null ? "" : fault.category().text(),
                        String.valueOf(letter.attempts()),
                        letter.time().truncatedTo(ChronoUnit.SECONDS).toString(),
                        fault != null
                                ? LetterList.reason(letter, fault)
                                : first == null ? "" : "waits behind " + all.name(first)));
            }
            out.print(table);
            out.printf("%,d dead %s: ", chosen.size(), chosen.size() == 1 ? "letter" : "letters");
            out.println(String.join(
                    ", ",
                    totals.entrySet().stream()
                            .map(total -> String.format("%,d %s", total.getValue(), total.getKey()))
                            .toList()));
        }
    }
}
