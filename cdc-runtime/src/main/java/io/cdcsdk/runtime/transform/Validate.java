package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import io.cdcsdk.runtime.TablePattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Checks the rows of a table by rules, each with an {@link Action} of its own for the rows that break it:
 *
 * <pre>{@code
 * Validate.table("public.orders")
 *         .notNull("customer", "state")
 *         .oneOf("state", "OPEN", "PAID", "SENT")
 *         .range("discount", 0, 100).onViolation(Action.NULL)
 *         .pattern("email", "[^@ ]+@[^@ ]+").onViolation(Action.WARN)
 * }</pre>
 *
 * <p>Rules see the row after a change (of a snapshot, an insert or an update) as it arrives, whatever another rule makes null.
 * Deletes pass unchecked, so that a row that should never have been there can go. A rule of a column looks at values alone:
 * where the column is null, absent or unavailable, every rule but {@link #notNull} holds.
 *
 * <p>A row that breaks a rule which rejects is a {@link io.cdcsdk.api.BadRecord} of the category {@link
 * io.cdcsdk.api.ErrorCategory#VALIDATION}. Its message names the table, the position and every such rule that is broken, with
 * its column. No message, warning or count holds a value of the row; the bounds, patterns and allowed values of the rules do
 * stand there.
 *
 * <p>{@link #schema} refuses a table, with every mistake at once, if it lacks a column which a rule names, if a rule does not
 * fit the type of its column, or if a value cannot be made null: in a key column, in one that is declared or by another rule
 * demanded not null, by a rule of the whole row.
 *
 * <p>A predicate must depend on its argument alone; if it throws, the row is a bad record whatever the action, and counts for
 * no rule. Each method that adds a rule returns a new transform whose counts start at zero.
 */
public final class Validate implements Transform {
    /** What happens to a row that breaks a rule. */
    public enum Action {
        /** The row is a {@link io.cdcsdk.api.BadRecord}. */
        REJECT,
        /** The row passes. The log has a warning, at most one a minute for each rule. */
        WARN,
        /** The row passes with null in the rule's column. The row before the change stays as it is. */
        NULL
    }

    /**
     * How often a rule was broken.
     *
     * @param tables the tables that are checked
     * @param rule says what should hold: "is not null", "is between 0 and 150", or the name of the application's rule
     * @param column the column, or null for a rule of the whole row
     * @param action what happened to the rows
     * @param broken the number of rows that broke the rule, whatever another rule did to them; one that comes again after a
     *     failure counts again
     */
    public record RuleCount(
            TablePattern tables, String rule, @Nullable String column, Action action, long broken) {}

    static final String COMPONENT = "validation";

    private static final WatchedRule.Warnings WARNINGS =
            new WatchedRule.Warnings(LoggerFactory.getLogger(Validate.class), System::nanoTime);

    private final TablePattern tables;
    private final List<ValidationRule> rules;
    private final int added;
    private final WatchedRule.Warnings warnings;
    private final WatchedRule[] watched;
    private final SchemaCache<RowCheck[]> checks = new SchemaCache<>(this::checks);

    /** Rules of which the last {@code added} came together. */
    private Validate(TablePattern tables, List<ValidationRule> rules, int added, WatchedRule.Warnings warnings) {
        this.tables = tables;
        this.rules = List.copyOf(rules);
        this.added = added;
        this.warnings = warnings;
        this.watched =
                rules.stream().map(rule -> new WatchedRule(rule, warnings)).toArray(WatchedRule[]::new);
    }

    /**
     * Starts without rules for some tables.
     *
     * @param pattern a pattern of the form that {@link TablePattern} reads
     * @throws io.cdcsdk.api.InvalidConfiguration if the pattern is empty
     */
    public static Validate table(String pattern) {
        return new Validate(Arguments.table(COMPONENT, pattern), List.of(), 0, WARNINGS);
    }

    /**
     * Rules from options:
     *
     * <ul>
     *   <li>{@code table}: a pattern of the form that {@link TablePattern} reads; must be set;
     *   <li>{@code not-null}: columns, separated by commas;
     *   <li>{@code range.COLUMN}: {@code 0..150}, {@code 0..} or {@code ..150}, with numbers, dates such as {@code 2024-02-29},
     *       times, timestamps or instants;
     *   <li>{@code pattern.COLUMN}: a regular expression;
     *   <li>{@code one-of.COLUMN}: values, separated by commas;
     *   <li>{@code on-violation}: {@code reject} (if it is not set), {@code warn} or {@code null}, for all rules that have no
     *       action of their own;
     *   <li>{@code on-violation.RULE.COLUMN}, such as {@code on-violation.range.age}: the action of one rule.
     * </ul>
     *
     * <p>They mean what the methods say. Blanks around columns and allowed values are not part of them.
     *
     * @throws io.cdcsdk.api.InvalidConfiguration if an option is missing, wrong or unknown; it tells all of them
     */
    public static Validate fromProperties(Properties properties) {
        return new ValidateProperties(properties).validate();
    }

    static Validate of(TablePattern tables, List<ValidationRule> rules) {
        return new Validate(tables, rules, 0, WARNINGS);
    }

    /** Demands that these columns are not null. One that is absent or unavailable says nothing about null, and passes. */
    public Validate notNull(String... columns) {
        return with(Arrays.stream(columns).map(ValidationRule::notNull).toList());
    }

    /**
     * Demands that the values of a column of numbers, dates or times lie between two bounds, which belong to the range.
     *
     * <p>A bound of a number is any {@link Number}; of the other types, the class that {@link io.cdcsdk.api.LogicalType.Kind}
     * states. A bound of a floating-point column is rounded to its type, and NaN lies in no range.
     *
     * @param least the least value
     * @param most the greatest value
     * @throws io.cdcsdk.api.InvalidConfiguration if a bound is of another class or not finite, if they are of different types, or
     *     the least value is above the greatest
     */
    public Validate range(String column, Comparable<?> least, Comparable<?> most) {
        return within(column, Objects.requireNonNull(least, "least"), Objects.requireNonNull(most, "most"));
    }

    /**
     * Demands that the values of a column are not below a bound; see {@link #range}.
     *
     * @throws io.cdcsdk.api.InvalidConfiguration if the bound is of a class that has no range, or not finite
     */
    public Validate atLeast(String column, Comparable<?> least) {
        return within(column, Objects.requireNonNull(least, "least"), null);
    }

    /**
     * Demands that the values of a column are not above a bound; see {@link #range}.
     *
     * @throws io.cdcsdk.api.InvalidConfiguration if the bound is of a class that has no range, or not finite
     */
    public Validate atMost(String column, Comparable<?> most) {
        return within(column, null, Objects.requireNonNull(most, "most"));
    }

    private Validate within(String column, @Nullable Comparable<?> least, @Nullable Comparable<?> most) {
        Objects.requireNonNull(column, "column");
        try {
            Range range = Range.of(least == null ? null : Bound.of(least), most == null ? null : Bound.of(most));
            return with(List.of(ValidationRule.of(range.description(), column, range)));
        } catch (IllegalArgumentException e) {
            throw Arguments.invalid(COMPONENT, "range." + column, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Demands that a regular expression matches the whole of each value of a string column.
     *
     * <p>Nothing limits how long a match may take: an expression with nested repetitions, such as {@code (a+)+b}, can take
     * minutes for one short text and stop the pipeline that long. Keep such expressions away from texts that strangers write.
     *
     * @param expression of the form that {@link java.util.regex.Pattern} reads
     * @throws io.cdcsdk.api.InvalidConfiguration if it is not of that form
     */
    public Validate pattern(String column, String expression) {
        Objects.requireNonNull(column, "column");
        try {
            WholeMatch match = new WholeMatch(expression);
            return with(List.of(ValidationRule.of(match.description(), column, match)));
        } catch (PatternSyntaxException e) {
            throw Arguments.invalid(COMPONENT, "pattern." + column, WholeMatch.mistake(e));
        }
    }

    /**
     * Demands that each value of a column is one of these. Decimals with other zeros at their end are the same, so are both
     * zeros of a floating-point column. Not for bytes, JSON and arrays.
     *
     * @param values one or more: of the class that {@link io.cdcsdk.api.LogicalType.Kind} states, for numbers any {@link
     *     Number}, or a text that {@link io.cdcsdk.format.ValueParsers} reads as the column's type
     * @throws io.cdcsdk.api.InvalidConfiguration if there is no value
     */
    public Validate oneOf(String column, Object... values) {
        Objects.requireNonNull(column, "column");
        Arguments.require(values.length > 0, COMPONENT, "one-of." + column, "allows no value; expected at least one");
        AllowedValues allowed = new AllowedValues(List.of(values));
        return with(List.of(ValidationRule.of(allowed.description(), column, allowed)));
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
        Demand demand = (schema, ordinal) ->
                row -> !row.hasValue(ordinal) || predicate.test(Objects.requireNonNull(row.value(ordinal)));
        return with(List.of(ValidationRule.of(named(name), column, demand)));
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
        return with(List.of(ValidationRule.of(named(name), null, (schema, ordinal) -> predicate::test)));
    }

    private static String named(String name) {
        Arguments.require(!name.isBlank(), COMPONENT, "rule", "a rule has no name; expected what should hold");
        return name;
    }

    private Validate with(List<ValidationRule> more) {
        List<ValidationRule> all = new ArrayList<>(rules);
        all.addAll(more);
        return new Validate(tables, all, more.size(), warnings);
    }

    /**
     * Says what happens to a row that breaks the rule named just before, or one of those of {@link #notNull}. Without it, the
     * row is rejected.
     *
     * @throws io.cdcsdk.api.InvalidConfiguration if there is no rule before
     */
    public Validate onViolation(Action action) {
        Objects.requireNonNull(action, "action");
        Arguments.require(added > 0, COMPONENT, "on-violation", "follows no rule; expected a rule just before");
        List<ValidationRule> changed = new ArrayList<>(rules);
        changed.subList(rules.size() - added, rules.size()).replaceAll(rule -> rule.with(action));
        return new Validate(tables, changed, added, warnings);
    }

    /** The same rules with another log and clock. */
    Validate with(WatchedRule.Warnings value) {
        return new Validate(tables, rules, added, value);
    }

    /** How often each rule has been broken so far, in the order of the rules. Safe for any thread, at any time. */
    public List<RuleCount> counts() {
        return Arrays.stream(watched).map(rule -> rule.count(tables)).toList();
    }

    /** The check of each rule; no checks at all for a table that is not checked. */
    private RowCheck[] checks(TableSchema schema) {
        if (!tables.matches(schema.table())) {
            return new RowCheck[0];
        }
        SchemaMistakes mistakes = new SchemaMistakes(COMPONENT, schema);
        RowCheck[] result =
                rules.stream().map(rule -> rule.check(schema, mistakes)).toArray(RowCheck[]::new);
        Set<@Nullable String> neverNull = rules.stream()
                .filter(ValidationRule::rejectsNull)
                .map(ValidationRule::column)
                .collect(Collectors.toCollection(HashSet::new));
        for (ValidationRule rule : rules) {
            if (rule.makesNull() && neverNull.contains(rule.column())) {
                mistakes.add(rule.name(), "makes the column '" + rule.column() + "' null, which another rule rejects");
            }
        }
        mistakes.throwIfAny();
        return result;
    }

    @Override
    public TableSchema schema(TableSchema schema) {
        checks.of(schema);
        return schema;
    }

    @Override
    public ChangeEvent apply(ChangeEvent event, TableSchema schema) {
        if (event instanceof RowChange change && change.after() != null) {
            return checked(change, change.after(), checks.of(event.schema()));
        }
        return event;
    }

    private RowChange checked(RowChange change, Row row, RowCheck[] rowChecks) {
        List<WatchedRule> broken = null;
        for (int i = 0; i < rowChecks.length; i++) {
            if (!holds(rowChecks[i], row, i, change)) {
                broken = broken == null ? new ArrayList<>() : broken;
                broken.add(watched[i]);
            }
        }
        return broken == null ? change : judged(change, row, broken);
    }

    /** A deep expression exhausts the stack on a long text: that is one bad record, not the end of the pipeline. */
    private boolean holds(RowCheck check, Row row, int rule, RowChange change) {
        try {
            return check.holds(row);
        } catch (RuntimeException | StackOverflowError e) {
            throw BadRecords.afterFailureOfRule(
                    change, "the rule " + rules.get(rule).described(), e);
        }
    }

    private static RowChange judged(RowChange change, Row row, List<WatchedRule> broken) {
        broken.forEach(rule -> rule.brokenBy(change));
        List<ValidationRule> rules = broken.stream().map(WatchedRule::rule).toList();
        String rejecting = rules.stream()
                .filter(rule -> rule.action() == Action.REJECT)
                .map(ValidationRule::described)
                .collect(Collectors.joining(", and the rule "));
        if (!rejecting.isEmpty()) {
            throw BadRecords.invalid(change, "breaks the rule " + rejecting);
        }
        Row.Builder nulled = null;
        for (ValidationRule rule : rules) {
            if (rule.makesNull()) {
                nulled = nulled == null ? row.toBuilder() : nulled;
                nulled.setNull(row.schema().ordinal(Objects.requireNonNull(rule.column())));
            }
        }
        return nulled == null
                ? change
                : RowChange.of(change.operation(), change.before(), nulled.build(), change.origin());
    }
}
