package io.cdcsdk.runtime;

import io.cdcsdk.api.TableId;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A set of tables, by name. In {@code schema.name}, {@code *} stands for any characters and {@code ?} for one; a pattern
 * without a dot matches names in every schema. Letters match exactly as the source spells them.
 */
public final class TablePattern {
    private final String text;
    private final Pattern schema;
    private final Pattern name;

    private TablePattern(String text, String schema, String name) {
        this.text = text;
        this.schema = glob(schema);
        this.name = glob(name);
    }

    /**
     * Reads a pattern such as {@code public.customer_*}.
     *
     * @throws IllegalArgumentException if the text is empty
     */
    public static TablePattern of(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("a table pattern is empty; expected schema.name, such as public.*");
        }
        int dot = text.indexOf('.');
        return dot < 0
                ? new TablePattern(text, "*", text)
                : new TablePattern(text, text.substring(0, dot), text.substring(dot + 1));
    }

    private static Pattern glob(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    /** Whether a table belongs to the set. */
    public boolean matches(TableId table) {
        return schema.matcher(table.schema()).matches()
                && name.matcher(table.name()).matches();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TablePattern that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The text of the pattern. */
    @Override
    public String toString() {
        return text;
    }
}
