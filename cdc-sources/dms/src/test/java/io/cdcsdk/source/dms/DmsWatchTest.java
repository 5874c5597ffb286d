package io.cdcsdk.source.dms;

import static io.cdcsdk.source.dms.Reading.person;
import static io.cdcsdk.source.dms.Reading.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.Backlog;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.SnapshotStarted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that appear, grow and vanish while the source runs. */
class DmsWatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path root;

    private Folder files;
    private final List<DmsFileSource> sources = new ArrayList<>();
    private final List<Set<String>> claims = new ArrayList<>();

    @BeforeEach
    void files() {
        files = new Folder(root.resolve("bucket"));
    }

    @AfterEach
    void close() {
        sources.forEach(DmsFileSource::close);
    }

    private DmsFileSourceBuilder watching() {
        return person(files.root()).watch(DmsOption.Watch.ON).listInterval(Duration.ofMillis(5));
    }

    private DmsFileSource opened(DmsFileSourceBuilder builder) {
        DmsFileSource source = builder.build();
        sources.add(source);
        source.open(lanes -> {
            claims.add(Set.copyOf(lanes));
            return Positions.none();
        });
        return source;
    }

    /** Polls until there are events, and fails after some time without. */
    private static List<String> next(DmsFileSource source) {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(deadline)) {
            EventBatch batch = poll(source);
            assertThat(batch.isEndOfSource()).isFalse();
            if (!batch.events().isEmpty()) {
                return batch.events().stream().map(Reading::text).toList();
            }
        }
        throw new AssertionError("no events within " + PATIENCE);
    }

    private static void failure(DmsFileSource source, String... parts) {
        Instant deadline = Instant.now().plus(PATIENCE);
        assertThatThrownBy(() -> {
                    while (Instant.now().isBefore(deadline)) {
                        assertThat(poll(source).events()).isEmpty();
                    }
                })
                .isInstanceOf(Fatal.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void tellsTheBytesThatAreNotRead() throws IOException {
        Path first = files.write("public/person/LOAD00000001.csv", "1,Ada,London");
        Path second = files.gzip("public/person/20260101-000000001.csv.gz", "I,2,Bob,Paris");
        DmsFileSource source = opened(watching());
        assertThat(source.backlog()).as("before the first listing").isNull();

        EventBatch started = poll(source);
        assertThat(started.events()).singleElement().isInstanceOf(SnapshotStarted.class);
        assertThat(source.backlog()).isEqualTo(Backlog.ofBytes(Files.size(first) + Files.size(second)));
        poll(source);
        assertThat(source.backlog()).as("the load has been read").isEqualTo(Backlog.ofBytes(Files.size(second)));
        poll(source);
        poll(source);
        assertThat(source.backlog()).isEqualTo(Backlog.ofBytes(0));
    }

    @Test
    void directoriesAndFilesMayAppearLater() throws IOException {
        DmsFileSource source = opened(watching());
        assertThat(claims).containsExactly(Set.of("public.person"));
        assertThat(poll(source).isIdle()).isTrue();

        files.write("public/person/LOAD00000001.csv", "1,Ann,Ulm");
        assertThat(next(source)).containsExactly("SnapshotStarted @0#0");
        assertThat(next(source)).hasSize(1);
        assertThat(poll(source).isIdle()).isTrue();

        files.write("public/person/20200101-120000000.csv", "U,1,Ann,Bonn");
        assertThat(next(source)).containsExactly("SnapshotCompleted @1#0");
        assertThat(next(source)).containsExactly("u (1, Ann, Bonn) @2/20200101-120000000.csv#1");
    }

    @Test
    void anIdlePollKeepsToItsTime() throws Exception {
        DmsFileSource source = opened(watching().listInterval(Duration.ofHours(1)));
        long started = System.nanoTime();
        assertThat(source.poll(Duration.ofMillis(50)).isIdle()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isBetween(Duration.ofMillis(50), Duration.ofSeconds(5));
    }

    @Test
    void aFileIsReadOnlyWhenItHasSettled() throws IOException {
        DmsFileSource source = opened(watching().settleTime(Duration.ofHours(1)));
        Path file = files.write("public/person/20200101-120000000.csv", "I,1,Ann,Ulm");
        Path later = files.write("public/person/20200101-120000001.csv", "I,2,Bob,Ulm");
        Files.setLastModifiedTime(later, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        assertThat(poll(source).isIdle()).isTrue();

        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        assertThat(next(source)).containsExactly("c (1, Ann, Ulm) @2/20200101-120000000.csv#1");
        assertThat(next(source)).containsExactly("c (2, Bob, Ulm) @2/20200101-120000001.csv#1");
    }

    @Test
    void aFileDatedInTheFutureSettlesByBeingWatched() throws IOException {
        Path file = files.write("public/person/20200101-120000000.csv", "I,1,Ann,Ulm");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plus(Duration.ofDays(2))));

        assertThat(Reading.texts(person(files.root()).settleTime(Duration.ofMillis(300))))
                .hasSize(1);
    }

    @Test
    void aFileThatChangesAfterItWasReadStops() throws IOException {
        DmsFileSource source = opened(watching());
        Path file = files.write("public/person/20200101-120000000.csv", "I,1,Ann,Ulm");
        next(source);

        Files.writeString(file, "I,2,Bob,Ulm\n", StandardOpenOption.APPEND);
        failure(
                source,
                "20200101-120000000.csv has changed after it was read, from 12 bytes of ",
                " to 24 bytes of ",
                "settle-time");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I,2,Bo     | b,Ulm",
                "I,2,\"Bo   | b\",Ulm",
                "I,2,Bob,Ulm | ''",
            })
    void aFileThatIsWrittenWithPausesIsWaitedFor(String begun, String rest) throws IOException {
        DmsFileSource source = opened(watching().settleTime(Duration.ofSeconds(1)));
        Path file = files.bytes(
                "public/person/20200101-120000000.csv", ("I,1,Ann,Ulm\n" + begun).getBytes(StandardCharsets.UTF_8));
        files.write("public/person/20200101-120000001.csv", "I,3,Cid,Ulm");
        old(file);
        old(file.resolveSibling("20200101-120000001.csv"));
        assertThat(next(source)).containsExactly("c (1, Ann, Ulm) @2/20200101-120000000.csv#1");
        for (int i = 0; i < 10; i++) {
            assertThat(poll(source).isIdle()).isTrue();
        }

        Files.writeString(file, rest + "\n", StandardOpenOption.APPEND);
        old(file);
        assertThat(next(source)).containsExactly("c (2, Bob, Ulm) @2/20200101-120000000.csv#2");
        assertThat(next(source)).containsExactly("c (3, Cid, Ulm) @2/20200101-120000001.csv#1");
        assertThat(poll(source).isIdle()).isTrue();
    }

    @Test
    void aFileThatEndsWithinAQuoteIsWaitedFor() throws IOException {
        DmsFileSource source = opened(watching().settleTime(Duration.ofSeconds(1)));
        Path file = files.write("public/person/20200101-120000000.csv", "I,1,Ann,Ulm", "I,2,\"two");
        old(file);
        assertThat(next(source)).hasSize(1);
        assertThat(poll(source).isIdle()).isTrue();

        Files.writeString(file, "lines\",Ulm\n", StandardOpenOption.APPEND);
        old(file);
        assertThat(next(source)).containsExactly("c (2, two\nlines, Ulm) @2/20200101-120000000.csv#2");
    }

    private static void old(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    }

    @Test
    void aGzipFileThatIsWrittenWithPausesIsWaitedFor() throws IOException {
        DmsFileSource source = opened(watching().settleTime(Duration.ofSeconds(1)));
        Path file = files.gzip("public/person/20200101-120000000.csv.gz", "I,1,Ann,Ulm", "I,2,Bob,Ulm");
        byte[] whole = Files.readAllBytes(file);
        for (int length : List.of(5, 11)) {
            Files.write(file, Arrays.copyOf(whole, length));
            old(file);
            assertThat(poll(source).isIdle()).isTrue();
        }

        Files.write(file, whole);
        old(file);
        List<String> events = new ArrayList<>();
        while (events.size() < 2) {
            events.addAll(next(source));
        }
        assertThat(events)
                .containsExactly(
                        "c (1, Ann, Ulm) @2/20200101-120000000.csv#1", "c (2, Bob, Ulm) @2/20200101-120000000.csv#2");
    }

    @Test
    void aFileThatStaysUnfinishedStops() throws IOException {
        DmsFileSource source = opened(watching().settleTime(Duration.ofMillis(10)));
        old(files.bytes("public/person/20200101-120000000.csv", "I,1,Ann,U".getBytes(StandardCharsets.UTF_8)));

        failure(source, "20200101-120000000.csv: its last line has no end", "last-line=may-lack-end");
        failure(source, "20200101-120000000.csv: its last line has no end");
    }

    @Test
    void aFileThatIsRewrittenAtTheSameSizeAfterItWasReadStops() throws IOException {
        DmsFileSource source = opened(watching());
        Path file = files.write("public/person/20200101-120000000.csv", "I,1,Ann,Ulm");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T12:00:01Z")));
        next(source);

        files.write("public/person/20200101-120000000.csv", "I,1,Ann,Bad");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T12:00:02Z")));
        failure(
                source,
                "20200101-120000000.csv has changed after it was read, from 12 bytes of 2020-01-01T12:00:01Z to 12 bytes "
                        + "of 2020-01-01T12:00:02Z");
    }

    @Test
    void aVanishedFolderIsAnAlarmAndNotAnEmptyTable() throws IOException {
        DmsFileSource source = opened(watching());
        Path file = files.write("public/person/20200101-120000000.csv", "I,1,Ann,Ulm");
        next(source);

        Files.delete(file);
        assertThat(poll(source).isIdle()).as("an emptied folder is only idle").isTrue();
        Files.delete(file.getParent());
        failure(
                source,
                "the folder 'public/person' of lane public.person has vanished",
                "truncated",
                "epoch from 0 to 1");
    }

    @Test
    void aVanishedDirectoryIsAnAlarm() throws IOException {
        DmsFileSource source = opened(watching());
        Files.createDirectories(files.root());
        assertThat(poll(source).isIdle()).isTrue();

        Files.delete(files.root());
        failure(source, "the directory " + files.root() + " has vanished", "mounted");
    }

    @Test
    void aLateFileStops() throws IOException {
        DmsFileSource source = opened(watching());
        files.write("public/person/20200101-120000001.csv", "I,1,Ann,Ulm");
        next(source);

        files.write("public/person/20200101-120000000.csv", "I,2,Bob,Ulm");
        failure(
                source,
                "public/person/20200101-120000000.csv has appeared only after public/person/20200101-120000001.csv",
                "late-files=ignore");
    }

    @Test
    void aFileThatHasGoneIsForgottenAndLateWhenItComesAgain() throws IOException {
        DmsFileSource source = opened(watching());
        Path first = files.write("public/person/20200101-120000000.csv", "I,1,Ann,Ulm");
        next(source);
        Path second = files.write("public/person/20200101-120000001.csv", "I,2,Bob,Ulm");
        next(source);
        Files.delete(first);
        Files.delete(second);
        assertThat(poll(source).isIdle()).isTrue();

        files.write("public/person/20200101-120000001.csv", "I,2,Bob,Ulm");
        assertThat(poll(source).isIdle()).as("the last one is back").isTrue();
        files.write("public/person/20200101-120000000.csv", "I,1,Ann,Ulm");
        failure(source, "public/person/20200101-120000000.csv has appeared only after");
    }

    @Test
    void aLateFileMayBeIgnored() throws IOException {
        DmsFileSource source = opened(watching().lateFiles(DmsOption.LateFiles.IGNORE));
        files.write("public/person/20200101-120000001.csv", "I,1,Ann,Ulm");
        next(source);

        files.write("public/person/20200101-120000000.csv", "I,2,Bob,Ulm");
        files.write("public/person/20200101-120000002.csv", "I,3,Cid,Ulm");
        assertThat(next(source)).containsExactly("c (3, Cid, Ulm) @2/20200101-120000002.csv#1");
    }

    @Test
    void aLoadFileAfterTheSnapshotIsLate() throws IOException {
        DmsFileSource source = opened(watching().snapshotCompletion(DmsOption.SnapshotCompletion.ON_QUIET));
        files.write("public/person/LOAD00000001.csv", "1,Ann,Ulm");
        next(source);
        next(source);
        assertThat(next(source)).containsExactly("SnapshotCompleted @1#0");

        files.write("public/person/LOAD00000002.csv", "2,Bob,Ulm");
        failure(source, "LOAD00000002.csv has appeared only after the snapshot was complete. Its records");
    }

    @Test
    void segmentsOfALoadAreReadWhenAllAreThere() throws IOException {
        DmsFileSource source = opened(watching());
        files.write("public/person/SEGMENT2_LOAD00000001.csv", "2,Bob,Ulm");
        assertThat(poll(source).isIdle()).isTrue();
        files.write("public/person/SEGMENT1_LOAD00000001.csv", "1,Ann,Ulm");
        assertThat(poll(source).isIdle()).isTrue();

        files.write("public/person/20200101-120000000.csv", "U,1,Ann,Bonn");
        List<String> events = new ArrayList<>();
        while (events.size() < 5) {
            events.addAll(next(source));
        }
        assertThat(events)
                .extracting(event -> event.substring(0, 5))
                .containsExactly("Snaps", "r (1,", "r (2,", "Snaps", "u (1,");
    }

    @Test
    void aWatchingSourceWaitsForChangesInCommitOrderToo() throws IOException {
        DmsFileSource source = opened(watching().transactionsFolder("changes"));
        assertThat(claims).containsExactly(Set.of("public.person", "transactions:changes"));
        files.write("public/person/LOAD00000001.csv", "1,Ann,Ulm");
        next(source);
        next(source);
        files.write("changes/20200101/CDC_TXN-20201117153046033.csv", "U,person,public,1,Ann,Bonn");
        assertThat(next(source)).containsExactly("SnapshotCompleted @1#0");
        assertThat(next(source)).containsExactly("u (1, Ann, Bonn) @2/CDC_TXN-20201117153046033.csv#1");
    }

    @Test
    void anInterruptEndsAPoll() {
        DmsFileSource source = opened(watching());
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> source.poll(Duration.ofSeconds(30))).isInstanceOf(InterruptedException.class);
    }
}
