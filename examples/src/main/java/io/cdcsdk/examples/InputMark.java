package io.cdcsdk.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A small file in an output directory that names the input whose rows and cursor are kept there. */
final class InputMark {
    /** The name of that file. */
    static final String FILE = ".input";

    private InputMark() {}

    /**
     * Marks an output as that of an input, unless it is marked already.
     *
     * @param option the option that names the output
     * @throws OtherInputException if it is the output of another input; nothing was changed
     */
    static void set(Path output, Path input, String option) throws IOException, OtherInputException {
        check(output, input, option);
        Path mark = output.resolve(FILE);
        if (Files.exists(mark)) {
            return;
        }
        Files.createDirectories(output);
        Path unfinished = output.resolve(FILE + ".tmp");
        Files.writeString(unfinished, input.toAbsolutePath().normalize() + "\n");
        Files.move(unfinished, mark, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Checks what {@link #set} would; changes nothing.
     *
     * @throws OtherInputException if it is the output of another input
     */
    static void check(Path output, Path input, String option) throws IOException, OtherInputException {
        String wanted = input.toAbsolutePath().normalize().toString();
        Path mark = output.resolve(FILE);
        if (Files.exists(mark)) {
            String marked = Files.readString(mark).strip();
            if (!marked.equals(wanted)) {
                throw new OtherInputException(
                        output + " holds the table of the input " + marked + ", and not of " + wanted
                                + ": choose another " + option + ". If that input has only been moved, delete " + mark);
            }
        }
    }

    /** An output belongs to another input. */
    static final class OtherInputException extends Exception {
        private static final long serialVersionUID = 1L;

        OtherInputException(String message) {
            super(message);
        }
    }
}
