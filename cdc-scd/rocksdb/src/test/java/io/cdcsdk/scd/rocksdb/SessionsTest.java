package io.cdcsdk.scd.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.TableId;
import io.cdcsdk.scd.HistoryCommit;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.InMemoryHistory;
import io.cdcsdk.scd.KeyState;
import io.cdcsdk.scd.RowKey;
import io.cdcsdk.scd.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is there after closing, and between sessions. */
class SessionsTest {
    private static final TableId PERSON = Script.PERSON.table();

    @TempDir
    Path directory = Path.of("");

    private final List<HistoryStore> stores = new ArrayList<>();

    @AfterEach
    void close() {
        stores.forEach(HistoryStore::close);
    }

    private RocksHistoryStore open() {
        return open(directory);
    }

    private RocksHistoryStore open(Path path) {
        RocksHistoryStore store = RocksHistoryStore.builder()
                .directory(path)
                .writeBuffers(4 << 20)
                .build();
        stores.add(store);
        store.open();
        return store;
    }

    private static HistoryStore inMemory(Script script, int batches) {
        HistoryStore expected = new InMemoryHistory().newSession();
        Script.claim(expected);
        script.run(expected, 0, batches);
        return expected;
    }

    @Test
    void everythingIsThereAfterClosingAndOpeningAgain() {
        Script script = new Script(1, 30, 200, 300, 50);
        HistoryStore expected = inMemory(script, 30);
        for (int i = 0; i < 30; i += 10) {
            RocksHistoryStore store = open();
            assertThat(script.covered(Script.claim(store))).isEqualTo(i);
            script.run(store, i, i + 10);
            store.close();
        }
        RocksHistoryStore last = open();
        assertThat(last.tables()).containsExactly(Script.CITY.table(), PERSON);
        assertThat(Script.versions(last)).isEqualTo(Script.versions(expected));
        assertThat(script.covered(Script.claim(last))).isEqualTo(30);
    }

    @Test
    void theVersionsOfOneKeyAreThoseOfTheWholeHistory() {
        Script script = new Script(2, 20, 100, 50, 20);
        RocksHistoryStore store = open();
        Script.claim(store);
        script.run(store, 0, 20);
        Map<RowKey, List<Version>> byKey = new LinkedHashMap<>();
        store.forEachVersion(
                PERSON,
                (key, version) ->
                        byKey.computeIfAbsent(key, none -> new ArrayList<>()).add(version));
        assertThat(byKey).hasSizeGreaterThan(40);
        assertThat(new ArrayList<>(byKey.keySet())).isSorted();
        byKey.forEach((key, versions) -> {
            assertThat(store.versions(PERSON, key)).isEqualTo(versions);
            assertThat(versions).extracting(Version::validFrom).isSorted().doesNotHaveDuplicates();
        });
        assertThat(store.versions(
                        TableId.of("unknown"), byKey.keySet().iterator().next()))
                .isEmpty();
    }

    @Test
    void theLatestClaimerOfALaneWinsThoughBothShareTheDatabase() {
        Script script = new Script(3, 3, 20, 10, 5);
        RocksHistoryStore former = open();
        Script.claim(former);
        script.run(former, 0, 1);
        HistoryCommit late = script.merge(former, 1);
        RocksHistoryStore latter = open(directory.resolve("..").resolve(directory.getFileName()));
        assertThat(script.covered(Script.claim(latter))).isEqualTo(1);
        assertThatThrownBy(() -> former.commit(late))
                .isInstanceOf(LaneLost.class)
                .hasMessageContaining("lane 'lane'");
        script.run(latter, 1, 2);
        former.close();
        script.run(latter, 2, 3);
        assertThat(Script.versions(latter)).isEqualTo(Script.versions(inMemory(script, 3)));
    }

    @Test
    void aClaimOutlivesItsSession() {
        Script script = new Script(4, 2, 20, 10, 5);
        RocksHistoryStore zombie = open();
        Script.claim(zombie);
        RocksHistoryStore successor = open();
        Script.claim(successor);
        successor.close();
        assertThatThrownBy(() -> script.run(zombie, 0, 1)).isInstanceOf(LaneLost.class);
        assertThat(zombie.tables()).isEmpty();
    }

    @Test
    void aTableThatAnotherSessionHasChangedIsToBeMergedAnew() {
        Script script = new Script(5, 1, 50, 10, 5);
        RocksHistoryStore one = open();
        RocksHistoryStore other = open();
        Script.claim(one);
        other.claim(Set.of("other"));
        HistoryCommit merged = script.merge(other, 0);
        script.run(one, 0, 1);
        HistoryCommit stale = new HistoryCommit(merged.changes(), List.of(), Set.of("other"));
        List<String> before = Script.contents(one);
        assertThat(other.commit(stale)).isFalse();
        assertThat(Script.contents(one)).isEqualTo(before);
    }

    @Test
    void aLookAtFewKeysAtATimeComesToAllOfThemAlsoAcrossSessions() {
        Script script = new Script(6, 40, 500, 3000, 10);
        RocksHistoryStore store = open();
        Script.claim(store);
        script.run(store, 0, 40);
        Set<RowKey> expired = new HashSet<>();
        store.keys(PERSON).forEach(state -> {
            if (state.oldestEventTime() < Long.MAX_VALUE) {
                expired.add(state.key());
            }
        });
        assertThat(expired).hasSizeGreaterThan(50);
        Set<RowKey> seen = new HashSet<>();
        for (int call = 0; call < 3000 / 37 + 2; call++) {
            List<KeyState> visited = new ArrayList<>();
            store.keys(PERSON).forEachExpired(Long.MAX_VALUE, 37, visited::add);
            assertThat(visited).hasSizeLessThanOrEqualTo(37).doesNotHaveDuplicates();
            visited.forEach(state -> seen.add(state.key()));
        }
        assertThat(seen).isEqualTo(expired);
    }

    @Test
    void readingFindsWhatIsThereAndNullForTheRest() {
        Script script = new Script(7, 10, 1000, 5000, 2000);
        RocksHistoryStore store = open();
        Script.claim(store);
        script.run(store, 0, 10);
        List<KeyState> states = new ArrayList<>();
        store.keys(PERSON).forEach(states::add);
        RowKey[] keys = states.stream().map(KeyState::key).toArray(RowKey[]::new);
        @Nullable KeyState[] found = new KeyState[keys.length + 1];
        found[keys.length] = states.get(0);
        store.keys(PERSON).read(keys, found, keys.length);
        for (int i = 0; i < keys.length; i++) {
            KeyState each = found[i];
            assertThat(each).isNotNull();
            assertThat(each == null ? null : each.key()).isEqualTo(keys[i]);
        }
        assertThat(found[keys.length]).isSameAs(states.get(0));
        store.keys(TableId.of("unknown")).read(keys, found, keys.length);
        assertThat(found).filteredOn(each -> each != null).hasSize(1);
    }

    @Test
    void closingTwiceOrUnopenedIsHarmlessAndLeavesTheDatabaseToTheOthers() throws IOException {
        RocksHistoryStore.builder().directory(directory).build().close();
        RocksHistoryStore one = open();
        RocksHistoryStore other = open();
        other.close();
        assertThatCode(other::close).doesNotThrowAnyException();
        assertThat(one.tables()).isEmpty();
        assertThatThrownBy(other::tables).isInstanceOf(IllegalStateException.class);
        one.close();
        for (int i = 0; i < 10; i++) {
            open().close();
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(path -> path.getFileName().toString()).filter(name -> name.startsWith("LOG")))
                    .hasSizeLessThanOrEqualTo(3);
        }
    }
}
