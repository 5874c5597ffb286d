package io.cdcsdk.api;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads options by their kebab-case keys and collects every mistake, so that {@link #throwIfInvalid()} reports all of them at
 * once. Builders that take typed values use it through {@link #mistake} alone. The text of an option whose name says that it is
 * secret, such as {@code password} or {@code api-key}, stands in no message. Not safe for use by several threads.
 */
public final class Configuration {
    private final String component;
    private final Map<String, String> options;
    private final TreeSet<String> read = new TreeSet<>();
    private final List<InvalidConfiguration.Mistake> mistakes = new ArrayList<>();

    private Configuration(String component, Map<String, String> options) {
        this.component = component;
        this.options = options;
    }

    /** A configuration without options, for a builder that only collects mistakes. */
    public static Configuration of(String component) {
        return new Configuration(component, Map.of());
    }

    /**
     * The options of a component.
     *
     * @param component what is configured, as it stands in the error: "DMS file source"
     * @param properties the options; every key that is never read is a mistake
     */
    public static Configuration of(String component, Properties properties) {
        TreeMap<String, String> options = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> options.put(key, properties.getProperty(key)));
        return new Configuration(component, options);
    }

    /** Notes a mistake. */
    public Configuration mistake(String key, String message) {
        mistakes.add(new InvalidConfiguration.Mistake(key, message));
        return this;
    }

    /** The text of an option, or null if it is not set. */
    public @Nullable String text(String key) {
        read.add(key);
        return options.get(key);
    }

    /** The text of an option that must be set; where it is not, notes a mistake and returns the empty text. */
    public String requiredText(String key, String expected) {
        String text = text(key);
        if (text == null || text.isBlank()) {
            mistake(key, "is not set; expected " + expected);
            return "";
        }
        return text;
    }

    /**
     * An option in a type of its own. Blanks around the text are not part of it.
     *
     * @param fallback the value if it is not set, or (after a mistake was noted) not readable
     * @param expected what is expected, for the message
     * @param parser reads the text; throws an {@link IllegalArgumentException} or {@link DateTimeParseException} if it cannot
     */
    public <T extends @Nullable Object> T value(String key, T fallback, String expected, Function<String, T> parser) {
        return exactValue(key, fallback, expected, text -> parser.apply(text.strip()));
    }

    private <T extends @Nullable Object> T exactValue(
            String key, T fallback, String expected, Function<String, T> parser) {
        String text = text(key);
        if (text == null) {
            return fallback;
        }
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            String shown = Secrets.isNamed(key) ? "" : "'" + text + "' ";
            mistake(key, shown + "is not valid; expected " + expected);
            return fallback;
        }
    }

    /** A whole number of at least {@code least}. */
    public long number(String key, long fallback, long least) {
        return value(key, fallback, "a whole number of at least " + least, text -> {
            long number = Long.parseLong(text.replace("_", ""));
            if (number < least) {
                throw new IllegalArgumentException();
            }
            return number;
        });
    }

    /** A duration in ISO 8601, such as {@code PT30S}. */
    public Duration duration(String key, Duration fallback) {
        return value(key, fallback, "a duration such as PT30S", Duration::parse);
    }

    /** A single character, which may be a blank; {@code \t} stands for the tabulator. */
    public char character(String key, char fallback) {
        return exactValue(key, fallback, "one character, or \\t", text -> {
            if (text.equals("\\t")) {
                return '\t';
            }
            if (text.length() != 1) {
                throw new IllegalArgumentException();
            }
            return text.charAt(0);
        });
    }

    /** A constant of an enum, in lower case with dashes: {@code on-first-change} for {@code ON_FIRST_CHANGE}. */
    public <E extends Enum<E>> E choice(String key, E fallback) {
        Class<E> type = fallback.getDeclaringClass();
        String names =
                Arrays.stream(type.getEnumConstants()).map(Configuration::kebab).collect(Collectors.joining(", "));
        return value(
                key,
                fallback,
                "one of " + names,
                text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_')));
    }

    private static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Ends the reading.
     *
     * @throws InvalidConfiguration if any mistake was noted, or an option was given that nobody read
     */
    public void throwIfInvalid() {
        for (String key : options.keySet()) {
            if (!read.contains(key)) {
                mistake(key, "is not an option; there are " + String.join(", ", read));
            }
        }
        if (!mistakes.isEmpty()) {
            throw new InvalidConfiguration(component, mistakes);
        }
    }
}
