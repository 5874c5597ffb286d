package io.cdcsdk.runtime.transform;

import static io.cdcsdk.runtime.transform.People.at;
import static io.cdcsdk.runtime.transform.People.keyOnly;
import static io.cdcsdk.runtime.transform.People.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Truncate;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ValidateTest {
    private final Validate validate = Validate.table("public.person")
            .notNull("name", "city")
            .rule("is positive", "age", age -> (Integer) age > 0)
            .rule("has a name other than the city", row -> !Objects.equals(row.value("name"), row.value("city")));

    private void assertPasses(ChangeEvent event) {
        assertThat(People.apply(validate, event)).isSameAs(event);
    }

    @Test
    void passesRowsThatKeepTheRules() {
        assertThat(validate.schema(People.SCHEMA)).isSameAs(People.SCHEMA);
        assertPasses(RowChange.insert(person(1, "Ann", "Bonn", 30), at(1)));
        assertPasses(RowChange.snapshot(person(1, "Ann", "Bonn", null), at(1)));
        assertPasses(new Truncate(People.SCHEMA, at(2)));
    }

    @Test
    void namesEveryBrokenRuleButNoValue() {
        ChangeEvent update = RowChange.update(null, person(1, "Bonn", "Bonn", -77), at(8));
        assertThatThrownBy(() -> People.apply(validate, update))
                .isInstanceOf(BadRecord.class)
                .hasMessage("public.person: breaks the rule 'is positive' of column 'age', "
                        + "and the rule 'has a name other than the city' (position 1:0:8:)");
    }

    @Test
    void refusesNull() {
        Validate notNull = Validate.table("person").notNull("name", "city");
        assertThatThrownBy(() -> People.apply(notNull, RowChange.insert(person(1, "Ann", null, 3), at(1))))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining("the rule 'is not null' of column 'city'");
        ChangeEvent unknown = RowChange.update(null, keyOnly(1), at(1));
        assertThat(People.apply(notNull, unknown)).isSameAs(unknown);
    }

    @Test
    void letsInvalidRowsGo() {
        assertPasses(RowChange.delete(person(1, null, null, -1), at(1)));
    }

    @Test
    void looksAtAfterOnly() {
        assertPasses(RowChange.update(person(1, null, null, -1), person(1, "Ann", "Bonn", 1), at(1)));
    }

    @Test
    void passesOtherTables() {
        assertPasses(RowChange.insert(Row.of(People.PLACES, 1L, null), at(1)));
    }

    @Test
    void aRuleThatThrowsMakesABadRecordWithoutItsMessage() {
        Validate failing =
                Validate.table("person").rule("is a number", "name", name -> Integer.parseInt((String) name) > 0);
        assertThatThrownBy(() -> People.apply(failing, RowChange.insert(person(1, "secret", null, 3), at(1))))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining("the rule 'is a number' of column 'name' failed with NumberFormatException")
                .satisfies(e -> assertThat(e).hasStackTraceContaining("ValidateTest"))
                .satisfies(e -> assertThat(String.valueOf(e.getCause())).doesNotContain("secret"));
    }

    @Test
    void namesEveryColumnThatTheTableLacks() {
        Validate wrong = validate.notNull("street").rule("is short", "zip", zip -> true);
        assertThatThrownBy(() -> wrong.schema(People.SCHEMA))
                .isInstanceOf(Fatal.class)
                .hasMessage("""
                        validation cannot be applied to public.person, which has the columns id, name, city, age:
                          is not null: there is no column 'street'
                          is short: there is no column 'zip'""");
    }

    @Test
    void aRuleNeedsAName() {
        assertThatThrownBy(() -> validate.rule(" ", row -> true)).isInstanceOf(InvalidConfiguration.class);
    }
}
