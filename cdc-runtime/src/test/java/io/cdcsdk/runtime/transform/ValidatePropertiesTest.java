package io.cdcsdk.runtime.transform;

import static io.cdcsdk.runtime.transform.People.at;
import static io.cdcsdk.runtime.transform.People.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.runtime.TablePattern;
import io.cdcsdk.runtime.transform.Validate.Action;
import io.cdcsdk.runtime.transform.Validate.RuleCount;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** Rules read from options. */
class ValidatePropertiesTest {
    private static Validate read(String text) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        return Validate.fromProperties(properties);
    }

    @Test
    void readsEveryRuleWithItsAction() throws IOException {
        Validate validate = read("""
                table = public.person
                not-null = id, name
                range.age = 0..150
                pattern.name = [A-Z].{0,9}
                one-of.city = Bonn, Rome
                on-violation = warn
                on-violation.not-null.id = reject
                on-violation.range.age = null
                on-violation.one-of.city = reject
                """);
        TablePattern tables = TablePattern.of("public.person");
        assertThat(validate.counts())
                .containsExactly(
                        new RuleCount(tables, "is not null", "id", Action.REJECT, 0),
                        new RuleCount(tables, "is not null", "name", Action.WARN, 0),
                        new RuleCount(tables, "is between 0 and 150", "age", Action.NULL, 0),
                        new RuleCount(tables, "matches [A-Z].{0,9}", "name", Action.WARN, 0),
                        new RuleCount(tables, "is one of Bonn, Rome", "city", Action.REJECT, 0));
        assertThat(People.apply(validate, RowChange.insert(person(1, "Ann", "Rome", 151), at(1))))
                .isEqualTo(RowChange.insert(person(1, "Ann", "Rome", null), at(1)));
        assertThatThrownBy(() -> People.apply(validate, RowChange.insert(person(1, "Ann", "Oslo", 1), at(1))))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining("is one of Bonn, Rome");
    }

    @Test
    void readsRangesOfEveryTypeAndColumnsWithDots() throws IOException {
        Validate validate = read("""
                table = t
                range.a.b = -0.5..1.5
                range.day = 2024-01-01..
                range.time = ..17:30
                range.local = 2024-01-01 00:00:00..2024-12-31T23:59:59.999999
                range.instant = 2024-01-01T00:00:00+02:00 .. 2024-12-31T00:00:00Z
                """);
        TableSchema schema = TableSchema.builder(TableId.of("t"))
                .column("a.b", LogicalType.decimal(5, 2))
                .column("day", LogicalType.DATE)
                .column("time", LogicalType.TIME)
                .column("local", LogicalType.TIMESTAMP)
                .column("instant", LogicalType.INSTANT)
                .build();
        Row valid = Row.of(
                schema,
                new BigDecimal("1.50"),
                LocalDate.of(2024, 1, 1),
                LocalTime.of(17, 30),
                LocalDateTime.of(2024, 1, 1, 0, 0),
                Instant.parse("2023-12-31T22:00:00Z"));
        RowChange insert = RowChange.insert(valid, at(1));
        assertThat(People.apply(validate, insert)).isSameAs(insert);
        Row invalid = Row.of(
                schema,
                new BigDecimal("1.51"),
                LocalDate.of(2023, 12, 31),
                LocalTime.of(17, 31),
                LocalDateTime.of(2025, 1, 1, 0, 0),
                Instant.parse("2023-12-31T21:59:59Z"));
        assertThatThrownBy(() -> People.apply(validate, RowChange.insert(invalid, at(1))))
                .isInstanceOf(BadRecord.class)
                .hasMessageContainingAll(
                        "'is between -0.5 and 1.5' of column 'a.b'",
                        "'is at least 2024-01-01' of column 'day'",
                        "'is at most 17:30' of column 'time'",
                        "of column 'local'",
                        "of column 'instant'");
    }

    @Test
    void reportsAllMistakesAtOnce() {
        assertThatThrownBy(() -> read("""
                        not-null = id,,name
                        range.age = 150..0
                        range.day = 2024-01-01..7
                        range.height = tall..
                        range.weight = 7
                        range.open = ..
                        pattern.name = [a-z
                        one-of.city =
                        on-violation = stop
                        on-violation.range.age = no
                        on-violation.range.size = warn
                        rnage.age = 1..2
                        """))
                .isInstanceOf(InvalidConfiguration.class)
                .satisfies(e -> assertThat(((InvalidConfiguration) e).mistakes())
                        .extracting(InvalidConfiguration.Mistake::toString)
                        .satisfiesExactly(
                                mistake -> assertThat(mistake)
                                        .isEqualTo(
                                                "on-violation: 'stop' is not valid; expected one of reject, warn, null"),
                                mistake -> assertThat(mistake).startsWith("table: is not set; expected schema.name"),
                                mistake -> assertThat(mistake).startsWith("not-null: 'id,,name' has an empty name"),
                                mistake -> assertThat(mistake).startsWith("on-violation.range.age: 'no' is not valid"),
                                mistake -> assertThat(mistake)
                                        .isEqualTo("range.age: the least value 150 is above the greatest, 0"),
                                mistake -> assertThat(mistake)
                                        .isEqualTo("range.day: the bounds 2024-01-01 and 7 are not of one type"),
                                mistake -> assertThat(mistake).startsWith("range.height: 'tall' is not a bound"),
                                mistake -> assertThat(mistake).startsWith("range.open: a range has no bound"),
                                mistake -> assertThat(mistake).startsWith("range.weight: '7' is not a range"),
                                mistake -> assertThat(mistake)
                                        .startsWith("pattern.name: '[a-z' is not a regular expression"),
                                mistake -> assertThat(mistake).startsWith("one-of.city: is not set"),
                                mistake -> assertThat(mistake)
                                        .startsWith("on-violation.range.size: is not an option; there are "),
                                mistake -> assertThat(mistake)
                                        .startsWith("rnage.age: is not an option; there are ")
                                        .contains("range.COLUMN", "on-violation.RULE.COLUMN")));
    }
}
