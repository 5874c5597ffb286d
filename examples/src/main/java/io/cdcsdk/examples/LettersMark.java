package io.cdcsdk.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Small files in an output and in the directory of its dead letters that name each other: letters count by a cursor in the output,
 * and a run without them would write rows that must wait.
 */
final class LettersMark {
    /** The file in the output. */
    static final String IN_OUTPUT = ".dead-letters";

    /** The file beside the letters. */
    static final String IN_LETTERS = ".output";

    private LettersMark() {}

    /** Notes a mistake if an output and its dead letters do not belong together; changes nothing. */
    static void check(Path output, @Nullable Path letters, OptionMistakes mistakes) throws IOException {
        Path own = output.resolve(IN_OUTPUT);
        String kept = read(own);
        if (letters == null) {
            if (kept != null) {
                mistakes.add(
                        "--dead-letters",
                        "is not set, and " + output + " keeps its dead letters in " + kept
                                + ": give it, so that no row overtakes one that was set aside");
            }
            return;
        }
        String given = absolute(letters);
        if (kept != null && !kept.equals(given)) {
            mistakes.add(
                    "--dead-letters",
                    output + " keeps its dead letters in " + kept + ", and not in " + given
                            + ". If they have only been moved, delete " + own);
        }
        Path other = letters.resolve(IN_LETTERS);
        String marked = read(other);
        if (marked != null && !marked.equals(absolute(output))) {
            mistakes.add(
                    "--dead-letters",
                    letters + " holds the dead letters of the output " + marked + ", and not of " + absolute(output)
                            + ": choose another one. If that output has only been moved, delete " + other);
        }
    }

    /** Marks both. */
    static void set(Path output, Path letters) throws IOException {
        write(output, IN_OUTPUT, absolute(letters));
        write(letters, IN_LETTERS, absolute(output));
    }

    private static @Nullable String read(Path mark) throws IOException {
        return Files.exists(mark) ? Files.readString(mark).strip() : null;
    }

    private static void write(Path directory, String name, String text) throws IOException {
        if (Files.exists(directory.resolve(name))) {
            return;
        }
        Files.createDirectories(directory);
        Path unfinished = directory.resolve(name + ".tmp");
        Files.writeString(unfinished, text + "\n");
        Files.move(unfinished, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String absolute(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }
}
