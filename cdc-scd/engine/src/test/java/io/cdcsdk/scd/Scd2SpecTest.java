package io.cdcsdk.scd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class Scd2SpecTest {
    private static final TableSchema PERSON = TableSchema.builder(TableId.of("hr", "person"))
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .column("city", LogicalType.STRING)
            .column("changed_at", LogicalType.INSTANT)
            .build();

    @Test
    void theStandardTracksEveryColumnButTheKey() {
        Scd2Spec spec = Scd2Spec.standard();
        assertThat(spec.isTracked(PERSON, "id")).isFalse();
        assertThat(spec.isTracked(PERSON, "name")).isTrue();
        assertThat(spec.lateness()).isEqualTo(Duration.ofHours(1));
        assertThat(spec.sequence()).isEqualTo(Sequence.sourceOrder());
        assertThat(spec.deletes()).isEqualTo(DeleteMode.CLOSE);
        assertThatCode(() -> spec.check(PERSON)).doesNotThrowAnyException();
    }

    @Test
    void listsIncludeOrExclude() {
        Scd2Spec including = Scd2Spec.builder().tracked("city").build();
        Scd2Spec excluding = Scd2Spec.builder().overwritten("city").build();
        assertThat(including.isTracked(PERSON, "city")).isTrue();
        assertThat(including.isTracked(PERSON, "name")).isFalse();
        assertThat(excluding.isTracked(PERSON, "city")).isFalse();
        assertThat(excluding.isTracked(PERSON, "name")).isTrue();
    }

    @Test
    void propertiesSayTheSameAsTheBuilder() {
        Scd2Spec spec = Scd2Spec.builder()
                .key("name", "city")
                .sequence(Sequence.column("changed_at"))
                .tieRule(TieRule.POSITION)
                .overwritten("id")
                .deletes(DeleteMode.MARKER)
                .unlimitedLateness()
                .maxAhead(Duration.ofMinutes(5))
                .columns(new HistoryColumns("f", "t", "c", "o"))
                .build();
        Scd2Spec read = Scd2Spec.fromProperties(spec.toProperties());
        assertThat(read).usingRecursiveComparison().isEqualTo(spec);
        assertThat(Scd2Spec.fromProperties(new Properties()))
                .usingRecursiveComparison()
                .isEqualTo(Scd2Spec.standard());
    }

    @Test
    void bytesKeepNamesWithAnyCharacter() {
        Scd2Spec spec = Scd2Spec.builder().key("a,b", " c ").tracked().build();
        ByteWriter out = new ByteWriter();
        SpecCodec.write(out, spec);
        assertThat(SpecCodec.read(new ByteReader(out.toBytes())))
                .usingRecursiveComparison()
                .isEqualTo(spec);
    }

    @Test
    void allMistakesOfPropertiesAreReportedAtOnce() {
        Properties properties = new Properties();
        properties.setProperty("sequence", "time");
        properties.setProperty("deletes", "keep");
        properties.setProperty("lateness", "an hour");
        properties.setProperty("tracked", "a,a");
        properties.setProperty("overwritten", "b");
        properties.setProperty("latenes", "PT1H");
        assertThatThrownBy(() -> Scd2Spec.fromProperties(properties))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContainingAll(
                        "sequence: 'time' is not valid; expected source-order, commit-time or column:NAME",
                        "deletes: 'keep' is not valid; expected one of close, marker",
                        "lateness: 'an hour' is not valid; expected a duration such as PT1H, or unlimited",
                        "tracked: names 'a' twice",
                        "overwritten: excludes tracked: name the one or the other",
                        "latenes: is not an option");
    }

    @Test
    void allMistakesAboutATableAreReportedAtOnce() {
        Scd2Spec spec = Scd2Spec.builder()
                .tracked("town", "id")
                .sequence(Sequence.column("name"))
                .columns(new HistoryColumns("city", "t", "c", "o"))
                .build();
        assertThatThrownBy(() -> spec.check(PERSON))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContainingAll(
                        "tracked: names the column 'town', which hr.person does not have; it has id, name, city, changed_at",
                        "tracked: names the key column 'id'",
                        "sequence: column 'name' is of type STRING; expected TIMESTAMP or INSTANT",
                        "columns: the table has a column 'city' of its own");
    }

    @Test
    void aTableWithoutAKeyNeedsOneInTheSpec() {
        TableSchema keyless = TableSchema.builder(TableId.of("log"))
                .column("id", LogicalType.INT64)
                .build();
        assertThatThrownBy(() -> Scd2Spec.standard().check(keyless))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("key: is not set, and the table has none");
        assertThatCode(() -> Scd2Spec.builder().key("id").build().check(keyless))
                .doesNotThrowAnyException();
    }
}
