package io.cdcsdk.runtime.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.runtime.transform.Validate.Action;
import io.cdcsdk.runtime.transform.Validate.RuleCount;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random tables, rules and changes, judged by the values as objects. */
class ValidatePropertyTest {
    private static final List<LogicalType> TYPES = List.of(
            LogicalType.INT32,
            LogicalType.INT64,
            LogicalType.FLOAT32,
            LogicalType.FLOAT64,
            LogicalType.decimal(6, 2),
            LogicalType.STRING,
            LogicalType.DATE,
            LogicalType.TIME,
            LogicalType.TIMESTAMP,
            LogicalType.INSTANT);
    private static final String EXPRESSION = "[1-5]?[02468]";

    /** A rule as a predicate over a row. */
    private record Naive(String name, @Nullable Integer column, Action action, Predicate<Row> holds) {
        static Naive ofValue(String name, int column, Action action, Predicate<Object> holds) {
            return new Naive(
                    name,
                    column,
                    action,
                    row -> !row.hasValue(column) || holds.test(Objects.requireNonNull(row.value(column))));
        }
    }

    private final List<Naive> rules = new ArrayList<>();

    /** Few values, so that bounds and sets meet them. */
    private static Object value(LogicalType type, Random random) {
        int number = random.nextInt(80) - 20;
        return switch (type.kind()) {
            case INT32 -> number;
            case INT64 -> (long) number;
            case FLOAT32 -> number / 2f;
            case FLOAT64 -> number / 2d;
            case DECIMAL -> BigDecimal.valueOf(number, random.nextInt(3));
            case DATE -> LocalDate.ofEpochDay(number);
            case TIME -> LocalTime.ofNanoOfDay((number + 20) * 1000L);
            case TIMESTAMP -> LocalDateTime.ofEpochSecond(number, 999_000 * 1000, ZoneOffset.UTC);
            case INSTANT -> Instant.ofEpochSecond(number, 1000);
            default -> String.valueOf(number);
        };
    }

    private static Row row(TableSchema schema, Random random) {
        Row.Builder row = Row.builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            switch (schema.isKey(i) ? 0 : random.nextInt(10)) {
                case 7 -> row.setNull(i);
                case 8 -> row.setAbsent(i);
                case 9 -> row.setUnavailable(i);
                default -> row.set(i, value(schema.column(i).type(), random));
            }
        }
        return row.build();
    }

    @SuppressWarnings("unchecked")
    private static int compare(Object one, Object other) {
        return ((Comparable<Object>) one).compareTo(other);
    }

    private Validate withRule(Validate validate, TableSchema schema, Random random) {
        int column = random.nextInt(schema.size());
        String name = schema.column(column).name();
        LogicalType type = schema.column(column).type();
        Action action = Action.values()[random.nextInt(schema.isKey(column) ? 2 : 3)];
        Object one = value(type, random);
        Object other = value(type, random);
        Object least = compare(one, other) <= 0 ? one : other;
        Object most = least == one ? other : one;
        boolean text = type.equals(LogicalType.STRING);
        Validate more;
        Naive rule;
        switch (random.nextInt(6)) {
            case 0 -> {
                more = text
                        ? validate.pattern(name, EXPRESSION)
                        : validate.range(name, (Comparable<?>) least, (Comparable<?>) most);
                Pattern pattern = Pattern.compile(EXPRESSION);
                rule = Naive.ofValue(
                        text ? "matches " + EXPRESSION : "is between " + least + " and " + most,
                        column,
                        action,
                        value -> text
                                ? pattern.matcher((String) value).matches()
                                : compare(value, least) >= 0 && compare(value, most) <= 0);
            }
            case 1 -> {
                more = text ? validate.oneOf(name, one) : validate.atLeast(name, (Comparable<?>) one);
                rule = Naive.ofValue(
                        text ? "is one of " + one : "is at least " + one,
                        column,
                        action,
                        value -> text ? value.equals(one) : compare(value, one) >= 0);
            }
            case 2 -> {
                more = text ? validate.oneOf(name, one, other) : validate.atMost(name, (Comparable<?>) one);
                rule = Naive.ofValue(
                        text ? "is one of " + one + ", " + other : "is at most " + one,
                        column,
                        action,
                        value -> text ? value.equals(one) || value.equals(other) : compare(value, one) <= 0);
            }
            case 3 -> {
                more = validate.oneOf(name, one, other);
                rule = Naive.ofValue(
                        "is one of " + one + ", " + other,
                        column,
                        action,
                        value -> compare(value, one) == 0 || compare(value, other) == 0);
            }
            case 4 -> {
                more = validate.rule("is not it", name, value -> compare(value, one) != 0);
                rule = Naive.ofValue("is not it", column, action, value -> compare(value, one) != 0);
            }
            default -> {
                action = action == Action.NULL ? Action.WARN : action;
                more = validate.rule("is known", row -> row.hasValue(column));
                rule = new Naive("is known", null, action, row -> row.hasValue(column));
            }
        }
        rules.add(rule);
        return more.onViolation(action);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void judgesAsThePlainValuesDo(long seed) {
        Random random = new Random(seed);
        for (int table = 0; table < 25; table++) {
            rules.clear();
            TableSchema.Builder builder = TableSchema.builder(TableId.of("t"));
            int size = 1 + random.nextInt(8);
            for (int i = 0; i < size; i++) {
                LogicalType type = TYPES.get(random.nextInt(TYPES.size()));
                builder = i == 0 ? builder.key("c0", type) : builder.column("c" + i, type);
            }
            TableSchema schema = builder.build();
            Validate validate =
                    Validate.table("t").with(new WatchedRule.Warnings(new RecordingLogger(), System::nanoTime));
            for (int rule = 1 + random.nextInt(6); rule > 0; rule--) {
                validate = withRule(validate, schema, random);
            }
            if (random.nextBoolean()) {
                validate = validate.notNull("c0");
                rules.add(new Naive("is not null", 0, Action.REJECT, row -> !row.isNull(0)));
            }
            check(validate, schema, random);
        }
    }

    private void check(Validate validate, TableSchema schema, Random random) {
        long[] counts = new long[rules.size()];
        for (int i = 0; i < 60; i++) {
            RowChange change = random.nextInt(3) == 0
                    ? RowChange.insert(row(schema, random), People.at(i))
                    : RowChange.update(row(schema, random), row(schema, random), People.at(i));
            List<Naive> broken = new ArrayList<>();
            for (int rule = 0; rule < counts.length; rule++) {
                if (!rules.get(rule).holds.test(change.image())) {
                    counts[rule]++;
                    broken.add(rules.get(rule));
                }
            }
            assertThat(outcome(validate, change)).isEqualTo(expected(change, broken));
        }
        assertThat(validate.counts().stream().map(RuleCount::broken))
                .containsExactlyElementsOf(IntStream.range(0, counts.length)
                        .mapToObj(rule -> counts[rule])
                        .toList());
        assertThat(validate.counts().stream().map(RuleCount::rule))
                .containsExactlyElementsOf(rules.stream().map(Naive::name).toList());
    }

    private static Object outcome(Validate validate, RowChange change) {
        try {
            return Objects.requireNonNull(People.apply(validate, change));
        } catch (BadRecord e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Object expected(RowChange change, List<Naive> broken) {
        List<String> rejecting = of(broken, Action.REJECT)
                .map(rule -> "'" + rule.name + "'" + (rule.column == null ? "" : " of column 'c" + rule.column + "'"))
                .toList();
        if (!rejecting.isEmpty()) {
            return "t: breaks the rule " + String.join(", and the rule ", rejecting) + " (position " + change.position()
                    + ")";
        }
        Row.Builder row = change.image().toBuilder();
        of(broken, Action.NULL).forEach(rule -> row.setNull(Objects.requireNonNull(rule.column)));
        return RowChange.of(change.operation(), change.before(), row.build(), change.origin());
    }

    private static Stream<Naive> of(List<Naive> broken, Action action) {
        return broken.stream().filter(rule -> rule.action == action);
    }
}
