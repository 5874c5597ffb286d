package io.cdcsdk.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePositionStoreTest {
    @TempDir
    Path directory;

    private final List<Cursor> cursors = List.of(
            new Cursor("public.person", "lane 1", Position.of(1, "a b/ü%:\n", 7)),
            new Cursor(Cursor.WHOLE_LANE, "", Position.of(3)));

    @Test
    void keepsCursorsOverInstances() {
        new FilePositionStore(directory.resolve("new")).save("p/1", "s 1", cursors);
        assertThat(new FilePositionStore(directory.resolve("new")).load("p/1", "s 1"))
                .isEqualTo(cursors);
    }

    @Test
    void keepsSinksApart() {
        FilePositionStore store = new FilePositionStore(directory);
        store.save("p", "one", cursors);
        store.save("p", "two", List.of());
        assertThat(store.load("p", "one")).isEqualTo(cursors);
        assertThat(store.load("p", "two")).isEmpty();
        assertThat(store.load("p", "three")).isEmpty();
    }

    @Test
    void keepsNamesWithDotsApart() {
        FilePositionStore store = new FilePositionStore(directory);
        store.save("shop", "eu.orders", cursors);
        assertThat(store.load("shop.eu", "orders")).isEmpty();
    }

    @Test
    void namesTheFileOfAPositionThatItCannotRead() throws IOException {
        Files.writeString(directory.resolve("p.s.positions"), "cdc-positions 1\na b 9%3A0%3A1%3A\n");
        assertThatThrownBy(() -> new FilePositionStore(directory).load("p", "s"))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("p.s.positions line 2: position '9:0:1:' has format version 9");
    }

    @Test
    void leavesNoTemporaryFile() throws IOException {
        FilePositionStore store = new FilePositionStore(directory);
        store.save("p", "s", cursors);
        store.save("p", "s", cursors.subList(0, 1));
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("p.s.positions");
        }
    }

    @Test
    void refusesANewerFormatVersion() throws IOException {
        Files.writeString(directory.resolve("p.s.positions"), "cdc-positions 2\n");
        assertThatThrownBy(() -> new FilePositionStore(directory).load("p", "s"))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("p.s.positions has format version 2")
                .hasMessageContaining("run the version that wrote it");
    }

    @Test
    void namesTheLineThatItCannotRead() throws IOException {
        Files.writeString(directory.resolve("p.s.positions"), "cdc-positions 1\na b 1%3A0%3A1%3A\nbroken\n");
        assertThatThrownBy(() -> new FilePositionStore(directory).load("p", "s"))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining("line 3");
    }

    @Test
    void namesTheFileThatItCannotWrite() throws IOException {
        Path blocked = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> new FilePositionStore(blocked).save("p", "s", cursors))
                .isInstanceOf(Fatal.class)
                .hasMessageContaining(blocked.toString());
    }
}
