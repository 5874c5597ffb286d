package io.cdcsdk.examples;

import io.cdcsdk.api.DeadLetterFilter;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.runtime.OpenLetter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Chooses among dead letters: those that every option which is given chooses. */
final class LetterOptions {
    @Option(
            names = "--category",
            paramLabel = "NAMES",
            split = ",",
            description = "Those that failed for one of these reasons: source, parsing, validation, transform, sink, "
                    + "schema, too-late. Not those that wait behind them.")
    private List<String> categories = List.of();

    @Option(names = "--table", paramLabel = "NAMES", split = ",", description = "Those of these tables.")
    private List<String> tables = List.of();

    @Option(names = "--lane", paramLabel = "NAMES", split = ",", description = "Those from these lanes.")
    private List<String> lanes = List.of();

    @Option(names = "--id", paramLabel = "IDS", split = ",", description = "These letters, by the ids that list shows.")
    private List<String> ids = List.of();

    /** Whether any option chooses. */
    boolean isAny() {
        return !(categories.isEmpty() && tables.isEmpty() && lanes.isEmpty() && ids.isEmpty());
    }

    /** What the options choose; notes their mistakes. */
    DeadLetterFilter filter(LetterList letters, OptionMistakes mistakes) {
        DeadLetterFilter filter = DeadLetterFilter.all();
        if (!categories.isEmpty()) {
            Set<ErrorCategory> chosen = categories(mistakes);
            filter = filter.and((id, letter) ->
                    letter.fault() != null && chosen.contains(letter.fault().category()));
        }
        if (!tables.isEmpty()) {
            filter = filter.and((id, letter) -> tables.contains(LetterList.table(letter)));
        }
        if (!lanes.isEmpty()) {
            filter = filter.and((id, letter) -> lanes.contains(letter.lane()));
        }
        if (!ids.isEmpty()) {
            Set<DeadLetterRecord.Id> chosen = new HashSet<>();
            for (String name : ids) {
                OpenLetter found = letters.find("--id", name, mistakes);
                if (found != null) {
                    chosen.add(found.id());
                }
            }
            filter = filter.and((id, letter) -> chosen.contains(id));
        }
        return filter;
    }

    /** Notes categories that do not exist, where there are no letters to choose from. */
    void noteCategories(OptionMistakes mistakes) {
        Set<ErrorCategory> unused = categories(mistakes);
    }

    private Set<ErrorCategory> categories(OptionMistakes mistakes) {
        Set<ErrorCategory> chosen = EnumSet.noneOf(ErrorCategory.class);
        for (String name : categories) {
            String text = name.strip().toLowerCase(Locale.ROOT);
            Arrays.stream(ErrorCategory.values())
                    .filter(each -> each.text().equals(text))
                    .findFirst()
                    .ifPresentOrElse(
                            chosen::add,
                            () -> mistakes.add(
                                    "--category",
                                    "'" + name + "' is not valid; expected one of "
                                            + Arrays.stream(ErrorCategory.values())
                                                    .map(ErrorCategory::text)
                                                    .collect(Collectors.joining(", "))));
        }
        return chosen;
    }
}
