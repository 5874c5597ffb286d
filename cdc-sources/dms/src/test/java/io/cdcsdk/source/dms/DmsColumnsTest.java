package io.cdcsdk.source.dms;

import static io.cdcsdk.source.dms.Reading.person;
import static io.cdcsdk.source.dms.Reading.schema;
import static io.cdcsdk.source.dms.Reading.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Retryable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rarer layouts of files, and what the source says of those that do not fit. */
class DmsColumnsTest {
    private static final String CHANGES = "public/person/20200101-120000000.csv";

    @TempDir
    private Path root;

    private Folder files;

    @BeforeEach
    void files() {
        files = new Folder(root);
    }

    private DmsFileSourceBuilder single() {
        return DmsFileSource.builder()
                .directory(root)
                .table(schema("log", "text:string"))
                .settleTime(Duration.ZERO);
    }

    @Test
    void aBlankLineIsARecordOfATableWithOneColumn() throws IOException {
        files.write("log/20200101-120000000.csv", "a", "", "b", "");

        assertThat(texts(single().operationColumn(DmsOption.OperationColumn.NONE)))
                .containsExactly(
                        "c (a) @2/20200101-120000000.csv#1",
                        "c () @2/20200101-120000000.csv#2",
                        "c (b) @2/20200101-120000000.csv#3",
                        "c () @2/20200101-120000000.csv#4");
    }

    @Test
    void aBlankLineIsNoRecordOfAnyOtherTable() throws IOException {
        files.write(CHANGES, "", "I,1,Ann,Ulm", "", "I,2,Bob,Ulm");
        files.write("log/20200101-120000000.csv", "I,a", "", "I,b");

        assertThat(texts(person(root)))
                .containsExactly(
                        "c (1, Ann, Ulm) @2/20200101-120000000.csv#1", "c (2, Bob, Ulm) @2/20200101-120000000.csv#2");
        assertThat(texts(single().operationColumn(DmsOption.OperationColumn.PRESENT)))
                .containsExactly("c (a) @2/20200101-120000000.csv#1", "c (b) @2/20200101-120000000.csv#2");
    }

    @Test
    void loadFilesMayHaveNamesOfTheirOwnAndAreReadFirst() throws IOException {
        files.write("log/LOAD00000001.csv", "a");
        files.write("log/all.csv", "I,d");
        files.write("log/20200101-120000000.csv", "I,c");
        files.write("log/part.csv", "b");

        assertThat(texts(single().loadFiles("part.*").snapshotCompletion(DmsOption.SnapshotCompletion.ON_QUIET)))
                .filteredOn(text -> text.contains("("))
                .containsExactly(
                        "r (a) @0/000000000/0000000000000001/LOAD00000001.csv#1",
                        "r (b) @0/other/part.csv#1",
                        "c (c) @2/20200101-120000000.csv#1",
                        "c (d) @2/all.csv#1");
    }

    @Test
    void aDeleteMayLeaveEmptyWhatItsTypeDoesNotAllowToBe() throws IOException {
        files.write("pay/20200101-120000000.csv", "D,1,,", "D,2,\"\",");
        DmsFileSourceBuilder pay = DmsFileSource.builder()
                .directory(root)
                .table(schema("pay", "id:int64:key,amount:decimal(10,2),note:string"))
                .settleTime(Duration.ZERO);

        assertThatThrownBy(() -> texts(pay)).hasMessageContainingAll("line 2", "column 'amount'");
        files.write("pay/20200101-120000000.csv", "D,1,,");
        assertThat(texts(pay)).containsExactly("d (1, absent, ) @2/20200101-120000000.csv#1");
    }

    @Test
    void theOperationColumnMayBeDemanded() throws IOException {
        files.write(CHANGES, "1,Ann,Ulm");
        assertThatThrownBy(() -> texts(person(root).operationColumn(DmsOption.OperationColumn.PRESENT)))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining("3 fields instead of 4. Expected Op, person_id, full_name, city");

        files.write(CHANGES, "person_id,full_name,city");
        assertThatThrownBy(() -> texts(person(root)
                        .header(DmsOption.Header.PRESENT)
                        .operationColumn(DmsOption.OperationColumn.PRESENT)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(
                        CHANGES + ", line 1: the header does not begin with Op but with the column 'person_id'");
    }

    @Test
    void aColumnOfTheTableMayBeNamedOp() throws IOException {
        files.write("log/20200101-120000000.csv", "Op", "X");

        assertThat(texts(DmsFileSource.builder()
                        .directory(root)
                        .table(schema("log", "Op:string"))
                        .header(DmsOption.Header.PRESENT)
                        .operationColumn(DmsOption.OperationColumn.NONE)
                        .settleTime(Duration.ZERO)))
                .containsExactly("c (X) @2/20200101-120000000.csv#1");
    }

    @Test
    void aHeaderNamesEachColumnOnce() throws IOException {
        files.write(CHANGES, "Op,person_id,full_name,city,city", "I,1,Ann,Ulm,Ulm");

        assertThatThrownBy(() -> texts(person(root).header(DmsOption.Header.PRESENT)))
                .isInstanceOf(Fatal.class)
                .hasMessage(CHANGES + ", line 1: the header names the column 'city' twice");
    }

    @Test
    void aLongValueIsShownInPart() throws IOException {
        files.write(CHANGES, "I," + "9".repeat(500) + ",Ann,Ulm");

        assertThatThrownBy(() -> texts(person(root)))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining("cannot take '" + "9".repeat(80) + "...'")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }

    @Test
    void aBrokenCommitTimeIsNamed() throws IOException {
        files.write("public/person/a.csv", "yesterday,1,Ann,Ulm");
        assertThatThrownBy(() -> texts(person(root).timestampColumn("ts").fullLoad(DmsOption.FullLoad.BY_COLUMN_COUNT)))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining(
                        "public/person/a.csv, line 1: column 'ts' cannot take 'yesterday': expected a time");

        files.write(CHANGES, "I,2020-01-01 00:00:00.000000,1,Ann,Ulm", "I,yesterday,1,Ann,Ulm");
        assertThatThrownBy(
                        () -> Reading.batches(person(root).timestampColumn("ts").build(), Positions.none()))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining(CHANGES + ", line 2: column 'ts' cannot take 'yesterday': expected a time");
    }

    @Test
    void aBrokenChangeSequenceIsNamed() throws IOException {
        files.write(CHANGES, "I,1,Ann,Ulm,4711");

        assertThatThrownBy(() -> texts(person(root).changeSequenceColumn("seq")))
                .isInstanceOf(BadRecord.class)
                .hasMessage(CHANGES + ", line 1: column 'seq' cannot take '4711': expected 35 digits");
    }

    @Test
    void aTransactionRecordNeedsTheNameOfATable() throws IOException {
        files.write("changes/CDC_TXN-1.csv", "I,,public,1,Ann,Ulm");

        assertThatThrownBy(() -> texts(person(root).transactionsFolder("changes")))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining("changes/CDC_TXN-1.csv, line 1: the name of the table is empty");
    }

    @Test
    void aDeletedRowMayLackWhatIsNotLogged() throws IOException {
        files.write(CHANGES, "D,1,~,~", "I,~,Ann,Ulm");

        try (DmsFileSource source = person(root).noSupplementalText("~").build()) {
            source.open(lanes -> Positions.none());
            assertThat(Reading.poll(source).events())
                    .extracting(Reading::text)
                    .containsExactly("d (1, absent, absent) @2/20200101-120000000.csv#1");
            assertThatThrownBy(() -> Reading.poll(source))
                    .isInstanceOf(BadRecord.class)
                    .hasMessage(CHANGES + ", line 2: the key column 'person_id' has no value");
        }
    }

    @Test
    void aListingThatFailsIsRetryable() throws IOException {
        files.write(CHANGES, "I,1,Ann,Ulm");
        boolean[] failing = {true};
        DmsFileSource source = person(root).build(directory -> new DmsStorage() {
            @Override
            public String location() {
                return directory.location();
            }

            @Override
            public boolean exists() {
                return true;
            }

            @Override
            public List<StoredFile> list(String folder) throws IOException {
                if (failing[0]) {
                    throw new IOException("the network is down");
                }
                return directory.list(folder);
            }

            @Override
            public InputStream open(String path) throws IOException {
                return directory.open(path);
            }
        });
        try (source) {
            source.open(lanes -> Positions.none());
            assertThatThrownBy(() -> Reading.poll(source))
                    .isInstanceOf(Retryable.class)
                    .hasMessageContaining("listing public/person")
                    .hasMessageContaining("the network is down");
            failing[0] = false;
            assertThat(Reading.poll(source).events()).hasSize(1);
            assertThat(Reading.poll(source).isEndOfSource()).isTrue();
        }
    }
}
