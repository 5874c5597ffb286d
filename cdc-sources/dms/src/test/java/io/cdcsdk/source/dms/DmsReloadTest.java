package io.cdcsdk.source.dms;

import static io.cdcsdk.source.dms.Reading.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Positions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that are loaded anew while the source is down, and what only looks like it. */
class DmsReloadTest {
    private static final String LOAD = "public/person/LOAD00000001.csv";
    private static final String CHANGES = "public/person/20200101-120000000.csv";
    private static final Instant BEFORE = Instant.parse("2020-01-01T11:59:00Z");
    private static final Instant WRITTEN = Instant.parse("2020-01-01T12:01:00Z");
    private static final Instant AFTER = Instant.parse("2020-01-01T12:02:00Z");
    private static final Positions READ =
            Positions.of("public.person", Position.of(0, "2/20200101-120000000.csv", Long.MAX_VALUE));

    @TempDir
    private Path root;

    private Folder files;

    @BeforeEach
    void files() {
        files = new Folder(root);
    }

    private void write(String path, Instant modified, String... lines) throws IOException {
        Files.setLastModifiedTime(files.write(path, lines), FileTime.from(modified));
    }

    private void stops(DmsFileSourceBuilder builder, Positions cursors) {
        assertThatThrownBy(() -> Reading.events(builder.build(), cursors))
                .isInstanceOf(Fatal.class)
                .hasMessageContainingAll(
                        "the table of lane public.person was loaded anew at the source: " + LOAD + " of " + AFTER,
                        "raise the option epoch from 0 to 1",
                        "move it away");
    }

    private void goesOn() {
        assertThat(Reading.events(person(root).build(), READ)).isEmpty();
    }

    @Test
    void aLoadThatIsNewerThanTheLastChangeFileStops() throws IOException {
        write(CHANGES, WRITTEN, "I,1,Ann,Ulm");
        write(LOAD, AFTER, "1,Ann,Bonn");

        stops(person(root), READ);
        assertThat(Reading.events(person(root).epoch(1).build(), READ)).isNotEmpty();
    }

    @Test
    void aLoadThatIsNewerThanTheNameOfTheLastChangeFileStops() throws IOException {
        write(LOAD, AFTER, "1,Ann,Bonn");

        stops(person(root), READ);
    }

    @Test
    void theAlarmComesAtEachPoll() throws IOException {
        write(LOAD, AFTER, "1,Ann,Bonn");

        try (DmsFileSource source = person(root).watch(DmsOption.Watch.ON).build()) {
            source.open(lanes -> READ);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> Reading.poll(source)).isInstanceOf(Fatal.class);
            }
        }
    }

    @Test
    void aLoadThatIsNewerThanTheChangesInCommitOrderStops() throws IOException {
        write(LOAD, AFTER, "1,Ann,Bonn");
        write("changes/CDC_TXN-20200101120000000.csv", WRITTEN, "U,person,public,1,Ann,Ulm");

        stops(
                person(root).transactionsFolder("changes"),
                Positions.of(Map.of(
                        "public.person", Position.of(0, "1", 0),
                        "transactions:changes", Position.of(0, "2/CDC_TXN-20200101120000000.csv", Long.MAX_VALUE))));
    }

    @Test
    void aLoadFileOfAnEarlierRunThatChangesLaterStops() throws IOException {
        write(LOAD, BEFORE, "1,Ann,Ulm");
        try (DmsFileSource source = person(root)
                .watch(DmsOption.Watch.ON)
                .listInterval(Duration.ofNanos(1))
                .build()) {
            source.open(lanes -> READ);
            assertThat(Reading.poll(source).isIdle()).isTrue();

            write(LOAD, AFTER, "1,Ann,Bad");
            assertThatThrownBy(() -> Reading.poll(source))
                    .isInstanceOf(Fatal.class)
                    .hasMessageContaining(LOAD + " has changed after it was read");
        }
    }

    @Test
    void oldLoadFilesWhoseChangesWereArchivedAreNormal() throws IOException {
        write(LOAD, BEFORE, "1,Ann,Ulm");

        goesOn();
    }

    @Test
    void oldLoadFilesBesideTheirChangesAreNormal() throws IOException {
        write(LOAD, BEFORE, "1,Ann,Ulm");
        write(CHANGES, WRITTEN, "U,1,Ann,Bonn");

        goesOn();
    }

    @Test
    void aFolderWithoutLoadFilesIsNormal() throws IOException {
        Files.createDirectories(root.resolve("public/person"));

        goesOn();
    }

    @Test
    void aCopiedFolderIsNormal() throws IOException {
        Instant copied = Instant.parse("2020-03-01T09:00:00Z");
        write(CHANGES, copied, "U,1,Ann,Bonn");
        write(LOAD, copied.plusMillis(3), "1,Ann,Ulm");

        goesOn();
    }
}
