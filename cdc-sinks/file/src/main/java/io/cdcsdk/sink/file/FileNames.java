package io.cdcsdk.sink.file;

import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.TableId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How the tables' files are called. */
final class FileNames {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    private final @Nullable String template;
    private final String extension;

    /** Names by a template, or by default {@code schema.table.extension} without an empty schema. */
    FileNames(@Nullable String template, String extension) {
        this.template = template;
        this.extension = extension;
    }

    /** What is wrong with a template, or null. */
    static @Nullable String mistake(String template) {
        if (template.isBlank() || template.contains("/") || template.contains("\\") || template.startsWith(".")) {
            return "'" + template
                    + "' is not valid; expected a file name without slashes that does not begin with a dot,"
                    + " such as {schema}.{table}.csv";
        }
        Matcher placeholder = PLACEHOLDER.matcher(template);
        while (placeholder.find()) {
            if (!placeholder.group(1).equals("schema") && !placeholder.group(1).equals("table")) {
                return "'" + template + "' has the unknown placeholder " + placeholder.group()
                        + "; there are {schema} and {table}";
            }
        }
        return null;
    }

    /** The error of two tables whose files are called the same, at least where names have no case. */
    static Fatal clash(String one, String other, String fileName) {
        return new Fatal("tables " + one + " and " + other + " would both be written to '" + fileName
                + "': put {schema} and {table} into the option file-name");
    }

    String of(TableId table) {
        String name = StateFolder.fileName(table.name());
        String schema = table.schema().isEmpty() ? "" : StateFolder.fileName(table.schema());
        if (template == null) {
            return (schema.isEmpty() ? "" : schema + ".") + name + "." + extension;
        }
        return PLACEHOLDER
                .matcher(template)
                .replaceAll(placeholder ->
                        Matcher.quoteReplacement(placeholder.group(1).equals("table") ? name : schema));
    }
}
