package io.cdcsdk.api;

import java.util.List;
import java.util.stream.Collectors;

/** One or more mistakes in a configuration, all of them at once. */
public final class InvalidConfiguration extends Fatal {
    private static final long serialVersionUID = 1L;

    /**
     * One mistake.
     *
     * @param key the option at fault, in its kebab-case form
     * @param message what is wrong with it and what is expected
     */
    public record Mistake(String key, String message) {
        /** A mistake; secrets in the message become {@code ***}, as in every {@link CdcException}. */
        public Mistake {
            message = Secrets.hidden(message);
        }

        @Override
        public String toString() {
            return key + ": " + message;
        }
    }

    private final transient List<Mistake> mistakes;

    /** The mistakes of one component, such as "DMS file source"; at least one. */
    public InvalidConfiguration(String component, List<Mistake> mistakes) {
        super(component + " has " + mistakes.size() + (mistakes.size() == 1 ? " mistake" : " mistakes")
                + " in its configuration:"
                + mistakes.stream().map(mistake -> "\n  " + mistake).collect(Collectors.joining()));
        this.mistakes = List.copyOf(mistakes);
    }

    /** All mistakes, in the order in which they were found. */
    public List<Mistake> mistakes() {
        return mistakes;
    }
}
