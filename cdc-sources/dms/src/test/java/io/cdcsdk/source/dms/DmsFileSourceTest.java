package io.cdcsdk.source.dms;

import static io.cdcsdk.source.dms.Reading.PERSON;
import static io.cdcsdk.source.dms.Reading.events;
import static io.cdcsdk.source.dms.Reading.person;
import static io.cdcsdk.source.dms.Reading.schema;
import static io.cdcsdk.source.dms.Reading.text;
import static io.cdcsdk.source.dms.Reading.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.SourceOrder;
import io.cdcsdk.api.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each feature makes of files, event by event. */
class DmsFileSourceTest {
    private static final String LOAD_1 = "0/000000000/0000000000000001/LOAD00000001.csv";

    @TempDir
    private Path root;

    private Folder files;

    @BeforeEach
    void files() {
        files = new Folder(root);
    }

    @Test
    void aFullLoadIsASnapshotThatCompletesAtTheFirstChangeFile() throws IOException {
        files.write("public/person/LOAD00000001.csv", "1,Ann,Ulm", "2,Bob,NULL");
        files.write("public/person/20200101-120000000.csv", "I,3,Cid,Bonn", "U,1,Ann,Jena", "D,2,Bob,NULL");

        assertThat(texts(person(root)))
                .containsExactly(
                        "SnapshotStarted @0#0",
                        "r (1, Ann, Ulm) @" + LOAD_1 + "#1",
                        "r (2, Bob, null) @" + LOAD_1 + "#2",
                        "SnapshotCompleted @1#0",
                        "c (3, Cid, Bonn) @2/20200101-120000000.csv#1",
                        "u (1, Ann, Jena) @2/20200101-120000000.csv#2",
                        "d (2, Bob, null) @2/20200101-120000000.csv#3");
    }

    @Test
    void theEndOfAFileNeedsTheFileNoMore() throws IOException {
        files.write("public/person/20200101-120000000.csv", "I,3,Cid,Bonn");
        List<EventBatch> batches = Reading.batches(person(root).build(), Positions.none());

        Position end = Position.of(0, "2/20200101-120000000.csv", Long.MAX_VALUE);
        assertThat(batches).hasSize(1);
        assertThat(batches.get(0).lane()).isEqualTo("public.person");
        assertThat(batches.get(0).resumeAfter()).isEqualTo(end);
        assertThat(batches.get(0).bytes()).isPositive();

        java.nio.file.Files.delete(root.resolve("public/person/20200101-120000000.csv"));
        files.write("public/person/20200101-120000001.csv", "I,4,Dan,Bonn");
        assertThat(events(person(root).build(), Positions.of("public.person", end)))
                .extracting(Reading::text)
                .containsExactly("c (4, Dan, Bonn) @2/20200101-120000001.csv#1");
    }

    @Test
    void loadFilesAreReadByTheirHexadecimalCounterWithinTheirSegment() throws IOException {
        for (String name : List.of("LOAD0000000A", "LOAD00000010", "LOAD00000009", "LOAD0000001f", "LOAD000000FF")) {
            files.write("public/person/" + name + ".csv", "1," + name + ",x");
        }
        files.write("public/person/SEGMENT2_LOAD00000001.csv", "1,s2,x");
        files.write("public/person/SEGMENT10_LOAD00000001.csv", "1,s10,x");

        assertThat(texts(person(root)).stream().skip(1).map(text -> text.split(", ")[1]))
                .containsExactly(
                        "LOAD00000009", "LOAD0000000A", "LOAD00000010", "LOAD0000001f", "LOAD000000FF", "s2", "s10");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2020/01/31",
                "2020/01/31/23",
                "20200131",
                "2020-01-31",
                "2020_01",
                "01202031",
                "31012020",
                "31-01-2020-23"
            })
    void datePartitionsAreLookedThroughAndFilesSortedByName(String partition) throws IOException {
        files.write("public/person/" + partition + "/20200131-000000001.csv", "I,1,first,x");
        files.write("public/person/1999/20200131-000000002.csv", "I,2,second,x");

        assertThat(texts(person(root)))
                .containsExactly(
                        "c (1, first, x) @2/20200131-000000001.csv#1", "c (2, second, x) @2/20200131-000000002.csv#1");
    }

    @Test
    void aHeaderNamesTheColumnsInAnyOrder() throws IOException {
        files.write("public/person/LOAD00000001.csv", "city,person_id,full_name", "Ulm,1,Ann");
        files.write("public/person/20200101-120000000.csv", "Op,person_id,city,full_name", "U,1,Bonn,Ann");

        assertThat(texts(person(root).header(DmsOption.Header.PRESENT)))
                .containsExactly(
                        "SnapshotStarted @0#0",
                        "r (1, Ann, Ulm) @" + LOAD_1 + "#1",
                        "SnapshotCompleted @1#0",
                        "u (1, Ann, Bonn) @2/20200101-120000000.csv#1");
    }

    @Test
    void quotesDelimitersAndLineEndsFollowRfc4180() throws IOException {
        files.write(
                "public/person/20200101-120000000.csv",
                "I,1,\"two\nlines\",\"a,b\"\r",
                "I,2,\"say \"\"hi\"\"\",\r",
                "I,3,\"NULL\",NULL");

        assertThat(texts(person(root)))
                .containsExactly(
                        "c (1, two\nlines, a,b) @2/20200101-120000000.csv#1",
                        "c (2, say \"hi\", ) @2/20200101-120000000.csv#2",
                        "c (3, NULL, null) @2/20200101-120000000.csv#3");
        assertThat(events(person(root))).satisfies(events -> {
            assertThat(((io.cdcsdk.api.RowChange) events.get(2)).image().string(1))
                    .isEqualTo("NULL");
            assertThat(((io.cdcsdk.api.RowChange) events.get(2)).image().isNull(2))
                    .isTrue();
        });
    }

    @Test
    void delimiterQuoteAndNullTextAreOptions() throws IOException {
        files.bytes(
                "public/person/20200101-120000000.csv",
                "\uFEFFI\t1\t'a\tb'\t\nI\t2\t''\tx".getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThat(texts(person(root)
                        .delimiter('\t')
                        .quote('\'')
                        .nullText("")
                        .lastLine(DmsOption.LastLine.MAY_LACK_END)))
                .containsExactly(
                        "c (1, a\tb, null) @2/20200101-120000000.csv#1", "c (2, , x) @2/20200101-120000000.csv#2");
    }

    @Test
    void columnsWithoutSupplementalLoggingAreAbsent() throws IOException {
        files.write("public/person/20200101-120000000.csv", "U,1,~,Ulm", "U,2,\"~\",NULL");

        assertThat(texts(person(root).noSupplementalText("~")))
                .containsExactly(
                        "u (1, absent, Ulm) @2/20200101-120000000.csv#1", "u (2, ~, null) @2/20200101-120000000.csv#2");
    }

    @Test
    void theTimestampColumnIsTheSourceTime() throws IOException {
        files.write(
                "public/person/LOAD00000001.csv",
                "2020-01-01 00:00:00.000005,1,Ann,Ulm",
                "2020-01-02 00:00:00.000006,2,Bob,Ulm");
        files.write("public/person/20200101-120000000.csv", "U,2020-02-29 23:59:59.123456,1,Ann,Bonn");

        List<ChangeEvent> events = events(person(root).timestampColumn("committed_at"));
        assertThat(events)
                .extracting(event -> event.origin().sourceInstant())
                .containsExactly(
                        Instant.parse("2020-01-01T00:00:00.000005Z"),
                        Instant.parse("2020-01-01T00:00:00.000005Z"),
                        Instant.parse("2020-01-01T00:00:00.000005Z"),
                        Instant.parse("2020-01-01T00:00:00.000005Z"),
                        Instant.parse("2020-02-29T23:59:59.123456Z"));
        assertThat(text(events.get(4))).startsWith("u (1, Ann, Bonn)");
    }

    @Test
    void loadFilesWithoutRecordsDoNotHideTheTimeOfTheSnapshot() throws IOException {
        files.write("public/person/LOAD00000001.csv");
        files.write("public/person/LOAD00000002.csv", "committed_at,person_id,full_name,city");
        files.write(
                "public/person/LOAD00000003.csv",
                "committed_at,person_id,full_name,city",
                "2020-01-03 00:00:00.000007,1,Ann,Ulm");
        files.write("public/person/20200104-120000000.csv");

        assertThat(events(person(root).header(DmsOption.Header.PRESENT).timestampColumn("committed_at")))
                .extracting(event -> event.origin().sourceInstant())
                .containsExactly(
                        Instant.parse("2020-01-03T00:00:00.000007Z"),
                        Instant.parse("2020-01-03T00:00:00.000007Z"),
                        Instant.parse("2020-01-03T00:00:00.000007Z"));
    }

    @Test
    void aSnapshotKeepsItsTimeWhenItIsResumed() throws IOException {
        files.write("public/person/LOAD00000001.csv", "2020-01-01 00:00:00.000005,1,Ann,Ulm");
        files.write("public/person/LOAD00000002.csv", "2020-01-02 00:00:00.000006,2,Bob,Ulm");
        files.write("public/person/20200101-120000000.csv", "U,2020-02-29 23:59:59.123456,1,Ann,Bonn");
        List<ChangeEvent> all = events(person(root).timestampColumn("committed_at"));

        for (int i = 0; i < all.size(); i++) {
            DmsFileSource source = person(root).timestampColumn("committed_at").build();
            assertThat(events(source, Positions.of("public.person", all.get(i).position())))
                    .isEqualTo(all.subList(i + 1, all.size()));
        }
    }

    @Test
    void aDeclaredTimestampColumnIsAColumnToo() throws IOException {
        TableSchema schema = schema("public.person", "person_id:int64:key,committed_at:timestamp");
        files.write("public/person/20200101-120000000.csv", "I,1,2020-02-29 23:59:59.123456");

        List<ChangeEvent> events = events(DmsFileSource.builder()
                .directory(root)
                .table(schema)
                .timestampColumn("committed_at")
                .settleTime(Duration.ZERO));
        assertThat(events)
                .extracting(event -> event.origin().sourceInstant())
                .containsExactly(Instant.parse("2020-02-29T23:59:59.123456Z"));
        assertThat(text(events.get(0))).startsWith("c (1, 2020-02-29T23:59:59.123456)");
    }

    @Test
    void theChangeSequenceIsTheSourceOrder() throws IOException {
        files.write(
                "public/person/20200101-120000000.csv",
                "Op,person_id,full_name,city,AR_H_CHANGE_SEQ",
                "I,1,Ann,Ulm,20200229235959129999999999999999999",
                "I,2,Bob,Ulm,NULL");

        assertThat(events(person(root).header(DmsOption.Header.PRESENT)))
                .extracting(event -> event.origin().order())
                .containsExactly(SourceOrder.parse("2020022923595912.9999999999999999999"), null);
    }

    @Test
    void theChangeSequenceComesLastWhereNoHeaderNamesIt() throws IOException {
        files.write("public/person/20200101-120000000.csv", "I,1,Ann,Ulm,20200229235959120000000000000000007");

        assertThat(events(person(root).changeSequenceColumn("AR_H_CHANGE_SEQ")))
                .extracting(event -> event.origin().order())
                .containsExactly(new SourceOrder(2020022923595912L, 7));
    }

    @Test
    void beforeImageColumnsAreTheRowBefore() throws IOException {
        files.write(
                "public/person/20200101-120000000.csv",
                "Op,person_id,full_name,city,BI_person_id,BI_full_name",
                "I,1,Ann,Ulm,NULL,NULL",
                "U,9,Ann,Ulm,1,Anna",
                "U,9,Ann,Bonn,NULL,Ann",
                "U,9,Ann,Jena,NULL,NULL",
                "D,9,NULL,NULL,9,Ann");

        assertThat(texts(person(root).header(DmsOption.Header.PRESENT)))
                .containsExactly(
                        "c (1, Ann, Ulm) @2/20200101-120000000.csv#1",
                        "u (1, Anna, absent) -> (9, Ann, Ulm) @2/20200101-120000000.csv#2",
                        "u (9, Ann, absent) -> (9, Ann, Bonn) @2/20200101-120000000.csv#3",
                        "u (9, Ann, Jena) @2/20200101-120000000.csv#4",
                        "d (9, Ann, null) @2/20200101-120000000.csv#5");
    }

    @Test
    void fileColumnsPlaceWhatNoHeaderNames() throws IOException {
        files.write("public/person/20200101-120000000.csv", "U,8,Ann,7,Ulm,whatever");

        assertThat(texts(DmsFileSource.builder()
                        .directory(root)
                        .table(DmsTable.of(PERSON)
                                .withFileColumns(List.of("person_id", "full_name", "BI_person_id", "city", "extra")))
                        .settleTime(Duration.ZERO)))
                .containsExactly("u (7, absent, absent) -> (8, Ann, Ulm) @2/20200101-120000000.csv#1");
    }

    @Test
    void transactionFilesHoldTheChangesOfAllTablesAfterTheFullLoads() throws IOException {
        TableSchema city = schema("public.city", "name:string:key,people:int32");
        files.write("public/person/LOAD00000001.csv", "1,Ann,Ulm");
        files.write("public/city/LOAD00000001.csv", "Ulm,1");
        files.write("changes/CDC_TXN-20201117153046033.csv", "I,person,public,2,Bob,Ulm", "U,city,public,Ulm,2");
        files.write(
                "changes/CDC_TXN-20201117153046034.csv",
                "I,unknown,public,2,3,4,5,6",
                "D,person,public,1,Ann,Ulm",
                "I,person,other,1,Ann,Ulm");

        List<EventBatch> batches = Reading.batches(
                person(root).table(city).transactionsFolder("changes").build(), Positions.none());
        assertThat(batches.stream()
                        .flatMap(batch -> batch.events().stream()
                                .map(event -> batch.lane() + " " + event.table() + " " + text(event))))
                .containsExactly(
                        "public.person public.person SnapshotStarted @0#0",
                        "public.city public.city SnapshotStarted @0#0",
                        "public.person public.person r (1, Ann, Ulm) @" + LOAD_1 + "#1",
                        "public.city public.city r (Ulm, 1) @" + LOAD_1 + "#1",
                        "public.person public.person SnapshotCompleted @1#0",
                        "public.city public.city SnapshotCompleted @1#0",
                        "transactions:changes public.person c (2, Bob, Ulm) @2/CDC_TXN-20201117153046033.csv#1",
                        "transactions:changes public.city u (Ulm, 2) @2/CDC_TXN-20201117153046033.csv#2",
                        "transactions:changes public.person d (1, Ann, Ulm) @2/CDC_TXN-20201117153046034.csv#2");
    }

    @Test
    void gzipFilesHaveThePositionsOfThePlainOnes() throws IOException {
        files.gzip("public/person/LOAD00000001.csv.gz", "1,Ann,Ulm");
        files.gzip("public/person/20200101-120000000.csv.gz", "I,3,Cid,Bonn");

        assertThat(texts(person(root)))
                .containsExactly(
                        "SnapshotStarted @0#0",
                        "r (1, Ann, Ulm) @" + LOAD_1 + "#1",
                        "SnapshotCompleted @1#0",
                        "c (3, Cid, Bonn) @2/20200101-120000000.csv#1");
    }

    @Test
    void byColumnCountEachFileWithoutOpReplacesTheTable() throws IOException {
        files.write("person/a.csv", "1,Ann,Ulm", "2,Bob,Ulm");
        files.write("person/b.csv", "U,1,Ann,Bonn");
        files.write("person/c.csv", "3,Cid,Jena");
        files.write("person/d.csv");

        assertThat(texts(DmsFileSource.builder()
                        .directory(root)
                        .table(DmsTable.of(PERSON).inFolder("person"))
                        .fullLoad(DmsOption.FullLoad.BY_COLUMN_COUNT)
                        .settleTime(Duration.ZERO)))
                .containsExactly(
                        "SnapshotStarted @2/a.csv#0",
                        "r (1, Ann, Ulm) @2/a.csv#1",
                        "r (2, Bob, Ulm) @2/a.csv#2",
                        "SnapshotCompleted @2/a.csv#completed",
                        "u (1, Ann, Bonn) @2/b.csv#1",
                        "SnapshotStarted @2/c.csv#0",
                        "r (3, Cid, Jena) @2/c.csv#1",
                        "SnapshotCompleted @2/c.csv#completed");
    }

    @Test
    void byColumnCountAHeaderAloneIsASnapshotWithoutRows() throws IOException {
        files.write("public/person/a.csv", "person_id,full_name,city");
        files.write("public/person/b.csv", "Op,person_id,full_name,city");

        assertThat(texts(person(root)
                        .fullLoad(DmsOption.FullLoad.BY_COLUMN_COUNT)
                        .header(DmsOption.Header.PRESENT)))
                .containsExactly("SnapshotStarted @2/a.csv#0", "SnapshotCompleted @2/a.csv#completed");
    }

    @Test
    void aTableMayLieInTheDirectoryItselfBesideTheFoldersOfOthers() throws IOException {
        files.write("20200101-120000000.csv", "I,1,Ann,Ulm");
        files.write("2020/01/20200101-120000001.csv", "I,Ulm");
        TableSchema city = schema("city", "name:string:key");

        assertThat(texts(DmsFileSource.builder()
                        .directory(root)
                        .table(DmsTable.of(PERSON).inFolder("."))
                        .table(DmsTable.of(city).inFolder("2020/01"))
                        .settleTime(Duration.ZERO)))
                .containsExactly("c (1, Ann, Ulm) @2/20200101-120000000.csv#1", "c (Ulm) @2/20200101-120000001.csv#1");
    }

    @Test
    void aSnapshotCompletesWhenItIsQuiet() throws IOException {
        files.write("public/person/LOAD00000001.csv", "1,Ann,Ulm");

        assertThat(texts(person(root))).hasSize(2);
        assertThat(texts(person(root).snapshotCompletion(DmsOption.SnapshotCompletion.ON_QUIET)))
                .hasSize(3)
                .endsWith("SnapshotCompleted @1#0");
    }

    @Test
    void aSnapshotThatNeverCompletesDoesNotBegin() throws IOException {
        files.write("public/person/LOAD00000001.csv", "1,Ann,Ulm");
        files.write("public/person/20200101-120000000.csv", "I,3,Cid,Bonn");
        files.write("changes/CDC_TXN-1.csv", "U,person,public,1,Ann,Jena");

        assertThat(texts(person(root)
                        .snapshotCompletion(DmsOption.SnapshotCompletion.NEVER)
                        .transactionsFolder("changes")))
                .containsExactly(
                        "r (1, Ann, Ulm) @" + LOAD_1 + "#1",
                        "c (3, Cid, Bonn) @2/20200101-120000000.csv#1",
                        "u (1, Ann, Jena) @2/CDC_TXN-1.csv#1");
    }

    @Test
    void aRaisedEpochStartsOverWithPositionsBehindTheOldOnes() throws IOException {
        files.write("public/person/LOAD00000001.csv", "1,Ann,Ulm");
        files.write("public/person/20200101-120000000.csv", "I,3,Cid,Bonn");
        List<ChangeEvent> first = events(person(root));
        Position last = first.get(first.size() - 1).position();

        List<ChangeEvent> again = events(person(root).epoch(1).build(), Positions.of("public.person", last));
        assertThat(again).hasSameSizeAs(first);
        assertThat(again)
                .allSatisfy(event -> assertThat(event.position().isAfter(last)).isTrue());
    }

    @Test
    void aRaisedEpochWithoutAFullLoadIsNoSnapshot() throws IOException {
        files.write("public/person/20200101-120000000.csv", "I,3,Cid,Bonn");
        Position end = Position.of(0, "2/20200101-120000000.csv", Long.MAX_VALUE);

        assertThat(events(person(root).epoch(1).build(), Positions.of("public.person", end)))
                .extracting(Reading::text)
                .containsExactly("c (3, Cid, Bonn) @2/20200101-120000000.csv#1");
    }

    @Test
    void capabilitiesFollowTheConfiguration() {
        assertThat(person(root).build().capabilities())
                .containsExactlyInAnyOrder(
                        SourceCapability.SNAPSHOT, SourceCapability.FINITE, SourceCapability.SKIPS_UNDECODABLE);
        TableSchema keyless = schema("log", "text:string");
        assertThat(person(root).table(keyless).watch(DmsOption.Watch.ON).build().capabilities())
                .containsExactlyInAnyOrder(
                        SourceCapability.SNAPSHOT, SourceCapability.KEYLESS_TABLES, SourceCapability.SKIPS_UNDECODABLE);
        assertThat(person(root).build().knownSchemas()).containsExactly(PERSON);
    }

    @Test
    void bigFilesComeInBatches() throws IOException {
        String[] lines = new String[10_000];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "I," + i + ",name " + i + ",Ulm";
        }
        files.write("public/person/20200101-120000000.csv", lines);

        List<EventBatch> batches = Reading.batches(person(root).build(), Positions.none());
        assertThat(batches)
                .hasSizeGreaterThan(2)
                .allSatisfy(batch -> assertThat(batch.events()).hasSizeLessThanOrEqualTo(4096));
        assertThat(batches.stream().mapToInt(batch -> batch.events().size()).sum())
                .isEqualTo(lines.length);
    }
}
