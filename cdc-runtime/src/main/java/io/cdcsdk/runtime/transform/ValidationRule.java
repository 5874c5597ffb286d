package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.TableSchema;
import org.jspecify.annotations.Nullable;

/**
 * A rule of {@link Validate}.
 *
 * @param name says what should hold
 * @param column the column, or null for a rule of the whole row
 * @param demand what is checked
 * @param action what happens to a row that breaks the rule
 */
record ValidationRule(String name, @Nullable String column, Demand demand, Validate.Action action) {
    private static final Demand NOT_NULL = (schema, ordinal) -> row -> !row.isNull(ordinal);

    /** A rule that rejects what breaks it. */
    static ValidationRule of(String name, @Nullable String column, Demand demand) {
        return new ValidationRule(name, column, demand, Validate.Action.REJECT);
    }

    static ValidationRule notNull(String column) {
        return of("is not null", column, NOT_NULL);
    }

    ValidationRule with(Validate.Action value) {
        return new ValidationRule(name, column, demand, value);
    }

    /** Whether it makes a value null where it is broken. */
    boolean makesNull() {
        return action == Validate.Action.NULL;
    }

    /** Whether a null is rejected. */
    boolean rejectsNull() {
        return demand == NOT_NULL && action == Validate.Action.REJECT;
    }

    /** How it stands in errors. */
    String described() {
        return "'" + name + "'" + (column == null ? "" : " of column '" + column + "'");
    }

    /** Its check of the rows of a schema; where there is none, notes why and gives one that always holds. */
    RowCheck check(TableSchema schema, SchemaMistakes mistakes) {
        if (column == null) {
            if (makesNull()) {
                mistakes.add(name, "is of the whole row, in which there is no column to make null");
            }
            return demand.check(schema, Demand.WHOLE_ROW);
        }
        if (mistakes.requireColumn(name, column)) {
            int ordinal = schema.ordinal(column);
            if (makesNull()) {
                requireNullable(schema, ordinal, mistakes);
            }
            try {
                return demand.check(schema, ordinal);
            } catch (IllegalArgumentException e) {
                mistakes.add(name, String.valueOf(e.getMessage()));
            }
        }
        return row -> true;
    }

    private void requireNullable(TableSchema schema, int ordinal, SchemaMistakes mistakes) {
        String described = "the column '" + column + "'";
        if (demand == NOT_NULL) {
            mistakes.add(name, described + " is null where the rule is broken, and cannot be made so");
        } else if (schema.isKey(ordinal)) {
            mistakes.add(name, described + " is part of the key, and cannot be made null");
        } else if (schema.column(ordinal).nullability() == Column.Nullability.REQUIRED) {
            mistakes.add(name, described + " is declared not null, and cannot be made null");
        }
    }
}
