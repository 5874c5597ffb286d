package io.cdcsdk.runtime.deadletter;

import static io.cdcsdk.runtime.deadletter.Letters.FOLDER;
import static io.cdcsdk.runtime.deadletter.Letters.letter;
import static io.cdcsdk.runtime.deadletter.Letters.onlySegment;
import static io.cdcsdk.runtime.deadletter.Letters.open;
import static io.cdcsdk.runtime.deadletter.Letters.read;
import static io.cdcsdk.runtime.deadletter.Letters.readAnew;
import static io.cdcsdk.runtime.deadletter.Letters.segments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Resolved;
import io.cdcsdk.api.DeadLetterRecord.Settled;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.InvalidConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDeadLetterStoreTest {
    @TempDir
    Path directory;

    private static void append(DeadLetterLog log, String... keys) {
        log.append(Arrays.stream(keys).<DeadLetterRecord>map(Letters::letter).toList());
    }

    @Test
    void writesOneLineForEachRecordBehindAHeader() throws IOException {
        try (DeadLetterLog log = open(directory)) {
            append(log, "ümläut \uD83D\uDE80", "two\nlines");
            assertThat(onlySegment(directory).getFileName()).hasToString("letters-" + log.session() + "-000001.jsonl");
            assertThat(Files.readAllLines(onlySegment(directory)))
                    .hasSize(3)
                    .first()
                    .isEqualTo("{\"format\":\"cdc-dead-letters/1\",\"session\":\"" + log.session() + "\",\"first\":0}");
            assertThat(onlySegment(directory)).content().contains("ümläut \uD83D\uDE80", "two\\nlines");
        }
    }

    @Test
    void aLineThatWasNotWrittenToItsEndIsPassedOver() throws IOException {
        DeadLetterLog log = open(directory);
        append(log, "one", "two \uD83D\uDE80");
        Path file = onlySegment(directory);
        byte[] whole = Files.readAllBytes(file);
        int lastLine = new String(whole, StandardCharsets.ISO_8859_1).lastIndexOf('\n', whole.length - 2) + 1;
        for (int length = whole.length - 1; length >= 0; length--) {
            Files.write(file, Arrays.copyOf(whole, length));
            if (length >= lastLine) {
                assertThat(read(log)).as("%d bytes", length).containsOnlyKeys(new Id(log.session(), 0));
            }
            assertThat(readAnew(directory)).as("%d bytes", length).hasSizeLessThan(2);
            assertThat(file).as("somebody else's file").hasBinaryContent(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void aLineInTheMiddleThatIsDamagedIsAnError() throws IOException {
        try (DeadLetterLog log = open(directory)) {
            append(log, "one", "two", "three");
        }
        Path file = onlySegment(directory);
        List<String> lines = Files.readAllLines(file);
        for (String damaged : List.of("", "\0\0\0", "{\"record\":", "{\"record\":\"what\"}")) {
            Files.write(file, List.of(lines.get(0), lines.get(1), damaged, lines.get(3)));
            assertThatThrownBy(() -> readAnew(directory))
                    .isInstanceOf(Fatal.class)
                    .hasMessageContaining(file + " line 3 is damaged: ")
                    .hasMessageContaining("Restore the file from a copy; or, to give up this record and all behind it");
        }
        Files.write(file, (lines.get(0) + "\n\u00FF\n").getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> readAnew(directory))
                .hasMessageContaining(file + " line 2 is damaged: it is not UTF-8");
    }

    @Test
    void aSessionThatReadsADamagedLineIsToldSo() throws IOException {
        try (DeadLetterLog log = open(directory)) {
            append(log, "one");
            Files.writeString(onlySegment(directory), Files.readString(onlySegment(directory)) + "damaged\n");
            assertThatThrownBy(() -> read(log)).isInstanceOf(Fatal.class).hasMessageContaining("line 3 is damaged");
        }
    }

    @Test
    void refusesANewerFormatVersion() throws IOException {
        try (DeadLetterLog log = open(directory)) {
            append(log, "one");
        }
        Path file = onlySegment(directory);
        Files.writeString(file, Files.readString(file).replace("cdc-dead-letters/1", "cdc-dead-letters/2"));
        assertThatThrownBy(() -> open(directory))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("has the format cdc-dead-letters/2")
                .hasMessageContaining("run the version that wrote it");
    }

    @Test
    void refusesAFileThatIsNotItsOwn() throws IOException {
        try (DeadLetterLog log = open(directory)) {
            append(log, "one");
        }
        Path file = onlySegment(directory);
        String content = Files.readString(file);
        Files.writeString(file, "PRIVATE KEY\nof somebody\n");
        assertThatThrownBy(() -> open(directory))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(file + " is not a file of dead letters: its first line is no header")
                .message()
                .doesNotContain("PRIVATE");
        Files.writeString(file, content);
        Path renamed = file.resolveSibling(file.getFileName().toString().replace("letters-2", "letters-3"));
        Files.move(file, renamed);
        assertThatThrownBy(() -> open(directory))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("give it back the name that it had");
    }

    @Test
    void passesOverFilesOfOtherNames() throws IOException {
        open(directory).close();
        Files.writeString(directory.resolve(FOLDER).resolve("notes.txt"), "mine");
        Files.writeString(directory.resolve(FOLDER).resolve("letters-a-000001.jsonl"), "mine");
        assertThat(readAnew(directory)).isEmpty();
    }

    @Test
    void namesAFileInTheWay() throws IOException {
        Path blocked = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> open(blocked))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(blocked.toString())
                .hasMessageContaining("is not a directory");
    }

    @Test
    void beginsANewSegmentOnceOneIsLargeEnough() throws IOException {
        FileDeadLetterStore store = FileDeadLetterStore.builder()
                .directory(directory)
                .segmentBytes(1000)
                .build();
        List<String> keys = new ArrayList<>();
        try (DeadLetterLog log = store.open("p", "s")) {
            for (int i = 0; i < 100; i++) {
                append(log, "key " + i);
                keys.add("key " + i);
            }
            assertThat(read(log).values())
                    .containsExactlyElementsOf(
                            keys.stream().map(Letters::letter).toList());
        }
        List<Path> segments = segments(directory);
        assertThat(segments).hasSizeGreaterThan(10);
        int first = 0;
        for (Path segment : segments) {
            assertThat(Files.size(segment)).isLessThan(1300);
            List<String> lines = Files.readAllLines(segment);
            assertThat(lines.get(0)).endsWith("\"first\":" + first + "}");
            first += lines.size() - 1;
        }
        assertThat(readAnew(directory).keySet())
                .extracting(Id::index)
                .isSorted()
                .endsWith(99L);
    }

    @Test
    void aSegmentThatBeginsInsideAnotherIsAnError() throws IOException {
        FileDeadLetterStore store = FileDeadLetterStore.builder()
                .directory(directory)
                .segmentBytes(1)
                .build();
        try (DeadLetterLog log = store.open("p", "s")) {
            append(log, "one", "two");
            append(log, "three");
        }
        Path second = segments(directory).get(1);
        Files.writeString(second, Files.readString(second).replace("\"first\":2", "\"first\":1"));
        assertThatThrownBy(() -> open(directory))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(
                        second + " begins with record 1 of its session, but the file before it ends with 1");
    }

    @Test
    void aSegmentThatWasCutOffLeavesTheIndexesOfTheOthers() throws IOException {
        FileDeadLetterStore store = FileDeadLetterStore.builder()
                .directory(directory)
                .segmentBytes(1)
                .build();
        try (DeadLetterLog log = store.open("p", "s")) {
            append(log, "one", "two");
            append(log, "three");
            Path first = segments(directory).get(0);
            List<String> lines = Files.readAllLines(first);
            Files.write(first, lines.subList(0, 2));
            assertThat(read(log)).containsOnlyKeys(new Id(log.session(), 0), new Id(log.session(), 2));
        }
    }

    @Test
    void filesAreForTheirOwnerAlone() throws IOException {
        assumeTrue(directory.getFileSystem().supportedFileAttributeViews().contains("posix"));
        try (DeadLetterLog log = open(directory.resolve("new"))) {
            append(log, "one");
            try (Stream<Path> files = Files.walk(directory.resolve("new"))) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .as(file.toString())
                            .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
                }
            }
        }
    }

    @Test
    void aSessionWithoutRecordsLeavesNoFile() throws IOException {
        open(directory).close();
        assertThat(directory.resolve(FOLDER)).isDirectoryNotContaining("glob:**{jsonl,tmp}");
    }

    @Test
    void aSaltThatIsGoneOrDamagedIsAnError() throws IOException {
        Path salt = directory.resolve(FOLDER).resolve(Salt.FILE);
        try (DeadLetterLog log = open(directory)) {
            assertThat(salt).hasBinaryContent(log.salt());
            append(log, "one");
        }
        Files.write(salt, new byte[3]);
        assertThatThrownBy(() -> open(directory))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(salt + " has 3 bytes instead of 32");
        Files.delete(salt);
        assertThatThrownBy(() -> open(directory))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(salt + " is missing, though there are letters beside it");
    }

    @Test
    void whatIsLeftOfASaltGoes() throws IOException {
        open(directory).close();
        Path left = Files.write(directory.resolve(FOLDER).resolve("salt.left.tmp"), new byte[3]);
        open(directory).close();
        assertThat(left).doesNotExist();
        assertThat(directory.resolve(FOLDER).resolve(Salt.FILE)).exists();
    }

    @Test
    void sessionsSortByTheirBeginningWhateverTheClockSays() {
        Instant now = Instant.parse("2026-11-21T23:59:59.999999Z");
        String first = SessionName.after(null, now);
        assertThat(first).startsWith("20261121T235959999999Z-").matches(SessionName::isOne);
        String second = SessionName.after(first, now);
        assertThat(second).startsWith("20261122T000000000000Z-").matches(SessionName::isOne);
        String third = SessionName.after(second, now.minusSeconds(3600));
        assertThat(third).startsWith("20261122T000000000001Z-");
        assertThat(SessionName.after(third, now.plusSeconds(60))).startsWith("20261122T000059999999Z-");
    }

    private DeadLetterLog openAt(Instant time) {
        return FileDeadLetterStore.builder()
                .directory(directory)
                .segmentBytes(1)
                .clock(() -> time)
                .build()
                .open("p", "s");
    }

    @Test
    void sessionsStandInTheirOrderAndAreSettledThoughTheClockIsSetBackEachTime() throws IOException {
        Instant time = Instant.parse("2026-11-21T12:00:00Z");
        List<String> sessions = new ArrayList<>();
        long records = 0;
        for (int i = 0; i < 6; i++) {
            try (DeadLetterLog log = openAt(time.minus(Duration.ofHours(5L * i)))) {
                List<DeadLetterRecord> batch = new ArrayList<>();
                if (i > 0) {
                    batch.add(new Settled(Map.of(sessions.get(i - 1), records)));
                }
                batch.add(letter("key " + i));
                long own = batch.size() - 1;
                if (i == 0) {
                    batch.add(new Resolved(List.of(new Id(log.session(), own)), DeadLetterRecord.Resolution.REPLAYED));
                }
                log.append(batch);
                sessions.add(log.session());
                records = batch.size();
                List<String> expected = sessions.subList(i < 3 ? 0 : 1, i + 1);
                assertThat(read(log).keySet().stream().map(Id::session).distinct())
                        .as("the first one goes once it is settled for certain")
                        .containsExactlyElementsOf(expected);
            }
        }
        assertThat(sessions).isSorted();
    }

    @Test
    void readsItsOptions() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("directory", directory.toString());
        properties.setProperty("segment-bytes", "1");
        try (DeadLetterLog log = FileDeadLetterStore.fromProperties(properties).open("p", "s")) {
            append(log, "one");
            append(log, "two");
        }
        assertThat(segments(directory)).hasSize(2);
    }

    @Test
    void tellsAllMistakesAtOnce() {
        Properties properties = new Properties();
        properties.setProperty("segment-bytes", "0");
        properties.setProperty("segments", "1");
        assertThatThrownBy(() -> FileDeadLetterStore.fromProperties(properties))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessage("file dead-letter store has 3 mistakes in its configuration:"
                        + "\n  directory: is not set; expected the directory of the dead letters"
                        + "\n  segment-bytes: '0' is not valid; expected a whole number of at least 1"
                        + "\n  segments: is not an option; there are directory, segment-bytes");
        assertThatThrownBy(() -> FileDeadLetterStore.builder().segmentBytes(-1).build())
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("directory: is missing")
                .hasMessageContaining("segment-bytes: -1 is less than 1");
    }
}
