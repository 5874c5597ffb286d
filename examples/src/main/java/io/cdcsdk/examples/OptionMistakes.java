package io.cdcsdk.examples;

import io.cdcsdk.api.Configuration;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.InvalidConfiguration.Mistake;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with the options of an example, so that all of it is told at once. */
final class OptionMistakes {
    private final String example;
    private final Set<Mistake> found = new LinkedHashSet<>();

    OptionMistakes(String example) {
        this.example = example;
    }

    void add(String option, String message) {
        add(new Mistake(option, message));
    }

    void add(Mistake mistake) {
        found.add(mistake);
    }

    /** The result of a step, or null after its mistakes were noted; the function tells what to note of each. */
    <T> @Nullable T attempt(Function<Mistake, Mistake> noted, Supplier<T> step) {
        try {
            return step.get();
        } catch (InvalidConfiguration e) {
            e.mistakes().forEach(mistake -> found.add(noted.apply(mistake)));
            return null;
        }
    }

    /** A value that is read from the text of an option; the fallback where it is not given, or after its mistake was noted. */
    <T> T value(String option, @Nullable String text, T fallback, String expected, Function<String, T> parser) {
        Properties given = new Properties();
        if (text != null) {
            given.setProperty(option, text);
        }
        T read = attempt(mistake -> mistake, () -> {
            Configuration one = Configuration.of(example, given);
            T value = one.value(option, fallback, expected, parser);
            one.throwIfInvalid();
            return value;
        });
        return read == null ? fallback : read;
    }

    /** The directory that must be given and be there; null after its mistake was noted. */
    @Nullable
    Path existingDirectory(String option, @Nullable Path path, String what) {
        if (path == null) {
            add(option, "is not set; expected " + what);
        } else if (!path.toFile().isDirectory()) {
            add(option, path + " is not a directory; expected " + what);
        } else {
            return path;
        }
        return null;
    }

    /**
     * Ends the checks.
     *
     * @throws InvalidConfiguration with every mistake, if there is one
     */
    void throwIfAny() {
        if (!found.isEmpty()) {
            List<Mistake> all = new ArrayList<>(found);
            throw new InvalidConfiguration(example, all);
        }
    }
}
