package io.cdcsdk.sink.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.InvalidConfiguration;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the file sink does beyond the contract of sinks. */
class FileSinkTest {
    private static final TableSchema PERSON = TableSchema.builder(TableId.of("dbo", "person"))
            .key("PersonID", LogicalType.INT32)
            .column("FullName", LogicalType.STRING)
            .column("City", LogicalType.STRING)
            .build();

    @TempDir
    Path directory = Path.of("");

    private final List<FileSink> sinks = new ArrayList<>();
    private @Nullable Position cursor;
    private long offset;

    @AfterEach
    void close() {
        sinks.forEach(FileSink::close);
    }

    private FileSink open(FileSink.Builder builder) {
        FileSink sink = builder.directory(directory).build();
        sinks.add(sink);
        sink.open();
        sink.claim(Set.of("lane"));
        return sink;
    }

    private Origin next() {
        return Origin.at(Position.of(++offset));
    }

    private void deliver(FileSink sink, ChangeEvent... events) {
        write(sink, events);
        commit(sink, events[0].table());
    }

    private static void write(FileSink sink, ChangeEvent... events) {
        sink.write(EventBatch.of(
                "lane",
                List.of(events),
                events[events.length - 1].position(),
                100,
                EventBatch.Boundary.TRANSACTION_END));
    }

    private void commit(FileSink sink, TableId table) {
        Position to = Position.of(offset);
        sink.commit(new Commit(
                List.of(new Commit.Move(table.toString(), "lane", cursor, to)), EventBatch.Boundary.TRANSACTION_END));
        cursor = to;
    }

    private RowChange person(int id, @Nullable String name, @Nullable String city) {
        return RowChange.insert(Row.of(PERSON, id, name, city), next());
    }

    private List<String> lines(String file) throws IOException {
        return Files.readAllLines(directory.resolve(file));
    }

    @Test
    void rowsAreSortedByTheValueOfTheirKey() throws IOException {
        FileSink sink = open(FileSink.builder());
        deliver(sink, person(10, "ten", "A"), person(9, "nine", "B"), person(-1, "minus", "C"), person(100, "x", "D"));
        assertThat(lines("dbo.person.csv"))
                .containsExactly("PersonID,FullName,City", "-1,minus,C", "9,nine,B", "10,ten,A", "100,x,D");
    }

    @Test
    void compositeKeysAreSortedPartByPart() throws IOException {
        UUID small = UUID.fromString("00000000-0000-0000-0000-000000000001");
        UUID large = UUID.fromString("ffffffff-0000-0000-0000-000000000001");
        TableSchema schema = TableSchema.builder(TableId.of("t"))
                .column("value", LogicalType.INT32)
                .column("text", LogicalType.STRING)
                .column("number", LogicalType.decimal(10, 3))
                .column("day", LogicalType.DATE)
                .column("uuid", LogicalType.UUID)
                .column("bytes", LogicalType.BYTES)
                .key(List.of("number", "text", "day", "uuid", "bytes"))
                .build();
        LocalDate day = LocalDate.of(1969, 12, 31);
        byte[] low = {0};
        byte[] high = {(byte) 0x80};
        List<Row> sorted = List.of(
                Row.of(schema, 0, "a", new BigDecimal("-10.5"), day, small, low),
                Row.of(schema, 1, "a", new BigDecimal("-2"), day, small, low),
                Row.of(schema, 2, "a", new BigDecimal("0"), day, small, low),
                Row.of(schema, 3, "a", new BigDecimal("2"), day, small, low),
                Row.of(schema, 4, "a", new BigDecimal("10"), day, small, low),
                Row.of(schema, 5, "a", new BigDecimal("10"), day, small, high),
                Row.of(schema, 6, "a", new BigDecimal("10"), day, large, low),
                Row.of(schema, 7, "a", new BigDecimal("10"), day.plusDays(2), small, low),
                Row.of(schema, 8, "a\u0000", new BigDecimal("10"), day, small, low),
                Row.of(schema, 9, "ab", new BigDecimal("10"), day, small, low),
                Row.of(schema, 10, "\uD83D\uDE00", new BigDecimal("10"), day, small, low),
                Row.of(schema, 11, "\uFF5E", new BigDecimal("10"), day, small, low));
        FileSink sink = open(FileSink.builder());
        for (int round = 0; round < 2; round++) {
            ChangeEvent[] events = new ChangeEvent[sorted.size()];
            for (int i = 0; i < events.length; i++) {
                events[i] = RowChange.insert(sorted.get((i * 5 + 3) % events.length), next());
            }
            deliver(sink, events);
            assertThat(TableFiles.read(directory.resolve("t.csv"), schema))
                    .extracting(row -> row.primitive(0))
                    .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
        }
    }

    @Test
    void nullsAndTextsThatLookLikeThemStayApart() throws IOException {
        FileSink sink = open(FileSink.builder().fileName("final_output.csv"));
        deliver(sink, person(1, null, "NULL"), person(2, "", "a,b\n\"c\""));
        assertThat(Files.readString(directory.resolve("final_output.csv")))
                .isEqualTo("PersonID,FullName,City\n1,NULL,\"NULL\"\n2,\"\",\"a,b\n\"\"c\"\"\"\n");
    }

    @Test
    void theFormOfCsvCanBeChosen() throws IOException {
        FileSink sink = open(FileSink.builder()
                .csvDelimiter('\t')
                .csvHeader(FileSink.Header.NONE)
                .csvNull("")
                .fileName("{table}-of-{schema}.txt"));
        deliver(sink, person(1, null, "a,b"), person(2, "", "tab\t"));
        deliver(sink, person(3, null, "c"));
        assertThat(lines("person-of-dbo.txt")).containsExactly("1\t\ta,b", "2\t\"\"\t\"tab\t\"", "3\t\tc");
    }

    @Test
    void aCommitWithoutChangesWritesNoFile() throws IOException {
        FileSink sink = open(FileSink.builder());
        deliver(sink, person(1, "one", "A"));
        Path file = directory.resolve("dbo.person.csv");
        FileTime old = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(file, old);
        offset = 50;
        commit(sink, PERSON.table());
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(old);
    }

    @Test
    void twoTablesDoNotShareAFile() {
        FileSink sink = open(FileSink.builder().fileName("all.csv"));
        deliver(sink, person(1, "one", "A"));
        TableSchema other = PERSON.toBuilder().table(TableId.of("dbo", "city")).build();
        assertThatThrownBy(() -> write(sink, RowChange.insert(Row.of(other, 1, "x", "y"), next())))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("dbo.person and dbo.city would both be written to 'all.csv'")
                .hasMessageContaining("file-name");
    }

    @Test
    void aTableWithoutAKeyIsRefusedByName() {
        FileSink sink = open(FileSink.builder());
        TableSchema keyless = PERSON.toBuilder().key(List.of()).build();
        assertThatThrownBy(() -> write(sink, RowChange.insert(Row.of(keyless, 1, "x", "y"), next())))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("dbo.person has no key");
    }

    @Test
    void anotherKeyNeedsASnapshot() throws IOException {
        FileSink sink = open(FileSink.builder());
        deliver(sink, person(1, "one", "A"));
        TableSchema other =
                PERSON.toBuilder().version(2).key(List.of("FullName")).build();
        assertThatThrownBy(() -> write(sink, new SchemaChange(PERSON, other, next())))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("the key of dbo.person changed from [PersonID int32]")
                .hasMessageContaining("to [FullName string]")
                .hasMessageContaining("take a new snapshot");
        deliver(
                sink,
                new SnapshotStarted(other, next()),
                RowChange.snapshot(Row.of(other, 2, "two", "B"), next()),
                RowChange.snapshot(Row.of(other, 1, "zero", "B"), next()),
                RowChange.snapshot(Row.of(other, 1, "one", "B"), next()),
                new SnapshotCompleted(other, next()));
        assertThat(lines("dbo.person.csv")).containsExactly("PersonID,FullName,City", "1,one,B", "2,two,B", "1,zero,B");
    }

    @Test
    void aBadRecordTakesNothingOfItsBatch() throws IOException {
        FileSink sink = open(FileSink.builder());
        RowChange good = person(1, "one", "A");
        RowChange bad =
                RowChange.insert(Row.builder(PERSON).set("FullName", "no key").build(), next());
        assertThatThrownBy(() -> write(sink, good, bad))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining("dbo.person")
                .hasMessageContaining("'PersonID' is ABSENT");
        RowChange broken = person(2, "half \uD83D", "A");
        assertThatThrownBy(() -> write(sink, broken))
                .isInstanceOf(BadRecord.class)
                .hasMessageContaining("'FullName'")
                .hasMessageContaining("surrogate");
        deliver(sink, person(3, "three", "C"));
        assertThat(lines("dbo.person.csv")).containsExactly("PersonID,FullName,City", "3,three,C");
    }

    @Test
    void aFileThatSomebodyChangedIsRefused() throws IOException {
        FileSink first = open(FileSink.builder());
        deliver(first, person(1, "one", "A"));
        first.close();
        Path file = directory.resolve("dbo.person.csv");
        Files.writeString(file, "PersonID,FullName,City\n1,two,A\n");
        assertThatThrownBy(() -> open(FileSink.builder()))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("Somebody else has changed it: put the file back, or delete it");
        Files.delete(file);
        assertThatThrownBy(() -> open(FileSink.builder()))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("it is not there");
    }

    @Test
    void aFileThatIsChangedWhileTheSinkIsOpenIsRefused() throws IOException {
        FileSink sink = open(FileSink.builder());
        deliver(sink, person(1, "one", "A"));
        Files.writeString(directory.resolve("dbo.person.csv"), "PersonID,FullName,City\n1,two,A\n");
        write(sink, person(2, "two", "B"));
        assertThatThrownBy(() -> commit(sink, PERSON.table()))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("is not as the last commit left it");
    }

    @Test
    void aDiskThatIsFullForTheRecordOfACommitIsToldAsSuch() throws IOException {
        boolean[] full = {true};
        FileSink sink = open(FileSink.builder().watcher((point, path) -> {
            if (full[0] && point == DiskPoint.BEFORE_WRITE && path.toString().endsWith(StateFolder.INTENT_ENDING)) {
                throw new IOException("No space left on device");
            }
        }));
        write(sink, person(1, "one", "A"));
        assertThatThrownBy(() -> commit(sink, PERSON.table()))
                .isInstanceOf(Retryable.class)
                .hasMessageContaining("the disk is full: not even a small record could be written in " + directory)
                .hasMessageNotContaining("0 bytes are needed");
        full[0] = false;
        commit(sink, PERSON.table());
        assertThat(lines("dbo.person.csv")).containsExactly("PersonID,FullName,City", "1,one,A");
    }

    @Test
    void aStateThatIsRemovedWhileTheSinkIsOpenIsNamed() throws IOException {
        FileSink sink = open(FileSink.builder());
        deliver(sink, person(1, "one", "A"));
        Path state = new StateFolder(directory).state("dbo.person");
        Files.delete(state);
        write(sink, person(2, "two", "B"));
        assertThatThrownBy(() -> commit(sink, PERSON.table()))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(state + ", which holds the cursors and the schema of dbo.person, was removed")
                .hasMessageContaining("take a new snapshot");
        assertThat(lines("dbo.person.csv")).containsExactly("PersonID,FullName,City", "1,one,A");
    }

    @Test
    void aSchemaThatAnotherSinkChangedIsToldAsSuch() {
        FileSink sink = open(FileSink.builder());
        deliver(sink, person(1, "one", "A"));
        RowChange mine = person(2, "two", "B");
        TableSchema wider =
                PERSON.toBuilder().version(2).column("Age", LogicalType.INT32).build();
        try (FileSink rival = FileSink.builder().directory(directory).build()) {
            rival.open();
            rival.claim(Set.of("other"));
            SchemaChange change = new SchemaChange(PERSON, wider, next());
            rival.write(EventBatch.of(
                    "other", List.of(change), change.position(), 100, EventBatch.Boundary.TRANSACTION_END));
            rival.commit(new Commit(
                    List.of(new Commit.Move("dbo.person", "other", null, change.position())),
                    EventBatch.Boundary.TRANSACTION_END));
        }
        write(sink, mine);
        assertThatThrownBy(() -> commit(sink, PERSON.table()))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("the schema or the snapshot of dbo.person")
                .hasMessageContaining("was changed by another sink");
    }

    @Test
    void otherOptionsThanThoseOfTheFileAreRefused() {
        FileSink first = open(FileSink.builder());
        deliver(first, person(1, "one", "A"));
        first.close();
        FileSink otherNull = open(FileSink.builder().csvNull("-"));
        assertThatThrownBy(() -> write(otherNull, person(2, "two", "B")))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("null 'NULL'")
                .hasMessageContaining("null '-'");
        FileSink otherName = open(FileSink.builder().fileName("{table}.csv"));
        assertThatThrownBy(() -> write(otherName, person(2, "two", "B")))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("'dbo.person.csv'")
                .hasMessageContaining("'person.csv'");
    }

    @Test
    void aStateOfANewerVersionIsRefused() throws IOException {
        FileSink first = open(FileSink.builder());
        deliver(first, person(1, "one", "A"));
        first.close();
        Path state = new StateFolder(directory).state("dbo.person");
        String text = Files.readString(state);
        assertThat(text).contains("\"version\" : 1,\n  \"target\"");
        Files.writeString(state, text.replace("\"version\" : 1,\n  \"target\"", "\"version\" : 2,\n  \"target\""));
        assertThatThrownBy(() -> open(FileSink.builder()))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(state.toString())
                .hasMessageContaining("has format version 2, and this library reads up to 1");
        Files.writeString(state, "{");
        assertThatThrownBy(() -> open(FileSink.builder()))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(state + " cannot be read");
    }

    @Test
    void whatTheDeadLeftIsDeleted() throws IOException {
        FileSink first = open(FileSink.builder());
        deliver(first, person(1, "one", "A"));
        first.close();
        StateFolder folder = new StateFolder(directory);
        Path dead = Files.createDirectory(folder.work().resolve("dead"));
        Files.writeString(dead.resolve("0.data"), "half");
        Files.writeString(folder.work().resolve("dead.lock"), "");
        Files.writeString(folder.runs().resolve("orphan.run"), "run");
        open(FileSink.builder()).close();
        assertThat(TableFiles.temporary(directory)).isEmpty();
        assertThat(folder.runs()).isEmptyDirectory();
        assertThat(folder.work()).isEmptyDirectory();
    }

    @Test
    void aDirectoryIsCreatedWhereItsParentExists() {
        Path fresh = directory.resolve("fresh");
        try (FileSink sink = FileSink.builder().directory(fresh).build()) {
            sink.open();
        }
        assertThat(fresh).isDirectory();
        FileSink orphan = FileSink.builder().directory(directory.resolve("a/b")).build();
        assertThatThrownBy(orphan::open)
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("create the parent directory");
        FileSink onFile =
                FileSink.builder().directory(new StateFolder(fresh).lock()).build();
        assertThatThrownBy(onFile::open)
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("is not a directory");
    }

    @Test
    void newDirectoriesAreDurableBeforeAnythingIsWrittenThere() {
        Path fresh = directory.resolve("fresh");
        StateFolder folder = new StateFolder(fresh);
        List<String> steps = new ArrayList<>();
        try (FileSink sink = FileSink.builder()
                .directory(fresh)
                .watcher((point, path) -> steps.add(point + " " + path))
                .build()) {
            sink.open();
            assertThat(steps)
                    .filteredOn(step -> step.startsWith(DiskPoint.AFTER_DIRECTORY_SYNC.name()))
                    .containsExactly(
                            DiskPoint.AFTER_DIRECTORY_SYNC + " " + directory,
                            DiskPoint.AFTER_DIRECTORY_SYNC + " " + fresh,
                            DiskPoint.AFTER_DIRECTORY_SYNC + " " + folder.root(),
                            DiskPoint.AFTER_DIRECTORY_SYNC + " " + folder.work());
            assertThat(steps).noneMatch(step -> step.startsWith(DiskPoint.BEFORE_WRITE.name()));
        }
    }

    @Test
    void allMistakesAreToldAtOnce() {
        Properties properties = new Properties();
        properties.setProperty("format", "parquet");
        properties.setProperty("file-name", "{tabel}.csv");
        properties.setProperty("csv-delimiter", "\"");
        properties.setProperty("csv-null", "a\"b");
        properties.setProperty("sort-memory", "12");
        properties.setProperty("colour", "blue");
        assertThatThrownBy(() -> FileSink.fromProperties(properties))
                .isInstanceOfSatisfying(
                        InvalidConfiguration.class,
                        e -> assertThat(e.mistakes())
                                .extracting(InvalidConfiguration.Mistake::key)
                                .containsExactlyInAnyOrder(
                                        "directory",
                                        "format",
                                        "file-name",
                                        "csv-delimiter",
                                        "csv-null",
                                        "sort-memory",
                                        "colour"));
    }

    @Test
    void propertiesMeanWhatTheBuilderMeans() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("directory", directory.toString());
        properties.setProperty("format", "json-lines");
        properties.setProperty("file-name", "{table}.json");
        try (FileSink sink = FileSink.fromProperties(properties)) {
            sink.open();
            sink.claim(Set.of("lane"));
            deliver(sink, person(1, "a\"b\\\n", null));
        }
        assertThat(lines("person.json"))
                .containsExactly("{\"PersonID\":1,\"FullName\":\"a\\\"b\\\\\\n\",\"City\":null}");
    }

    /** Lets a rival commit a row while the first commit of the sink is being written. */
    private FileSink openWithRival(String rivalLane, @Nullable Position rivalCursor, RowChange change) {
        boolean[] done = {false};
        return open(FileSink.builder().watcher((point, path) -> {
            if (point == DiskPoint.BEFORE_WRITE && path.toString().endsWith(".data") && !done[0]) {
                done[0] = true;
                try (FileSink rival = FileSink.builder().directory(directory).build()) {
                    rival.open();
                    rival.claim(Set.of(rivalLane));
                    rival.write(EventBatch.of(
                            rivalLane, List.of(change), change.position(), 100, EventBatch.Boundary.TRANSACTION_END));
                    rival.commit(new Commit(
                            List.of(new Commit.Move("dbo.person", rivalLane, rivalCursor, change.position())),
                            EventBatch.Boundary.TRANSACTION_END));
                }
            }
        }));
    }

    @Test
    void aSinkOvertakenWhileItWritesHasLostItsLane() throws IOException {
        FileSink sink = openWithRival("lane", null, person(1, "rival", "A"));
        write(sink, person(1, "mine", "A"), person(2, "mine", "A"));
        assertThatThrownBy(() -> commit(sink, PERSON.table())).isInstanceOf(LaneLost.class);
        assertThat(lines("dbo.person.csv")).containsExactly("PersonID,FullName,City", "1,rival,A");
        sink.close();
        assertThat(TableFiles.temporary(directory)).isEmpty();
    }

    @Test
    void commitsOfOtherLanesAreKept() throws IOException {
        FileSink sink = openWithRival("other", null, person(1, "rival", "A"));
        write(sink, person(2, "mine", "B"));
        commit(sink, PERSON.table());
        assertThat(lines("dbo.person.csv")).containsExactly("PersonID,FullName,City", "1,rival,A", "2,mine,B");
        sink.close();
        assertThat(TableFiles.temporary(directory)).isEmpty();
    }
}
