package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.TableSchema;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Demands that a regular expression matches the whole of a string. */
final class WholeMatch implements Demand {
    private final Pattern pattern;

    /**
     * Compiles the expression.
     *
     * @throws PatternSyntaxException if it is none
     */
    WholeMatch(String expression) {
        this.pattern = Pattern.compile(expression);
    }

    /** What is wrong with an expression, in one line. */
    static String mistake(PatternSyntaxException e) {
        return "'" + e.getPattern() + "' is not a regular expression: " + e.getDescription()
                + (e.getIndex() < 0 ? "" : " near character " + (e.getIndex() + 1));
    }

    /** What it demands, for messages. */
    String description() {
        return "matches " + pattern;
    }

    @Override
    public RowCheck check(TableSchema schema, int ordinal) {
        Column column = schema.column(ordinal);
        if (column.type().kind() != LogicalType.Kind.STRING) {
            throw new IllegalArgumentException(
                    "the column '" + column.name() + "' is " + column.type() + "; only strings are matched");
        }
        Matcher matcher = pattern.matcher("");
        return row -> {
            if (!row.hasValue(ordinal)) {
                return true;
            }
            boolean matches = matcher.reset(row.string(ordinal)).matches();
            // A large text must not stay in memory until the next row comes.
            matcher.reset("");
            return matches;
        };
    }
}
