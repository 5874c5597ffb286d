package io.cdcsdk.examples;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.Truncate;
import io.cdcsdk.runtime.OpenLetter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters in a directory, with short names: the first random digits of the session, as many as tell it from the others, and
 * the number in it, such as {@code 3f9a:7}. The name of the whole session does as well.
 */
final class LetterList {
    private static final int FEWEST_DIGITS = 4;

    private final List<OpenLetter> letters;
    private final Map<String, String> shortSessions = new HashMap<>();
    private final Map<DeadLetterRecord.Id, OpenLetter> inFront = new HashMap<>();

    private LetterList(List<OpenLetter> letters) {
        this.letters = letters;
        Set<String> sessions = new HashSet<>();
        letters.forEach(each -> sessions.add(each.id().session()));
        for (String session : sessions) {
            String digits = digits(session);
            int length = Math.min(FEWEST_DIGITS, digits.length());
            while (length < digits.length() && count(sessions, digits.substring(0, length)) > 1) {
                length++;
            }
            shortSessions.put(session, digits.substring(0, length));
        }
        Map<String, OpenLetter> failed = new HashMap<>();
        for (OpenLetter each : letters) {
            Letter letter = each.letter();
            for (String key : letter.keys()) {
                OpenLetter first = failed.get(key);
                if (letter.fault() == null && first != null) {
                    inFront.putIfAbsent(each.id(), first);
                }
            }
            OpenLetter head = letter.fault() == null ? inFront.get(each.id()) : each;
            if (head != null) {
                letter.keys().forEach(key -> failed.put(key, head));
            }
        }
    }

    /**
     * Reads the letters of {@link DmsToFile} that are not resolved.
     *
     * @param directory that {@link #check} has found to hold them
     */
    static LetterList read(Path directory) {
        return new LetterList(OpenLetter.read(
                ConsolidationOptions.store(directory), ConsolidationOptions.PIPELINE, ConsolidationOptions.SINK));
    }

    /** The directory, or null after the mistake was noted that it holds no letters: reading them would make some. */
    static @Nullable Path check(@Nullable Path directory, OptionMistakes mistakes) {
        Path found = mistakes.existingDirectory(
                "--dead-letters", directory, "the directory that dms-to-file has with --dead-letters");
        if (found != null
                && !found.resolve(ConsolidationOptions.PIPELINE + "." + ConsolidationOptions.SINK)
                        .toFile()
                        .isDirectory()) {
            mistakes.add("--dead-letters", found + " holds no dead letters of dms-to-file");
            return null;
        }
        return found;
    }

    private static String digits(String session) {
        return session.substring(session.lastIndexOf('-') + 1);
    }

    private static long count(Set<String> sessions, String beginning) {
        return sessions.stream()
                .filter(session -> digits(session).startsWith(beginning))
                .count();
    }

    List<OpenLetter> all() {
        return letters;
    }

    /** The short name of a letter. */
    String name(OpenLetter letter) {
        return shortSessions.get(letter.id().session()) + ":" + letter.id().index();
    }

    /** The letter that failed and behind which this one waits; null if it has failed itself, or that one is gone. */
    @Nullable
    OpenLetter inFrontOf(OpenLetter letter) {
        return inFront.get(letter.id());
    }

    /** The letter of a name, or null after the mistake was noted that there is none, or more than one. */
    @Nullable
    OpenLetter find(String option, String name, OptionMistakes mistakes) {
        int colon = name.lastIndexOf(':');
        String session = colon < 0 ? "" : name.substring(0, colon);
        List<OpenLetter> found = session.isEmpty()
                ? List.of()
                : letters.stream()
                        .filter(each -> String.valueOf(each.id().index()).equals(name.substring(colon + 1)))
                        .filter(each -> each.id().session().equals(session)
                                || digits(each.id().session()).startsWith(session))
                        .toList();
        if (found.isEmpty()) {
            mistakes.add(option, "there is no dead letter " + name + "; examples/run dead-letters list shows all");
        } else if (found.size() > 1) {
            mistakes.add(
                    option,
                    name + " may be any of "
                            + String.join(", ", found.stream().map(this::name).toList()));
        }
        return found.size() == 1 ? found.get(0) : null;
    }

    /** The table of a letter as it was set aside, or nothing. */
    static String table(Letter letter) {
        ChangeEvent event = letter.event();
        TableId table = event == null ? null : event.table();
        return table == null ? "" : table.toString();
    }

    /** The message without the table in front and the position behind, which have columns of their own. */
    static String reason(Letter letter, DeadLetterRecord.Fault fault) {
        String message = fault.message();
        String table = table(letter) + ": ";
        String position = " (position " + letter.position() + ")";
        int from = message.startsWith(table) ? table.length() : 0;
        return message.substring(from, message.length() - (message.endsWith(position) ? position.length() : 0));
    }

    /** What happened, in a word. */
    static String operation(Letter letter) {
        ChangeEvent event = letter.event();
        if (event instanceof RowChange change) {
            return change.operation().name().toLowerCase(Locale.ROOT);
        }
        return event == null ? "" : event instanceof Truncate ? "truncate" : "schema change";
    }
}
