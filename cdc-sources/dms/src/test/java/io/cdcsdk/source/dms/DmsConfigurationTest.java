package io.cdcsdk.source.dms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DmsConfigurationTest {
    @TempDir
    private Path root;

    private static Properties properties(String... keysAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
        }
        return properties;
    }

    private static List<String> mistakes(Properties properties) {
        InvalidConfiguration invalid =
                catchThrowableOfType(InvalidConfiguration.class, () -> DmsFileSource.fromProperties(properties));
        return invalid.mistakes().stream().map(Object::toString).toList();
    }

    @Test
    void optionsMayAllBeGivenAsText() throws IOException {
        new Folder(root)
                .write(
                        "people/20200101-120000000.csv",
                        "Op;BI_id;id;first name;pay",
                        "U;1;2;'O''Neil';-",
                        "U;~;2;Ann;1.50");
        DmsFileSource source = DmsFileSource.fromProperties(properties(
                "directory", root.toString(),
                "tables", "hr.person",
                "table.hr.person.columns", "id:int64:required, first name:string, pay:decimal(10,2)",
                "table.hr.person.key", "id",
                "table.hr.person.folder", "people/",
                "header", "present",
                "delimiter", ";",
                "quote", "'",
                "null-text", "-",
                "no-supplemental-text", "~",
                "max-field-length", "4096",
                "last-line", "may-lack-end",
                "error-values", "hide",
                "operation-column", "auto",
                "unknown-columns", "ignore",
                "missing-columns", "absent",
                "timestamp-column", "ts",
                "change-sequence-column", "seq",
                "before-image-prefix", "BI_",
                "full-load", "by-name",
                "snapshot-completion", "on-quiet",
                "late-files", "ignore",
                "watch", "off",
                "epoch", "3",
                "list-interval", "PT1S",
                "settle-time", "PT0S"));

        assertThat(source.knownSchemas())
                .containsExactly(TableSchema.builder(TableId.of("hr", "person"))
                        .column(Column.required("id", LogicalType.INT64))
                        .column("first name", LogicalType.STRING)
                        .column("pay", LogicalType.decimal(10, 2))
                        .key(List.of("id"))
                        .build());
        assertThat(Reading.events(source, io.cdcsdk.api.Positions.none()))
                .allSatisfy(event -> assertThat(event.position().epoch()).isEqualTo(3))
                .extracting(Reading::text)
                .containsExactly(
                        "u (1, absent, absent) -> (2, O'Neil, null) @2/20200101-120000000.csv#1",
                        "u (2, Ann, 1.50) @2/20200101-120000000.csv#2");
    }

    @Test
    void everyMistakeIsReportedAtOnce() {
        assertThat(mistakes(properties(
                        "directory", root.resolve("nowhere").toString(),
                        "tables", "public.person, city, log",
                        "table.public.person.columns", "id:int63:key, name, pay:decimal(2,9)",
                        "table.public.person.key", "uid",
                        "table.city.columns", "name:string:key, NAME:string",
                        "table.city.folder", "../city",
                        "table.city.file-columns", "name, name",
                        "header", "maybe",
                        "delimiter", "\"",
                        "settle-time", "soon",
                        "epoch", "-1",
                        "colour", "red")))
                .containsExactly(
                        "table.public.person.columns: 'int63' is not a type: expected boolean, int32, int64, float32, "
                                + "float64, decimal(precision,scale), string, bytes, date, time, timestamp, instant, uuid, "
                                + "json or array(type); 'name' is not a column: expected name:type, name:type:required or "
                                + "name:type:key; decimal(2,9) is not a type: the precision is 1 or more, the scale 0 to the "
                                + "precision; the key names a column 'uid' that is not among id, pay",
                        "table.log.columns: is not set; expected columns such as id:int64:key, name:string",
                        "header: 'maybe' is not valid; expected one of present, none",
                        "epoch: '-1' is not valid; expected a whole number of at least 0",
                        "settle-time: 'soon' is not valid; expected a duration such as PT30S",
                        "directory: '" + root.resolve("nowhere")
                                + "' does not exist; create it, or wait for it with watch=on",
                        "table.city.folder: '../city' leaves the directory",
                        "table.city.file-columns: lacks the column 'NAME' that the table is declared with",
                        "table.city.file-columns: names a column twice",
                        "delimiter: is '\"', as the quote is; they must differ",
                        "colour: is not an option; there are before-image-prefix, change-sequence-column, delimiter, "
                                + "directory, epoch, error-values, full-load, header, last-line, late-files, list-interval, load-files, "
                                + "max-field-length, missing-columns, no-supplemental-text, null-text, operation-column, quote, settle-time, "
                                + "snapshot-completion, table.city.columns, table.city.file-columns, table.city.folder, "
                                + "table.city.key, table.log.columns, table.log.file-columns, table.log.folder, "
                                + "table.log.key, table.public.person.columns, table.public.person.file-columns, "
                                + "table.public.person.folder, table.public.person.key, tables, timestamp-column, "
                                + "transactions-folder, unknown-columns, watch");
    }

    @Test
    void builtMistakesAreReportedAtOnceToo() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        DmsTable table = DmsTable.of(Reading.PERSON);

        assertThatThrownBy(() -> DmsFileSource.builder()
                        .directory(file)
                        .table(table)
                        .table(table)
                        .transactionsFolder("changes")
                        .fullLoad(DmsOption.FullLoad.BY_COLUMN_COUNT)
                        .operationColumn(DmsOption.OperationColumn.NONE)
                        .noSupplementalText("NULL")
                        .delimiter('\n')
                        .maxFieldLength(7)
                        .listInterval(Duration.ZERO)
                        .settleTime(Duration.ofSeconds(-1))
                        .build())
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContainingAll(
                        "DMS file source has 10 mistakes in its configuration:",
                        "directory: '" + file + "' is a file; expected a folder",
                        "tables: there are two tables public.person",
                        "table.public.person.folder: 'public/person' is the folder of something else too",
                        "operation-column: must be auto with full-load=by-column-count",
                        "transactions-folder: cannot be used with full-load=by-column-count",
                        "no-supplemental-text: is 'NULL', as null-text is; they must differ",
                        "delimiter: neither the delimiter nor the quote may be a line end",
                        "max-field-length: 7 is not valid; expected 1024 to 1073741824",
                        "list-interval: PT0S is not valid; expected more than nothing",
                        "settle-time: PT-1S is not valid; expected zero or more");
    }

    @Test
    void nothingAtAllIsTwoMistakes() {
        assertThat(mistakes(new Properties()))
                .containsExactly(
                        "tables: is not set; expected a list such as public.person, public.city",
                        "directory: is not set; expected the folder that holds the tables' folders");
        assertThatThrownBy(() -> DmsFileSource.builder().build())
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("has 2 mistakes")
                .hasMessageContaining("tables: is not set");
        assertThat(mistakes(properties("directory", root.toString(), "tables", "t", "table.t.columns", "id")))
                .containsExactly(
                        "table.t.columns: 'id' is not a column: expected name:type, name:type:required or name:type:key");
    }

    @Test
    void aWrongTypeIsOneMistake() {
        assertThat(mistakes(properties(
                        "directory", root.toString(),
                        "tables", "t",
                        "table.t.columns", "id:int65, name:string",
                        "table.t.key", "id")))
                .singleElement()
                .asString()
                .startsWith("table.t.columns: 'int65' is not a type: expected ")
                .doesNotContain("the key names");
    }

    @Test
    void aDirectoryMayAppearLaterWhereItIsWatchedFor() {
        assertThat(DmsFileSource.builder()
                        .directory(root.resolve("later"))
                        .table(Reading.PERSON)
                        .watch(DmsOption.Watch.ON)
                        .build()
                        .knownSchemas())
                .containsExactly(Reading.PERSON);
    }
}
