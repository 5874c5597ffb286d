package io.cdcsdk.source.dms;

import static io.cdcsdk.source.dms.Reading.PERSON;
import static io.cdcsdk.source.dms.Reading.person;
import static io.cdcsdk.source.dms.Reading.poll;
import static io.cdcsdk.source.dms.Reading.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Undecodable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the source goes on behind records that it cannot decode, and where it cannot. */
class DmsUndecodableTest {
    private static final String LOAD = "public/person/LOAD00000001.csv";
    private static final String CHANGES = "public/person/20200101-120000000.csv";
    private static final String TRANSACTIONS = "changes/CDC_TXN-20200101120000000.csv";
    private static final TableSchema CITY = schema("public.city", "city_id:int64:key,name:string");

    @TempDir
    private Path root;

    private Folder files;

    @BeforeEach
    void files() {
        files = new Folder(root);
    }

    /** What a source hands out and skips; lanes that cannot go on are halted. */
    private static final class Reader {
        final Map<String, Position> reached = new TreeMap<>();
        final List<String> read = new ArrayList<>();
        final List<Undecodable> skipped = new ArrayList<>();
        final List<String> halted = new ArrayList<>();
        final List<Map<String, Position>> places = new ArrayList<>();

        Reader(DmsFileSourceBuilder builder, Positions cursors) {
            reached.putAll(cursors.asMap());
            try (DmsFileSource source = builder.build()) {
                source.open(lanes -> cursors);
                while (true) {
                    try {
                        EventBatch batch = poll(source);
                        if (batch.isEndOfSource()) {
                            return;
                        }
                        if (!batch.isIdle()) {
                            batch.events().forEach(event -> add(batch.lane(), event));
                            reached.put(batch.lane(), batch.resumeAfter());
                        }
                    } catch (BadRecord e) {
                        goOn(source);
                    }
                }
            }
        }

        private void goOn(DmsFileSource source) {
            Undecodable record = source.skip();
            if (record == null) {
                halted.add(source.halt());
                return;
            }
            skipped.add(record);
            read.add("skipped @" + record.position().path() + '#'
                    + record.position().offset());
            assertThat(record.position().isAfter(reached.get(record.lane()))).isTrue();
            place(record.lane(), record.position());
        }

        private void add(String lane, ChangeEvent event) {
            read.add(Reading.text(event));
            assertThat(event.position().isAfter(reached.get(lane)))
                    .as("%s lies behind %s", event, reached.get(lane))
                    .isTrue();
            place(lane, event.position());
        }

        private void place(String lane, Position position) {
            reached.put(lane, position);
            places.add(Map.copyOf(reached));
        }
    }

    /** Reads all, and once more from behind every event and every record that was skipped. */
    private Reader read(DmsFileSourceBuilder builder) {
        Reader all = new Reader(builder, Positions.none());
        for (int i = 0; i < all.places.size(); i++) {
            Reader rest = new Reader(builder, Positions.of(all.places.get(i)));
            List<String> expected = all.read.subList(i + 1, all.read.size());
            if (all.reached.size() == 1) {
                assertThat(rest.read)
                        .as("what comes behind %s", all.read.get(i))
                        .isEqualTo(expected);
            } else {
                // Lanes have no order among each other.
                assertThat(rest.read).containsExactlyInAnyOrderElementsOf(expected);
            }
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I,2,Bob,Ulm,x      | more than the 4 fields that are expected",
                "I,2,Bob            | 3 fields instead of the 4",
                "X,2,Bob,Ulm        | column 'Op' cannot take a value of 1 character: an operation is one of I, U, D",
                "I,NULL,Bob,Ulm     | the key column 'person_id' has no value",
                "I,twelve,Bob,Ulm   | column 'person_id' (int64) cannot take a value of 6 characters",
                "I,\"tw\"\"o\",\"B,o\",Ulm | column 'person_id' (int64) cannot take a value of 4 characters",
            })
    void aRecordOfAChangeFileIsSkipped(String line, String reason) throws IOException {
        files.write(CHANGES, "I,1,\"An\nn\",Ulm", line.strip(), line.strip(), "U,1,Ann,Bonn", line.strip());
        Reader reader = read(person(root));
        assertThat(reader.read)
                .containsExactly(
                        "c (1, An\nn, Ulm) @2/20200101-120000000.csv#1",
                        "skipped @2/20200101-120000000.csv#2",
                        "skipped @2/20200101-120000000.csv#3",
                        "u (1, Ann, Bonn) @2/20200101-120000000.csv#4",
                        "skipped @2/20200101-120000000.csv#5");
        assertThat(reader.skipped).allSatisfy(record -> {
            assertThat(record.lane()).isEqualTo("public.person");
            assertThat(record.boundary()).isEqualTo(EventBatch.Boundary.TRANSACTION_END);
            assertThat(record.content()).isEqualTo(line.strip());
            assertThat(record.message()).startsWith(CHANGES + ", line ").contains(reason);
        });
        assertThat(reader.skipped)
                .extracting(Undecodable::message)
                .satisfiesExactly(
                        first -> assertThat(first).contains("line 3:"),
                        second -> assertThat(second).contains("line 4:"),
                        third -> assertThat(third).contains("line 6:"));
    }

    @Test
    void aCompressedFileIsReadOn() throws IOException {
        files.gzip(CHANGES + ".gz", "I,1,Ann,Ulm", "I,2", "I,3,Cid,Ulm");
        Reader reader = read(person(root));
        assertThat(reader.read)
                .containsExactly(
                        "c (1, Ann, Ulm) @2/20200101-120000000.csv#1",
                        "skipped @2/20200101-120000000.csv#2",
                        "c (3, Cid, Ulm) @2/20200101-120000000.csv#3");
        assertThat(reader.skipped.get(0).content()).isEqualTo("I,2");
    }

    @Test
    void aRecordOfAFullLoadIsSkippedAndTheSnapshotCompletes() throws IOException {
        files.write(LOAD, "x,Ann,Ulm", "2,Bob,Ulm", "3", "4,Dan,Ulm");
        files.write(CHANGES, "I,5,Eva,Ulm");
        assertThat(read(person(root)).read)
                .containsExactly(
                        "SnapshotStarted @0#0",
                        "skipped @0/000000000/0000000000000001/LOAD00000001.csv#1",
                        "r (2, Bob, Ulm) @0/000000000/0000000000000001/LOAD00000001.csv#2",
                        "skipped @0/000000000/0000000000000001/LOAD00000001.csv#3",
                        "r (4, Dan, Ulm) @0/000000000/0000000000000001/LOAD00000001.csv#4",
                        "SnapshotCompleted @1#0",
                        "c (5, Eva, Ulm) @2/20200101-120000000.csv#1");
    }

    @Test
    void theTimeOfASnapshotIsThatOfItsFirstRecordThatHasOne() throws IOException {
        files.write(LOAD, "2020", "soon,1,Ann,Ulm", "2020-01-01 12:00:00.000000,2,Bob,Ulm");
        DmsFileSourceBuilder builder = person(root).timestampColumn("ts");
        assertThat(read(builder).skipped).hasSize(2);
        try (DmsFileSource source = builder.build()) {
            source.open(lanes -> Positions.none());
            assertThat(poll(source).events())
                    .singleElement()
                    .satisfies(event -> assertThat(event.origin().sourceTime()).isNotEqualTo(Origin.UNKNOWN_TIME));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"I,1,Ann,Ulm,x,y", "1,Ann", "I,one,Ann,Ulm", "one,Ann,Ulm", "1,Ann,Ulm,x"})
    void aFirstRecordTellsNothingIfItCannotBeDecoded(String first) throws IOException {
        files.write(CHANGES, first, "U,2,Bob,Ulm", "D,3,Cid,Ulm");
        assertThat(read(person(root)).read)
                .containsExactly(
                        "skipped @2/20200101-120000000.csv#1",
                        "u (2, Bob, Ulm) @2/20200101-120000000.csv#2",
                        "d (3, Cid, Ulm) @2/20200101-120000000.csv#3");
    }

    @Test
    void aHeaderTellsTheLayoutAnyway() throws IOException {
        files.write(CHANGES, "Op,person_id,full_name,city", "I", "U,2,Bob,Ulm", "D,x,Cid,Ulm");
        assertThat(read(person(root).header(DmsOption.Header.PRESENT)).read)
                .containsExactly(
                        "skipped @2/20200101-120000000.csv#1",
                        "u (2, Bob, Ulm) @2/20200101-120000000.csv#2",
                        "skipped @2/20200101-120000000.csv#3");
    }

    @Test
    void nothingOfASkippedRecordGetsIntoTheNext() throws IOException {
        files.write(CHANGES, "D,1,Ann,Ulm", "I,2,Bob,Ulm,Bonn", "U,3,~,~", "I,4,Dan,Ulm");
        assertThat(read(person(root).noSupplementalText("~")).read)
                .containsExactly(
                        "d (1, Ann, Ulm) @2/20200101-120000000.csv#1",
                        "skipped @2/20200101-120000000.csv#2",
                        "u (3, absent, absent) @2/20200101-120000000.csv#3",
                        "c (4, Dan, Ulm) @2/20200101-120000000.csv#4");
    }

    @Test
    void recordsOfATransactionFileAreSkipped() throws IOException {
        files.write(
                TRANSACTIONS,
                "I,person,public,1,Ann,Ulm",
                "X,city,public,1,Ulm",
                "I,city",
                "I,city,public,one,Ulm",
                "I,city,public,1,Ulm",
                "I,,public,1,Ulm",
                "U,city,public,1,Bonn,x",
                "U,person,public,1,Ann,Bonn");
        files.write("public/city/LOAD00000001.csv", "9,Rome");
        Reader reader = read(person(root).table(CITY).transactionsFolder("changes"));
        String at = "2/CDC_TXN-20200101120000000.csv#";
        assertThat(reader.read.stream().filter(text -> text.contains(at)))
                .containsExactly(
                        "c (1, Ann, Ulm) @" + at + 1,
                        "skipped @" + at + 2,
                        "skipped @" + at + 3,
                        "skipped @" + at + 4,
                        "c (1, Ulm) @" + at + 5,
                        "skipped @" + at + 6,
                        "skipped @" + at + 7,
                        "u (1, Ann, Bonn) @" + at + 8);
        assertThat(reader.skipped).allMatch(record -> record.lane().equals("transactions:changes"));
    }

    @Test
    void whereTheNextRecordBeginsIsNotKnownTheLaneIsHalted() throws IOException {
        files.write(CHANGES, "I,1,Ann,Ulm", "I,2,\"Bob\"x,Ulm", "I,3,Cid,Ulm");
        files.write("public/city/20200101-120000000.csv", "I,1,Ulm", "I,two", "I,3,Bonn");
        Reader reader = read(person(root).table(CITY));
        assertThat(reader.halted).containsExactly("public.person");
        assertThat(reader.read)
                .containsExactlyInAnyOrder(
                        "c (1, Ann, Ulm) @2/20200101-120000000.csv#1",
                        "c (1, Ulm) @2/20200101-120000000.csv#1",
                        "skipped @2/20200101-120000000.csv#2",
                        "c (3, Bonn) @2/20200101-120000000.csv#3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"I,2,\"Bob,Ulm\nI,3,Cid,Ulm\n", "I,2,B\u00ffb,Ulm\nI,3,Cid,Ulm\n"})
    void aQuoteThatIsNotClosedAndBytesThatAreNotUtf8Halt(String text) throws IOException {
        files.bytes(CHANGES, ("I,1,Ann,Ulm\n" + text).getBytes(StandardCharsets.ISO_8859_1));
        try (DmsFileSource source = person(root).build()) {
            source.open(lanes -> Positions.none());
            assertThat(poll(source).events()).hasSize(1);
            assertThatThrownBy(() -> poll(source)).isInstanceOf(BadRecord.class);
            assertThat(source.skip()).isNull();
            assertThatThrownBy(() -> poll(source)).as("nothing has changed").isInstanceOf(BadRecord.class);
            assertThat(source.skip()).isNull();
            assertThat(source.halt()).isEqualTo("public.person");
            EventBatch batch = poll(source);
            while (batch.isIdle()) {
                batch = poll(source);
            }
            assertThat(batch.isEndOfSource()).isTrue();
        }
    }

    @Test
    void aHeaderThatDoesNotFitIsFatalAsBefore() throws IOException {
        files.write(CHANGES, "Op,person_id", "I,1");
        assertThatThrownBy(() -> read(person(root).header(DmsOption.Header.PRESENT)))
                .isInstanceOf(Fatal.class);
    }

    @Test
    void theFirstRecordOfAFileThatMayBeASnapshotHalts() throws IOException {
        files.write("public/person/a.csv", "1,Ann", "2,Bob,Ulm");
        files.write("public/city/a.csv", "1,Ulm", "x,Bonn", "3,Rome");
        Reader reader = read(person(root).table(CITY).fullLoad(DmsOption.FullLoad.BY_COLUMN_COUNT));
        assertThat(reader.halted).containsExactly("public.person");
        assertThat(reader.skipped)
                .extracting(record -> record.position().offset())
                .containsExactly(2L);
        assertThat(reader.read).last().isEqualTo("SnapshotCompleted @2/a.csv#completed");
    }

    @Test
    void changesInCommitOrderWaitForAHaltedLoad() throws IOException {
        files.write(LOAD, "1,\"Ann\"x,Ulm");
        files.write(TRANSACTIONS, "I,city,public,1,Ulm");
        files.write("public/city/LOAD00000001.csv", "9,Rome");
        Reader reader = new Reader(person(root).table(CITY).transactionsFolder("changes"), Positions.none());
        assertThat(reader.halted).containsExactly("public.person");
        assertThat(reader.read).noneMatch(text -> text.contains("CDC_TXN")).anyMatch(text -> text.contains("Rome"));
    }

    @Test
    void onlyTheContentShowsValuesThatAreHidden() throws IOException {
        files.write(CHANGES, "I,Secret,Ann,Ulm", "I,2,Bob,Ulm");
        Reader reader = read(person(root).errorValues(DmsOption.ErrorValues.HIDE));
        assertThat(reader.skipped).singleElement().satisfies(record -> {
            assertThat(record.content()).isEqualTo("I,Secret,Ann,Ulm");
            assertThat(record.toString()).doesNotContain("Secret");
        });
    }

    @Test
    void manyInABigFileCostNoMoreThanReadingItTwice() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= 60_000; i++) {
            lines.add(i % 3 == 0 ? "I," + i : "I," + i + ",Ann,Ulm");
        }
        files.write(CHANGES, lines.toArray(String[]::new));
        Reader reader = new Reader(person(root), Positions.none());
        assertThat(reader.skipped)
                .hasSize(20_000)
                .allSatisfy(record -> assertThat(Objects.requireNonNull(record.content()))
                        .isEqualTo("I," + record.position().offset()));
        assertThat(reader.read).hasSize(60_000);
        assertThat(PERSON.size()).isEqualTo(3);
    }
}
