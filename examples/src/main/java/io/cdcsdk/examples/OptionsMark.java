package io.cdcsdk.examples;

import io.cdcsdk.api.Configuration;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/** A small file that tells with which options a directory was begun, where others would not fit what is there. */
final class OptionsMark {
    /** The name of that file. */
    static final String FILE = ".options";

    private OptionsMark() {}

    /**
     * Marks a directory, unless it is marked already; in that case notes a mistake for each option that differs.
     *
     * @param option the option that names the directory
     */
    static void set(Path directory, Properties options, String option, Configuration mistakes) throws IOException {
        Path mark = directory.resolve(FILE);
        if (Files.exists(mark)) {
            Properties marked = new Properties();
            try (Reader reader = Files.newBufferedReader(mark)) {
                marked.load(reader);
            }
            for (String name : options.stringPropertyNames()) {
                String before = marked.getProperty(name, "");
                String now = options.getProperty(name);
                if (!before.equals(now)) {
                    mistakes.mistake(
                            name,
                            "is " + shown(now) + ", and the history in " + directory + " was begun with "
                                    + shown(before) + ": choose another " + option + ", or delete that one");
                }
            }
            return;
        }
        Files.createDirectories(directory);
        Path unfinished = directory.resolve(FILE + ".tmp");
        StringWriter text = new StringWriter();
        options.store(text, null);
        Files.writeString(unfinished, text.toString());
        Files.move(unfinished, mark, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String shown(String value) {
        return value.isEmpty() ? "nothing" : "'" + value + "'";
    }
}
