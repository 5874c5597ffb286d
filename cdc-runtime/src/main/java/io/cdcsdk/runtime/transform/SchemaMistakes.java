package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** Collects why a transform cannot be applied to a table, so that one error reports all of it. */
final class SchemaMistakes {
    private final String transform;
    private final TableSchema schema;
    private final List<String> mistakes = new ArrayList<>();

    SchemaMistakes(String transform, TableSchema schema) {
        this.transform = transform;
        this.schema = schema;
    }

    void add(String option, String message) {
        mistakes.add(option + ": " + message);
    }

    /** Whether the table has the column; where it has not, that is a mistake. */
    boolean requireColumn(String option, String column) {
        if (schema.hasColumn(column)) {
            return true;
        }
        add(option, "there is no column '" + column + "'");
        return false;
    }

    void throwIfAny() {
        if (!mistakes.isEmpty()) {
            throw new Fatal(transform + " cannot be applied to " + schema.table() + ", which has the columns "
                    + String.join(", ", schema.columnNames()) + ":\n  " + String.join("\n  ", mistakes));
        }
    }
}
