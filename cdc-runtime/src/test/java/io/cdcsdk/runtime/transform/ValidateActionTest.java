package io.cdcsdk.runtime.transform;

import static io.cdcsdk.runtime.transform.People.at;
import static io.cdcsdk.runtime.transform.People.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Column;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.runtime.TablePattern;
import io.cdcsdk.runtime.transform.Validate.Action;
import io.cdcsdk.runtime.transform.Validate.RuleCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What happens to rows that break a rule, and what is known of it afterwards. */
class ValidateActionTest {
    private static final Validate PEOPLE = Validate.table("public.person");

    private final RecordingLogger log = new RecordingLogger();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

    private Validate watched(Validate validate) {
        return validate.with(new WatchedRule.Warnings(log, nanos::get));
    }

    private static RowChange insert(@Nullable String name, @Nullable String city, @Nullable Integer age) {
        return RowChange.insert(person(1, name, city, age), at(7));
    }

    private static List<Long> broken(Validate validate) {
        return validate.counts().stream().map(RuleCount::broken).toList();
    }

    @Test
    void rejectsWithTheCategoryAndEveryRuleThatRejects() {
        Validate validate = watched(PEOPLE.range("age", 0, 150)
                .pattern("name", "[A-Z].*")
                .onViolation(Action.WARN)
                .oneOf("city", "Bonn", "Rome")
                .onViolation(Action.NULL)
                .rule("has a name", row -> !row.isNull(1))
                .rule("is not Oslo", "city", city -> !city.equals("Oslo"))
                .onViolation(Action.REJECT));
        assertThatThrownBy(() -> People.apply(validate, insert("ann", "Oslo", 151)))
                .isInstanceOfSatisfying(
                        BadRecord.class, bad -> assertThat(bad.category()).isEqualTo(ErrorCategory.VALIDATION))
                .hasMessage("public.person: breaks the rule 'is between 0 and 150' of column 'age', "
                        + "and the rule 'is not Oslo' of column 'city' (position 1:0:7:)");
        assertThat(broken(validate)).containsExactly(1L, 1L, 1L, 0L, 1L);
        assertThat(log.lines()).hasSize(1);
    }

    @Test
    void aPredicateThatThrowsIsABadRecordWhateverTheAction() {
        Validate validate = PEOPLE.range("age", 0, 1)
                .rule("is a number", "name", name -> Integer.parseInt((String) name) > 0)
                .onViolation(Action.WARN);
        assertThatThrownBy(() -> People.apply(validate, insert("secret", null, 2)))
                .isInstanceOfSatisfying(
                        BadRecord.class, bad -> assertThat(bad.category()).isEqualTo(ErrorCategory.VALIDATION))
                .hasMessage("public.person: the rule 'is a number' of column 'name' failed with NumberFormatException"
                        + " (position 1:0:7:)");
        assertThat(broken(validate)).containsExactly(0L, 0L);
    }

    @Test
    void makesTheColumnNullAndLeavesTheRowBefore() {
        Validate validate = PEOPLE.range("age", 0, 150)
                .onViolation(Action.NULL)
                .oneOf("city", "Bonn")
                .onViolation(Action.NULL)
                .rule("has an age", row -> row.hasValue(3));
        RowChange update = RowChange.update(person(1, "Ann", "Oslo", -3), person(1, "Ann", "Oslo", -4), at(2));
        assertThat(People.apply(validate, update))
                .isEqualTo(RowChange.update(update.before(), person(1, "Ann", null, null), at(2)));
        assertThat(update.image()).isEqualTo(person(1, "Ann", "Oslo", -4));
        RowChange partial = RowChange.snapshot(
                Row.builder(People.SCHEMA).set("id", 1L).set("age", 200).build(), at(3));
        RowChange result = (RowChange) Objects.requireNonNull(People.apply(validate, partial));
        assertThat(result)
                .isEqualTo(RowChange.snapshot(
                        Row.builder(People.SCHEMA)
                                .set("id", 1L)
                                .set("age", null)
                                .build(),
                        at(3)));
        assertThat(result.schema()).isSameAs(People.SCHEMA);
        assertThat(broken(validate)).containsExactly(2L, 1L, 0L);
    }

    @Test
    void warnsOnceAMinuteForEachRuleWithoutAValue() {
        Validate validate = watched(PEOPLE.range("age", 0, 150)
                .onViolation(Action.WARN)
                .rule("has a name", row -> !row.isNull(1))
                .onViolation(Action.WARN));
        RowChange invalid = insert(null, "secret", 4711);
        assertThat(People.apply(validate, invalid)).isSameAs(invalid);
        People.apply(validate, invalid);
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(1) - 1);
        People.apply(validate, invalid);
        assertThat(log.lines())
                .containsExactly(
                        "WARN a row breaks a rule that does not reject it table=public.person position=1:0:7:"
                                + " rule=is between 0 and 150 column=age broken=1",
                        "WARN a row breaks a rule that does not reject it table=public.person position=1:0:7:"
                                + " rule=has a name broken=1");
        nanos.addAndGet(1);
        People.apply(validate, insert("Ann", null, 4711));
        People.apply(validate, insert("Ann", null, 4711));
        assertThat(log.lines()).hasSize(3).last().asString().endsWith("column=age broken=4");
        assertThat(broken(validate)).containsExactly(5L, 3L);
    }

    @Test
    void nullAndRejectSayNothingInTheLog() {
        Validate validate =
                watched(PEOPLE.range("age", 0, 150).onViolation(Action.NULL).notNull("name"));
        People.apply(validate, insert("Ann", null, -1));
        assertThatThrownBy(() -> People.apply(validate, insert(null, null, 1))).isInstanceOf(BadRecord.class);
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void refusesToMakeNullWhatCannotBe() {
        TableSchema schema = TableSchema.builder(TableId.of("public", "person"))
                .key("id", LogicalType.INT64)
                .column(Column.required("name", LogicalType.STRING))
                .column("city", LogicalType.STRING)
                .column("age", LogicalType.INT32)
                .build();
        Validate validate = PEOPLE.range("id", 1, 9)
                .onViolation(Action.NULL)
                .pattern("name", ".+")
                .onViolation(Action.NULL)
                .rule("is whole", row -> true)
                .onViolation(Action.NULL)
                .notNull("city")
                .onViolation(Action.NULL)
                .atLeast("age", 0)
                .onViolation(Action.NULL)
                .notNull("age");
        assertThatThrownBy(() -> validate.schema(schema))
                .isInstanceOf(Fatal.class)
                .hasMessage("""
                validation cannot be applied to public.person, which has the columns id, name, city, age:
                  is between 1 and 9: the column 'id' is part of the key, and cannot be made null
                  matches .+: the column 'name' is declared not null, and cannot be made null
                  is whole: is of the whole row, in which there is no column to make null
                  is not null: the column 'city' is null where the rule is broken, and cannot be made so
                  is at least 0: makes the column 'age' null, which another rule rejects""");
        assertThat(validate.schema(People.PLACES)).isSameAs(People.PLACES);
    }

    @Test
    void anActionIsThatOfTheRulesJustBefore() {
        Validate validate = PEOPLE.notNull("id").notNull("name", "city").onViolation(Action.WARN);
        TablePattern tables = TablePattern.of("public.person");
        assertThat(validate.notNull("age").counts())
                .containsExactly(
                        new RuleCount(tables, "is not null", "id", Action.REJECT, 0),
                        new RuleCount(tables, "is not null", "name", Action.WARN, 0),
                        new RuleCount(tables, "is not null", "city", Action.WARN, 0),
                        new RuleCount(tables, "is not null", "age", Action.REJECT, 0));
        assertThatThrownBy(() -> PEOPLE.onViolation(Action.WARN))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("on-violation: follows no rule");
    }

    @Test
    void eachTransformCountsForItself() {
        Validate first = PEOPLE.atLeast("age", 0).onViolation(Action.NULL);
        Validate second = first.atMost("age", 150).onViolation(Action.NULL);
        People.apply(second, insert("Ann", null, -1));
        assertThat(broken(first)).containsExactly(0L);
        assertThat(broken(second)).containsExactly(1L, 0L);
    }

    @Test
    void countsWhatAllThreadsSee() throws Exception {
        int threads = 4;
        int rows = 20_000;
        Validate validate = watched(PEOPLE.range("age", 0, 150)
                .onViolation(Action.NULL)
                .pattern("name", "[A-Z][a-z]*")
                .onViolation(Action.WARN)
                .notNull("city"));
        RowChange valid = insert("Ann", "Bonn", 30);
        RowChange invalid = insert("ann", "Bonn", 151);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> results = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                results.add(executor.submit(() -> {
                    for (int row = 0; row < rows; row++) {
                        assertThat(People.apply(validate, valid)).isSameAs(valid);
                        ChangeEvent result = Objects.requireNonNull(People.apply(validate, invalid));
                        assertThat(((RowChange) result).image().isNull(3)).isTrue();
                    }
                }));
            }
            long seen = 0;
            while (results.stream().anyMatch(result -> !result.isDone())) {
                long now = broken(validate).get(0);
                assertThat(now).isBetween(seen, (long) threads * rows);
                seen = now;
            }
            for (Future<?> result : results) {
                result.get();
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(broken(validate)).containsExactly((long) threads * rows, (long) threads * rows, 0L);
        assertThat(log.lines()).hasSize(1);
    }
}
