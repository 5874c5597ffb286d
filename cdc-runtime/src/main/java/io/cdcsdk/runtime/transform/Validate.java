package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import io.cdcsdk.runtime.TablePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Checks the rows of a table. A row that breaks a rule is a {@link io.cdcsdk.api.BadRecord} whose message names the table, the
 * position and every broken rule with its column, but no value.
 *
 * <p>Rules see the row after a change: of a snapshot, an insert or an update. Deletes pass unchecked, so that a row that should
 * never have been there can go. A rule of a column looks at values alone: where the column is null, absent or unavailable, it
 * holds. {@link #schema} refuses a table that lacks a column which a rule names.
 *
 * <p>A predicate must depend on its argument alone; if it throws, the row is a bad record too.
 */
public final class Validate implements Transform {
    /** A check of one row, with the text that stands in the error. */
    private record Rule(String description, @Nullable String column, Check check) {
        boolean holds(Row row, int ordinal) {
            return check.holds(row, ordinal);
        }
    }

    @FunctionalInterface
    private interface Check {
        boolean holds(Row row, int ordinal);
    }

    private static final int WHOLE_ROW = -1;

    private final TablePattern tables;
    private final List<Rule> rules;
    private final SchemaCache<int[]> ordinals;

    private Validate(TablePattern tables, List<Rule> rules) {
        this.tables = tables;
        this.rules = rules;
        this.ordinals = new SchemaCache<>(this::ordinals);
    }

    /**
     * Starts without rules for some tables.
     *
     * @param pattern a pattern of the form that {@link TablePattern} reads
     * @throws io.cdcsdk.api.InvalidConfiguration if the pattern is empty
     */
    public static Validate table(String pattern) {
        return new Validate(Arguments.table("validation", pattern), List.of());
    }

    /** Demands that these columns are not null. One that is absent or unavailable says nothing about null, and passes. */
    public Validate notNull(String... columns) {
        List<Rule> more = new ArrayList<>(rules);
        for (String column : columns) {
            more.add(new Rule("is not null", column, (row, ordinal) -> !row.isNull(ordinal)));
        }
        return new Validate(tables, List.copyOf(more));
    }

    /**
     * Demands something of the values of one column.
     *
     * @param name says what should hold, for the error: "is positive"
     * @param predicate gets the value in the class that {@link io.cdcsdk.api.LogicalType.Kind} states
     * @throws io.cdcsdk.api.InvalidConfiguration if the name is blank
     */
    public Validate rule(String name, String column, Predicate<Object> predicate) {
        Objects.requireNonNull(column, "column");
        Objects.requireNonNull(predicate, "predicate");
        return with(new Rule(
                named(name),
                column,
                (row, ordinal) ->
                        !row.hasValue(ordinal) || predicate.test(Objects.requireNonNull(row.value(ordinal)))));
    }

    /**
     * Demands something of the whole row.
     *
     * @param name says what should hold, for the error: "begins before it ends"
     * @param predicate asks {@link Row#state} before it reads a column that may be absent or unavailable
     * @throws io.cdcsdk.api.InvalidConfiguration if the name is blank
     */
    public Validate rule(String name, Predicate<Row> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return with(new Rule(named(name), null, (row, ordinal) -> predicate.test(row)));
    }

    private static String named(String name) {
        Arguments.require(!name.isBlank(), "validation", "rule", "a rule has no name; expected what should hold");
        return name;
    }

    private Validate with(Rule rule) {
        return new Validate(tables, Arguments.append(rules, rule));
    }

    /** The ordinal of each rule's column; no rules at all for a table that is not checked. */
    private int[] ordinals(TableSchema schema) {
        if (!tables.matches(schema.table())) {
            return new int[0];
        }
        SchemaMistakes mistakes = new SchemaMistakes("validation", schema);
        int[] result = new int[rules.size()];
        for (int i = 0; i < result.length; i++) {
            String column = rules.get(i).column;
            boolean known = column != null && mistakes.requireColumn(rules.get(i).description, column);
            result[i] = column != null && known ? schema.ordinal(column) : WHOLE_ROW;
        }
        mistakes.throwIfAny();
        return result;
    }

    @Override
    public TableSchema schema(TableSchema schema) {
        ordinals.of(schema);
        return schema;
    }

    @Override
    public ChangeEvent apply(ChangeEvent event, TableSchema schema) {
        if (event instanceof RowChange change && change.after() != null) {
            check(change, change.after(), ordinals.of(event.schema()));
        }
        return event;
    }

    private void check(RowChange change, Row row, int[] columns) {
        List<String> broken = null;
        for (int i = 0; i < columns.length; i++) {
            Rule rule = rules.get(i);
            if (!holds(rule, row, columns[i], change)) {
                broken = broken == null ? new ArrayList<>() : broken;
                broken.add(described(rule));
            }
        }
        if (broken != null) {
            throw BadRecords.of(change, "breaks the rule " + String.join(", and the rule ", broken));
        }
    }

    private static boolean holds(Rule rule, Row row, int ordinal, RowChange change) {
        try {
            return rule.holds(row, ordinal);
        } catch (RuntimeException e) {
            throw BadRecords.afterFailureOf(change, "the rule " + described(rule), e);
        }
    }

    private static String described(Rule rule) {
        return "'" + rule.description + "'" + (rule.column == null ? "" : " of column '" + rule.column + "'");
    }
}
