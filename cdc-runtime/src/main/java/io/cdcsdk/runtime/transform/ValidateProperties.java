package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.Configuration;
import io.cdcsdk.runtime.TablePattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads the rules of {@link Validate} from text. */
final class ValidateProperties {
    private static final String ON_VIOLATION = "on-violation";

    private final Configuration options;
    private final TreeSet<String> keys;
    private final List<ValidationRule> rules = new ArrayList<>();
    private final Validate.Action action;

    ValidateProperties(Properties properties) {
        options = Configuration.of(Validate.COMPONENT, properties);
        keys = new TreeSet<>(properties.stringPropertyNames());
        action = options.choice(ON_VIOLATION, Validate.Action.REJECT);
    }

    Validate validate() {
        String table = options.requiredText("table", "schema.name, such as public.*");
        notNull();
        columns("range", text -> {
            Range range = Range.parse(text);
            return new Condition(range.description(), range);
        });
        columns("pattern", ValidateProperties::pattern);
        columns("one-of", text -> {
            AllowedValues allowed = new AllowedValues(List.copyOf(list(text)));
            return new Condition(allowed.description(), allowed);
        });
        // Named where an unknown option is refused.
        options.text(ON_VIOLATION + ".RULE.COLUMN");
        options.throwIfInvalid();
        return Validate.of(TablePattern.of(table), rules);
    }

    private record Condition(String name, Demand demand) {}

    private void notNull() {
        String text = options.text("not-null");
        List<String> columns =
                text == null ? List.of() : list(text).stream().distinct().toList();
        for (String column : columns) {
            if (column.isEmpty()) {
                options.mistake("not-null", "'" + text + "' has an empty name; expected columns, separated by commas");
            } else {
                rules.add(ValidationRule.notNull(column).with(action("not-null", column)));
            }
        }
    }

    /** Reads the rules of one type, whose options end with the column. */
    private void columns(String rule, Function<String, Condition> parser) {
        String prefix = rule + '.';
        for (String key : keys.tailSet(prefix)) {
            if (!key.startsWith(prefix)) {
                break;
            }
            String column = key.substring(prefix.length());
            String text = options.requiredText(key, "what the column '" + column + "' should hold");
            if (column.isEmpty()) {
                options.mistake(key, "names no column");
            } else if (!text.isEmpty()) {
                Validate.Action chosen = action(rule, column);
                Condition condition = parsed(key, text, parser);
                if (condition != null) {
                    rules.add(ValidationRule.of(condition.name, column, condition.demand)
                            .with(chosen));
                }
            }
        }
        // Named where an unknown option is refused.
        options.text(prefix + "COLUMN");
    }

    private @Nullable Condition parsed(String key, String text, Function<String, Condition> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            options.mistake(key, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static Condition pattern(String text) {
        try {
            WholeMatch match = new WholeMatch(text);
            return new Condition(match.description(), match);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(WholeMatch.mistake(e), e);
        }
    }

    private Validate.Action action(String rule, String column) {
        return options.choice(ON_VIOLATION + '.' + rule + '.' + column, action);
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }
}
