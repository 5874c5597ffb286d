package io.cdcsdk.source.dms;

import static io.cdcsdk.source.dms.Reading.PERSON;
import static io.cdcsdk.source.dms.Reading.events;
import static io.cdcsdk.source.dms.Reading.person;
import static io.cdcsdk.source.dms.Reading.poll;
import static io.cdcsdk.source.dms.Reading.text;
import static io.cdcsdk.source.dms.Reading.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.PositionLost;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Retryable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong with files, and what the source says about it. */
class DmsHazardsTest {
    private static final String CHANGES = "public/person/20200101-120000000.csv";
    private static final String LATER = "public/person/20200101-120000001.csv";

    @TempDir
    private Path root;

    private Folder files;

    @BeforeEach
    void files() {
        files = new Folder(root);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I,1,Ann,Ulm,x     | more than the 4 fields that are expected: Op, person_id, full_name, city",
                "I,1,Ann           | 3 fields instead of the 4 that are expected: Op, person_id, full_name, city",
                "X,1,Ann,Ulm       | column 'Op' cannot take 'X': an operation is one of I, U, D",
                "I,NULL,Ann,Ulm    | the key column 'person_id' has no value",
                "I,twelve,Ann,Ulm  | column 'person_id' (int64) cannot take 'twelve'",
                "I,1,An\"n\",\"Ulm\"x | Unexpected character after closing quote",
            })
    void aBadRecordNamesFileLineAndReason(String line, String reason) throws IOException {
        files.write(CHANGES, "I,1,\"An\nn\",Ulm", "U,1,Ann,Bonn", line.strip(), "D,1,Ann,Bonn");

        try (DmsFileSource source = opened(person(root))) {
            assertThat(poll(source).events())
                    .extracting(Reading::text)
                    .containsExactly(
                            "c (1, An\nn, Ulm) @2/20200101-120000000.csv#1",
                            "u (1, Ann, Bonn) @2/20200101-120000000.csv#2");
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> poll(source))
                        .isInstanceOf(BadRecord.class)
                        .hasMessageContaining(CHANGES + ", line 4: ")
                        .hasMessageContaining(reason);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Secret,1,Ann,Ulm       | column 'Op' cannot take a value of 6 characters: an operation is one of I, U, D",
                "I,Secret,Ann,Ulm       | column 'person_id' (int64) cannot take a value of 6 characters: expected",
                "I,1,Ann,\"Secret\"S     | the record is not CSV: A quote is not closed",
            })
    void aBadRecordHidesValuesThatMayBePersonal(String line, String reason) throws IOException {
        files.write(CHANGES, "I,1,Ann,Ulm", line.strip());

        DmsFileSourceBuilder standard =
                DmsFileSource.builder().directory(root).table(PERSON).settleTime(Duration.ZERO);
        try (DmsFileSource source = opened(standard)) {
            poll(source);
            assertThatThrownBy(() -> poll(source))
                    .isInstanceOf(BadRecord.class)
                    .hasMessageContaining(CHANGES + ", line 2: " + reason)
                    .satisfies(DmsHazardsTest::hidesSecrets);
        }
    }

    @Test
    void otherErrorsHideValuesToo() throws IOException {
        DmsFileSourceBuilder hiding = person(root).errorValues(DmsOption.ErrorValues.HIDE);
        files.write("changes/CDC_TXN-1.csv", "Secret,person,public,1,Ann,Ulm");
        assertThatThrownBy(() -> texts(hiding.transactionsFolder("changes")))
                .hasMessageContaining("column 'Op' cannot take a value of 6 characters")
                .satisfies(DmsHazardsTest::hidesSecrets);

        files.write("public/person/LOAD00000001.csv", "Secret,1,Ann,Ulm");
        assertThatThrownBy(() -> texts(hiding.timestampColumn("committed_at")))
                .hasMessageContaining("column 'committed_at' cannot take a value of 6 characters")
                .satisfies(DmsHazardsTest::hidesSecrets);

        assertThatThrownBy(() -> texts(hiding.header(DmsOption.Header.PRESENT)))
                .hasMessageContaining("the header lacks the key column 'person_id' of public.person; it has 4 columns")
                .satisfies(DmsHazardsTest::hidesSecrets);
        assertThatThrownBy(() -> texts(hiding.operationColumn(DmsOption.OperationColumn.PRESENT)))
                .hasMessageContaining("the header does not begin with Op but with a column")
                .satisfies(DmsHazardsTest::hidesSecrets);
        files.write("public/person/LOAD00000001.csv", "Op,person_id,full_name,city,Secret");
        assertThatThrownBy(() -> texts(hiding))
                .hasMessageContaining("the header has a column, which public.person is not declared with")
                .satisfies(DmsHazardsTest::hidesSecrets);
    }

    private static void hidesSecrets(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain("Secret").doesNotContain("'S'");
    }

    @Test
    void aBadRecordComesAgainAfterARestart() throws IOException {
        files.write(CHANGES, "I,1,Ann,Ulm", "I,x,Ann,Ulm", "I,3,Cid,Ulm");
        Position resumeAfter;
        try (DmsFileSource source = opened(person(root))) {
            resumeAfter = poll(source).resumeAfter();
        }
        assertThat(resumeAfter).isEqualTo(Position.of(0, "2/20200101-120000000.csv", 1));
        try (DmsFileSource source = opened(person(root), resumeAfter)) {
            assertThatThrownBy(() -> poll(source)).isInstanceOf(BadRecord.class).hasMessageContaining("line 2");
        }
    }

    @Test
    void aBrokenQuoteInLine70001IsNamedByItsLine() throws IOException {
        String[] lines = IntStream.rangeClosed(1, 80_000)
                .mapToObj(i -> "I," + i + (i == 70_001 ? ",\"Ann,Ulm" : ",Ann,Ulm"))
                .toArray(String[]::new);
        files.write(CHANGES, lines);

        List<EventBatch> read = new ArrayList<>();
        try (DmsFileSource source = opened(person(root))) {
            assertThatThrownBy(() -> {
                        while (true) {
                            read.add(poll(source));
                        }
                    })
                    .isInstanceOf(BadRecord.class)
                    .hasMessageContaining(CHANGES + ", line 70001: ")
                    .hasMessageContaining("quote");
        }
        assertThat(read.stream().mapToInt(batch -> batch.events().size()).sum()).isEqualTo(70_000);
    }

    @Test
    void aFieldThatIsTooLongIsNotReadIntoMemory() throws IOException {
        files.write(CHANGES, "I,1,\"" + "x".repeat(100_000) + "\",Ulm");

        try (DmsFileSource source = opened(person(root).maxFieldLength(20_000))) {
            assertThatThrownBy(() -> poll(source))
                    .isInstanceOf(BadRecord.class)
                    .hasMessageContaining(CHANGES + ", line 1: ")
                    .hasMessageContaining("max-field-length=20000");
        }
    }

    @Test
    void bytesThatAreNotUtf8AreNamedByTheirLine() throws IOException {
        byte[] text = "I,1,Ann,Ulm\nI,2,B?b,Ulm\nI,3,Cid,Ulm\n".getBytes(StandardCharsets.UTF_8);
        text[text.length - "?b,Ulm\nI,3,Cid,Ulm\n".length()] = (byte) 0xE4;
        files.bytes(CHANGES, text);

        try (DmsFileSource source = opened(person(root))) {
            assertThat(poll(source).events()).hasSize(1);
            assertThatThrownBy(() -> poll(source))
                    .isInstanceOf(BadRecord.class)
                    .hasMessage(CHANGES + ", line 2: the bytes are not UTF-8");
        }
    }

    @Test
    void aDamagedGzipFileIsNamed() throws IOException {
        String[] lines = IntStream.range(0, 50_000)
                .mapToObj(i -> "I," + i + ",name " + i * 31 + ",Ulm")
                .toArray(String[]::new);
        Path file = files.gzip(CHANGES + ".gz", lines);
        byte[] whole = Files.readAllBytes(file);
        files.bytes(CHANGES + ".gz", Arrays.copyOf(whole, whole.length / 2));

        assertThatThrownBy(() -> texts(person(root)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(CHANGES + ".gz is not a whole gzip file");

        files.bytes(CHANGES + ".gz", new byte[] {1, 2, 3, 4});
        assertThatThrownBy(() -> texts(person(root)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(CHANGES + ".gz is not a whole gzip file");
    }

    @Test
    void aLastLineWithoutItsEndIsNotTakenForWhole() throws IOException {
        files.bytes(CHANGES, "I,1,Ann,Ulm\nI,2,Bob,Bon".getBytes(StandardCharsets.UTF_8));

        for (String name : List.of(CHANGES, CHANGES + ".gz")) {
            try (DmsFileSource source = opened(person(root))) {
                assertThat(poll(source).events()).hasSize(1);
                assertThatThrownBy(() -> poll(source))
                        .isInstanceOf(Fatal.class)
                        .hasMessageContaining(
                                name + ": its last line has no end: it is still being written or was cut off")
                        .hasMessageContaining("last-line=may-lack-end");
            }
            assertThat(texts(person(root).lastLine(DmsOption.LastLine.MAY_LACK_END)))
                    .hasSize(2)
                    .endsWith("c (2, Bob, Bon) @2/20200101-120000000.csv#2");
            Files.deleteIfExists(root.resolve(CHANGES));
            Path file = root.resolve(CHANGES + ".gz");
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write("I,1,Ann,Ulm\nI,2,Bob,Bon".getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void aFolderInPlaceOfAFileIsNamed() throws IOException {
        Files.createDirectories(root.resolve(CHANGES));

        assertThatThrownBy(() -> texts(person(root)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(CHANGES)
                .hasMessageContaining("cannot be read")
                .hasMessageContaining("it is a folder");
    }

    @Test
    void aLinkToNowhereIsNamed() throws IOException {
        files.write("public/person/LOAD00000001.csv", "1,Ann,Ulm");
        Files.createSymbolicLink(root.resolve(CHANGES), root.resolve("nowhere.csv"));

        assertThatThrownBy(() -> texts(person(root)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(CHANGES)
                .hasMessageContaining("cannot be read (NoSuchFileException");
    }

    @Test
    void emptyFilesAndHeadersAloneHaveNoRecords() throws IOException {
        files.write("public/person/LOAD00000001.csv");
        files.gzip("public/person/LOAD00000002.csv.gz", "person_id,full_name,city");
        files.write("public/person/20200101-120000000.csv", "Op,person_id,full_name,city");
        files.write("public/person/20200101-120000001.csv", "");

        assertThat(texts(person(root).header(DmsOption.Header.PRESENT)))
                .containsExactly("SnapshotStarted @0#0", "SnapshotCompleted @1#0");
    }

    @Test
    void aHeaderMustHaveTheDeclaredColumns() throws IOException {
        files.write(CHANGES, "Op,person_id,full_name", "I,1,Ann");

        assertThatThrownBy(() -> texts(person(root).header(DmsOption.Header.PRESENT)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(CHANGES + ", line 1: the header lacks the column 'city' of public.person")
                .hasMessageContaining("missing-columns=absent");
        assertThat(texts(person(root).header(DmsOption.Header.PRESENT).missingColumns(DmsOption.MissingColumns.ABSENT)))
                .containsExactly("c (1, Ann, absent) @2/20200101-120000000.csv#1");

        files.write(CHANGES, "Op,full_name,city", "I,Ann,Ulm");
        assertThatThrownBy(() -> texts(
                        person(root).header(DmsOption.Header.PRESENT).missingColumns(DmsOption.MissingColumns.ABSENT)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("the header lacks the key column 'person_id'");
    }

    @Test
    void aHeaderMustHaveNoOtherColumns() throws IOException {
        files.write(CHANGES, "Op,person_id,age,full_name,city", "I,1,33,Ann,Ulm");

        assertThatThrownBy(() -> texts(person(root).header(DmsOption.Header.PRESENT)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(CHANGES + ", line 1: the header has the column 'age'")
                .hasMessageContaining("unknown-columns=ignore");
        assertThat(texts(person(root).header(DmsOption.Header.PRESENT).unknownColumns(DmsOption.UnknownColumns.IGNORE)))
                .containsExactly("c (1, Ann, Ulm) @2/20200101-120000000.csv#1");
    }

    @Test
    void aHeaderThatWasNotExpectedIsNotTakenForARow() throws IOException {
        files.write(CHANGES, "Op,person_id,full_name,city", "I,1,Ann,Ulm");

        assertThatThrownBy(() -> texts(person(root)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(CHANGES + ", line 1: this is a header")
                .hasMessageContaining("header=present");
    }

    @Test
    void theFirstRecordMustHaveAFittingNumberOfFields() throws IOException {
        files.write(CHANGES, "I;1;Ann;Ulm");

        assertThatThrownBy(() -> texts(person(root)))
                .isInstanceOf(BadRecord.class)
                .hasMessage(
                        CHANGES + ", line 1: 1 field instead of 3, or 4 with Op. Expected person_id, full_name, city; "
                                + "the delimiter is ','");
    }

    @Test
    void aFullLoadHoldsNoUpdates() throws IOException {
        files.write("public/person/LOAD00000001.csv", "I,1,Ann,Ulm", "U,1,Ann,Bonn");

        assertThatThrownBy(() -> texts(person(root)))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining(
                        "LOAD00000001.csv, line 2: a full load holds rows with the operation I only, not U");
    }

    @Test
    void aTransactionRecordMustHaveAnOperationAndATable() throws IOException {
        files.write("changes/CDC_TXN-1.csv", "I,person,public,1,Ann,Ulm", "I,person");
        try (DmsFileSource source = opened(person(root).transactionsFolder("changes"))) {
            assertThat(poll(source).events()).hasSize(1);
            assertThatThrownBy(() -> poll(source))
                    .isInstanceOf(BadRecord.class)
                    .hasMessage("changes/CDC_TXN-1.csv, line 2: 2 fields; expected operation, table, schema, values");
        }
        files.write("changes/CDC_TXN-1.csv", "I,person,public,1,Ann");
        assertThatThrownBy(() -> texts(person(root).transactionsFolder("changes")))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining("2 fields instead of the 3 that are expected: person_id, full_name, city");
        files.write("changes/CDC_TXN-1.csv", "R,person,public,1,Ann,Ulm");
        assertThatThrownBy(() -> texts(person(root).transactionsFolder("changes")))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining("column 'Op' cannot take 'R'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".20200101-120000000.csv",
                "_20200101-120000000.csv",
                "20200101-120000000.csv.tmp",
                "20200101-120000000.csv.part",
                "_temporary/20200101-120000000.csv",
                "notes.txt",
                "archive/20200101-120000000.csv",
            })
    void unfinishedAndForeignFilesAreLeftOut(String name) throws IOException {
        files.write("public/person/" + name, "I,1,Ann,Ulm");

        assertThat(texts(person(root))).isEmpty();
    }

    @Test
    void parquetIsRefused() throws IOException {
        files.write("public/person/LOAD00000001.parquet", "PAR1");

        assertThatThrownBy(() -> texts(person(root)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("public/person/LOAD00000001.parquet is a Parquet file");
    }

    @Test
    void theSameNameWithTheSameSizeIsReadOnce() throws IOException {
        files.write("public/person/2020/01/20200101-120000000.csv", "I,1,Ann,Ulm");
        files.write("public/person/2020/02/20200101-120000000.csv", "I,1,Ann,Ulm");

        assertThat(texts(person(root))).containsExactly("c (1, Ann, Ulm) @2/20200101-120000000.csv#1");
    }

    @Test
    void theSameNameWithAnotherSizeStops() throws IOException {
        files.write("public/person/2020/01/20200101-120000000.csv", "I,1,Ann,Ulm");
        files.write("public/person/2020/02/20200101-120000000.csv", "I,1,Anna,Ulm");

        assertThatThrownBy(() -> texts(person(root)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("public/person/2020/01/20200101-120000000.csv (12 bytes)")
                .hasMessageContaining("public/person/2020/02/20200101-120000000.csv (13 bytes)")
                .hasMessageContaining("Remove one of them");
    }

    @Test
    void aCursorInsideAFileThatIsGoneIsLost() throws IOException {
        files.write(LATER, "I,1,Ann,Ulm");

        try (DmsFileSource source = opened(person(root), Position.of(0, "2/20200101-120000000.csv", 17))) {
            assertThatThrownBy(() -> poll(source))
                    .isInstanceOf(PositionLost.class)
                    .hasMessageContaining("record 17 of 20200101-120000000.csv")
                    .hasMessageContaining("holds a new full load and no changes from before it")
                    .hasMessageContaining(
                            "raise the option epoch from 0 to 1 (without a full load, rows that targets hold");
        }
    }

    @Test
    void aCursorWithoutAFolderIsAnAlarm() throws IOException {
        Position end = Position.of(0, "2/20200101-120000000.csv", Long.MAX_VALUE);
        Files.createDirectories(root.resolve("public"));

        try (DmsFileSource source = opened(person(root), end)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> poll(source))
                        .isInstanceOf(Fatal.class)
                        .hasMessageContaining("the folder 'public/person' of lane public.person has vanished")
                        .hasMessageContaining("truncated")
                        .hasMessageContaining("raise the option epoch from 0 to 1");
            }
        }
    }

    @Test
    void aCursorOfALaterEpochOrOfAnotherSourceIsRefused() throws IOException {
        files.write(CHANGES, "I,1,Ann,Ulm");

        assertThatThrownBy(() -> opened(person(root).epoch(1), Position.of(2, "0", 0)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("epoch 2")
                .hasMessageContaining("set it to 2");
        assertThatThrownBy(() -> opened(person(root), Position.of(4711)))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("was not written by a DMS file source");
    }

    @Test
    void aFailureOfTheStorageIsRetryableAndNothingIsLost() throws IOException {
        String[] lines =
                IntStream.range(0, 20_000).mapToObj(i -> "I," + i + ",Ann,Ulm").toArray(String[]::new);
        files.write(CHANGES, lines);
        FailingStorage[] storage = new FailingStorage[1];
        DmsFileSource source = person(root).build(directory -> storage[0] = new FailingStorage(directory));
        List<ChangeEvent> read = new ArrayList<>();
        int failures = 0;
        try (source) {
            source.open(lanes -> Positions.none());
            storage[0].failAfter(200_000);
            while (true) {
                try {
                    EventBatch batch = poll(source);
                    if (batch.isEndOfSource()) {
                        break;
                    }
                    read.addAll(batch.events());
                } catch (Retryable e) {
                    assertThat(e).hasMessageContaining("the disk is on fire");
                    failures++;
                    storage[0].failAfter(failures < 3 ? 100 : Long.MAX_VALUE);
                }
            }
        }
        assertThat(failures).isEqualTo(3);
        assertThat(read).isEqualTo(events(person(root))).hasSize(lines.length);
    }

    @Test
    void recordsWithoutEventsDoNotHoldAPollForLong() throws IOException {
        String[] lines =
                IntStream.range(0, 150_000).mapToObj(i -> "I,other,public,x").toArray(String[]::new);
        lines[lines.length - 1] = "I,person,public,1,Ann,Ulm";
        files.write("changes/CDC_TXN-1.csv", lines);

        List<EventBatch> batches =
                Reading.batches(person(root).transactionsFolder("changes").build(), Positions.none());
        assertThat(batches).hasSize(3);
        assertThat(batches.get(0).events()).isEmpty();
        assertThat(batches.get(0).resumeAfter()).isEqualTo(Position.of(0, "2/CDC_TXN-1.csv", 65_536));
        assertThat(batches.get(2).events())
                .extracting(Reading::text)
                .containsExactly("c (1, Ann, Ulm) @2/CDC_TXN-1.csv#150000");

        Positions nearTheEnd = Positions.of("transactions:changes", Position.of(0, "2/CDC_TXN-1.csv", 149_999));
        assertThat(Reading.batches(person(root).transactionsFolder("changes").build(), nearTheEnd))
                .hasSize(3)
                .allSatisfy(batch -> assertThat(batch.resumeAfter().offset()).isGreaterThanOrEqualTo(149_999));
    }

    @Test
    void resumingInsideAFileGivesTheRest() throws IOException {
        files.write(CHANGES, "I,1,Ann,Ulm", "I,2,Bob,\"a\nb\"", "I,3,Cid,Ulm");

        assertThat(events(
                        person(root).build(),
                        Positions.of(PERSON.table().toString(), Position.of(0, "2/20200101-120000000.csv", 2))))
                .extracting(event -> text(event))
                .containsExactly("c (3, Cid, Ulm) @2/20200101-120000000.csv#3");
    }

    private static DmsFileSource opened(DmsFileSourceBuilder builder) {
        DmsFileSource source = builder.build();
        source.open(lanes -> Positions.none());
        return source;
    }

    private static DmsFileSource opened(DmsFileSourceBuilder builder, Position cursor) {
        DmsFileSource source = builder.build();
        source.open(lanes -> Positions.of(PERSON.table().toString(), cursor));
        return source;
    }
}
