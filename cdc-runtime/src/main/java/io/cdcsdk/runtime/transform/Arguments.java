package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.Configuration;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.runtime.TablePattern;
import java.util.ArrayList;
import java.util.List;

/** Checks what the methods of the transforms are given. */
final class Arguments {
    private Arguments() {}

    static TablePattern table(String transform, String pattern) {
        return tables(transform, pattern).get(0);
    }

    /**
     * Reads one or more patterns.
     *
     * @throws InvalidConfiguration if there is none, or one is empty
     */
    static List<TablePattern> tables(String transform, String... patterns) {
        Configuration mistakes = Configuration.of(transform);
        if (patterns.length == 0) {
            mistakes.mistake("tables", "there is no table pattern; expected at least one, such as public.*");
        }
        List<TablePattern> tables = new ArrayList<>();
        for (String pattern : patterns) {
            try {
                tables.add(TablePattern.of(pattern));
            } catch (IllegalArgumentException e) {
                mistakes.mistake("tables", String.valueOf(e.getMessage()));
            }
        }
        mistakes.throwIfInvalid();
        return List.copyOf(tables);
    }

    /**
     * Refuses an argument.
     *
     * @throws InvalidConfiguration if it is not valid
     */
    static void require(boolean valid, String transform, String key, String message) {
        if (!valid) {
            throw invalid(transform, key, message);
        }
    }

    /** The error of one argument. */
    static InvalidConfiguration invalid(String transform, String key, String message) {
        return new InvalidConfiguration(transform, List.of(new InvalidConfiguration.Mistake(key, message)));
    }

    static <T> List<T> append(List<T> list, T element) {
        List<T> longer = new ArrayList<>(list);
        longer.add(element);
        return List.copyOf(longer);
    }
}
