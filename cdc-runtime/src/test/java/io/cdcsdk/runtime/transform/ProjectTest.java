package io.cdcsdk.runtime.transform;

import static io.cdcsdk.runtime.transform.People.at;
import static io.cdcsdk.runtime.transform.People.keyOnly;
import static io.cdcsdk.runtime.transform.People.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Column;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ProjectTest {
    private static final TableId CONTACT = TableId.of("crm", "contact");

    private final Project project = Project.table("public.person")
            .keep("name", "id")
            .rename("name", "full_name")
            .rename("id", "person_id")
            .renameTable(CONTACT);
    private final TableSchema projected = project.schema(People.SCHEMA);

    private Row contact(long id, String name) {
        return Row.of(projected, id, name);
    }

    @Test
    void keepsAndRenamesColumnsInTheOrderOfTheSource() {
        assertThat(projected)
                .isEqualTo(TableSchema.builder(CONTACT)
                        .key("person_id", LogicalType.INT64)
                        .column("full_name", LogicalType.STRING)
                        .build());
    }

    @Test
    void dropsColumns() {
        TableSchema schema = Project.table("person").drop("city", "age").schema(People.SCHEMA);
        assertThat(schema.columnNames()).containsExactly("id", "name");
        assertThat(schema.table()).isEqualTo(People.SCHEMA.table());
        assertThat(schema.version()).isEqualTo(People.SCHEMA.version());
    }

    @Test
    void projectsBothImages() {
        ChangeEvent update = RowChange.update(person(1, "Ann", "Bonn", 30), person(2, "Anna", "Rome", 31), at(5));
        assertThat(People.apply(project, update))
                .isEqualTo(RowChange.update(contact(1, "Ann"), contact(2, "Anna"), at(5)));
        assertThat(People.apply(project, RowChange.snapshot(person(1, "Ann", "Bonn", 30), at(5))))
                .isEqualTo(RowChange.snapshot(contact(1, "Ann"), at(5)));
    }

    @Test
    void keepsTheStatesOfColumns() {
        Row before = Objects.requireNonNull(((RowChange)
                        Objects.requireNonNull(People.apply(project, RowChange.delete(keyOnly(1), at(1)))))
                .before());
        assertThat(before.state(1)).isEqualTo(ColumnState.ABSENT);
        Row unavailable =
                person(1, null, "Bonn", 30).toBuilder().setUnavailable(1).build();
        assertThat(((RowChange) Objects.requireNonNull(People.apply(project, RowChange.insert(unavailable, at(1)))))
                        .image()
                        .state(1))
                .isEqualTo(ColumnState.UNAVAILABLE);
    }

    @Test
    void carriesTheSchemaThroughEveryOtherEvent() {
        assertThat(People.apply(project, new Truncate(People.SCHEMA, at(1)))).isEqualTo(new Truncate(projected, at(1)));
        assertThat(People.apply(project, new SnapshotStarted(People.SCHEMA, at(2))))
                .isEqualTo(new SnapshotStarted(projected, at(2)));
        assertThat(People.apply(project, new SnapshotCompleted(People.SCHEMA, at(3))))
                .isEqualTo(new SnapshotCompleted(projected, at(3)));
        TableSchema wider = People.SCHEMA.toBuilder()
                .version(2)
                .column("email", LogicalType.STRING)
                .build();
        assertThat(People.apply(project, new SchemaChange(People.SCHEMA, wider, at(4))))
                .isEqualTo(new SchemaChange(projected, project.schema(wider), at(4)));
    }

    @Test
    void sharesOneSchemaInstanceBetweenEvents() {
        assertThat(project.schema(People.SCHEMA)).isSameAs(projected);
        ChangeEvent event = People.apply(project, RowChange.insert(person(1, "Ann", "Bonn", 30), at(1)));
        assertThat(Objects.requireNonNull(event).schema()).isSameAs(projected);
    }

    @Test
    void aSchemaBeforeThatLacksANamedColumnIsNotKnown() {
        TableSchema narrow = TableSchema.builder(People.SCHEMA.table())
                .key("id", LogicalType.INT64)
                .build();
        assertThat(People.apply(project, new SchemaChange(narrow, People.SCHEMA, at(4))))
                .isEqualTo(new SchemaChange(null, projected, at(4)));
    }

    @Test
    void passesOtherTablesAndProjectionsThatChangeNothingAsTheyAre() {
        ChangeEvent place = RowChange.insert(Row.of(People.PLACES, 1L, "Rome"), at(1));
        assertThat(People.apply(project, place)).isSameAs(place);
        assertThat(project.schema(People.PLACES)).isSameAs(People.PLACES);
        Project nothing = Project.table("person").keep("id", "name", "city", "age");
        ChangeEvent insert = RowChange.insert(person(1, "Ann", "Bonn", 30), at(1));
        assertThat(People.apply(nothing, insert)).isSameAs(insert);
    }

    @Test
    void swapsNames() {
        TableSchema swapped = Project.table("person")
                .rename("name", "city")
                .rename("city", "name")
                .schema(People.SCHEMA);
        assertThat(swapped.columnNames()).containsExactly("id", "city", "name", "age");
    }

    @Test
    void everyCallReturnsANewProjection() {
        Project all = Project.table("person");
        Project one = all.keep("id");
        assertThat(all.schema(People.SCHEMA)).isSameAs(People.SCHEMA);
        assertThat(one.schema(People.SCHEMA).size()).isEqualTo(1);
        assertThat(one.keep("name").schema(People.SCHEMA).size()).isEqualTo(2);
    }

    @Test
    void reportsEveryMistakeAtOnce() {
        Project wrong = Project.table("person")
                .keep("name", "city", "nmae")
                .drop("city", "street")
                .rename("age", "years")
                .rename("name", "full_name")
                .rename("name", "whole_name")
                .rename("surname", "x");
        assertThatThrownBy(() -> wrong.schema(People.SCHEMA))
                .isInstanceOf(Fatal.class)
                .hasMessage("""
                        projection cannot be applied to public.person, which has the columns id, name, city, age:
                          keep: the column 'city' is dropped as well
                          keep: there is no column 'nmae'
                          drop: there is no column 'street'
                          rename: the column 'age' is not kept
                          rename: the column 'name' is renamed twice
                          rename: there is no column 'surname'
                          keep: the key column 'id' cannot be dropped""");
    }

    @Test
    void refusesNamesThatCollide() {
        assertThatThrownBy(() -> Project.table("person").rename("name", "city").schema(People.SCHEMA))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("rename: two columns would be named 'city'");
    }

    @Test
    void refusesToLeaveNoColumn() {
        TableSchema keyless = TableSchema.builder(People.SCHEMA.table())
                .column(Column.of("a", LogicalType.STRING))
                .build();
        assertThatThrownBy(() -> Project.table("person").drop("a").schema(keyless))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("drop: no column is left");
    }

    @Test
    void refusesToMakeOneTableOfTwo() {
        TableSchema other =
                People.SCHEMA.toBuilder().table(TableId.of("old", "person")).build();
        Project merging = Project.table("person").renameTable(CONTACT);
        merging.schema(People.SCHEMA);
        merging.schema(People.SCHEMA.toBuilder().version(2).build());
        assertThatThrownBy(() -> merging.schema(other))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("public.person has become crm.contact already");
        TableSchema contact = People.SCHEMA.toBuilder().table(CONTACT).build();
        assertThatThrownBy(() -> People.apply(project, new Truncate(contact, at(1))))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("the source has a table of that name");
    }

    @Test
    void refusesEmptyNames() {
        assertThatThrownBy(() -> Project.table("person").rename("name", "")).isInstanceOf(InvalidConfiguration.class);
        assertThatThrownBy(() -> Project.table(" ")).isInstanceOf(InvalidConfiguration.class);
    }
}
