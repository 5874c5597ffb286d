package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterRecord.Fault;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.DeadLetterRecord.Replay;
import io.cdcsdk.api.DeadLetterRecord.Resolution;
import io.cdcsdk.api.DeadLetterRecord.Resolved;
import io.cdcsdk.api.DeadLetterRecord.Settled;
import io.cdcsdk.api.DeadLetterStore;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link DeadLetterStore} must do, as tests. A store is proven by a class that extends this one:
 *
 * <pre>{@code
 * class InMemoryDeadLetterStoreTest extends DeadLetterStoreContract {
 *     private final InMemoryDeadLetterStore store = new InMemoryDeadLetterStore();
 *
 *     @Override
 *     protected DeadLetterStore newStore() {
 *         return store;
 *     }
 * }
 * }</pre>
 *
 * <p>JUnit makes an instance for each test method, so that a field of the class is what all stores of one method share.
 */
public abstract class DeadLetterStoreContract extends DeadLetterStoreFixture {
    private static final int MANY = 10_000;
    private static final int THREADS = 4;
    private static final String LARGE = "0123456789abcdef".repeat(1 << 16);

    @Test
    void aNewLogIsEmpty() {
        assertThat(read(open())).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void recordsOfEveryKindComeBackAsTheyWere(long seed) {
        DeadLetterGenerator generator = new DeadLetterGenerator(seed);
        DeadLetterLog log = open();
        List<DeadLetterRecord> appended = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            List<DeadLetterRecord> records = generator.records();
            log.append(records);
            appended.addAll(records);
        }
        assertReads(log, Map.of(log.session(), appended));
        log.close();
        assertReads(open(), Map.of(log.session(), appended));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {6, 7})
    void eventsOfEveryKindComeBackAsTheyWere(long seed) {
        DeadLetterGenerator generator = new DeadLetterGenerator(seed);
        for (ChangeEvent event : generator.events()) {
            Letter letter = generator.letter(event);
            DeadLetterLog log = open("pipeline", event.position().text());
            log.append(List.of(letter));
            assertReads(log, Map.of(log.session(), List.of(letter)));
        }
    }

    @Test
    void textsOfEveryKindComeBackAsTheyWere() {
        DeadLetterLog log = open();
        List<DeadLetterRecord> records = new ArrayList<>();
        for (String text : List.of(
                "",
                " ",
                "\n",
                "\r\n",
                "\"quoted\" and \\escaped\\",
                "{\"json\":[1]}",
                "ümläut, 漢字, \uD83D\uDE80\uD83E\uDDD1\u200D\uD83D\uDE80",
                "half a \uD83D pair, and \uDE80 the other",
                "\u0000\u0001\u001F\u007F\u0085\u2028\u2029\uFEFF\uFFFF",
                LARGE)) {
            Fault fault = new Fault(ErrorCategory.TRANSFORM, text, text);
            Id id = new Id(text, 0);
            records.add(new Letter(
                    text,
                    Position.of(1, text, 2),
                    text,
                    List.of(text, text),
                    null,
                    text,
                    0,
                    text,
                    fault,
                    1,
                    Instant.EPOCH));
            records.add(new Replay(1, text, List.of(id)));
            records.add(new Resolved(List.of(id), Resolution.DROPPED));
            records.add(new Settled(Map.of(text.length() > 100 ? "large" : text, 1L)));
        }
        log.append(records);
        assertReads(open(), Map.of(log.session(), records));
    }

    @Test
    void extremesComeBackAsTheyWere() {
        Position least = Position.of(Long.MIN_VALUE, "", Long.MIN_VALUE);
        Position most = Position.of(Long.MAX_VALUE, "", Long.MAX_VALUE);
        Instant nanosecond = Instant.parse("2026-02-28T23:59:59.000000001Z");
        List<DeadLetterRecord> records = List.of(
                new Letter("", least, null, List.of(), null, Integer.MAX_VALUE, null, Integer.MAX_VALUE, Instant.MAX),
                new Letter("", most, "", List.of(""), null, 0, null, 0, Instant.MIN),
                new Letter("", most, "", List.of(), null, 0, null, 0, nanosecond),
                new Replay(Long.MAX_VALUE, "", List.of()),
                new Replay(0, "", List.of(new Id("a", Long.MAX_VALUE), new Id("b", 0), new Id("a", 0))),
                new Resolved(List.of(), Resolution.UNCOMMITTED),
                new Settled(Map.of()),
                new Settled(Map.of("a", Long.MAX_VALUE, "b", 0L)));
        DeadLetterLog log = open();
        log.append(records);
        assertReads(open(), Map.of(log.session(), records));
    }

    @Test
    void recordsKeepTheirOrderAndAreNumberedFromZero() {
        DeadLetterLog log = open();
        List<DeadLetterRecord> appended = new ArrayList<>();
        for (int size = 1; size < 20; size++) {
            List<DeadLetterRecord> records = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                records.add(letter(size + "." + i));
            }
            log.append(records);
            appended.addAll(records);
            records.clear();
            assertReads(log, Map.of(log.session(), appended));
        }
    }

    @Test
    void anAppendOfNothingCountsForNothing() {
        DeadLetterLog log = open();
        log.append(List.of());
        log.append(List.of(letter("one")));
        log.append(List.of());
        log.append(List.of(letter("two")));
        assertReads(open(), Map.of(log.session(), List.of(letter("one"), letter("two"))));
    }

    @Test
    void aSessionThatAppendsNothingIsNotSeen() {
        open();
        open().close();
        DeadLetterLog log = open();
        log.append(List.of());
        log.close();
        assertThat(read(open())).isEmpty();
    }

    @Test
    void sessionsAreReadInTheOrderInWhichTheyBegan() {
        Map<String, List<DeadLetterRecord>> expected = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            try (DeadLetterLog log = open()) {
                List<DeadLetterRecord> records = List.of(letter(i + "a"), letter(i + "b"));
                log.append(records);
                assertThat(expected.put(log.session(), records))
                        .as("another session named %s", log.session())
                        .isNull();
                assertReads(log, expected);
            }
        }
        assertReads(open(), expected);
    }

    @Test
    void twoLiveSessionsSeeEachOtherAndDoNoHarm() {
        DeadLetterLog earlier = open();
        DeadLetterLog later = open();
        List<DeadLetterRecord> ofEarlier = new ArrayList<>();
        List<DeadLetterRecord> ofLater = new ArrayList<>();
        Map<String, List<DeadLetterRecord>> expected = new LinkedHashMap<>();
        expected.put(earlier.session(), ofEarlier);
        expected.put(later.session(), ofLater);
        for (int i = 0; i < 10; i++) {
            for (DeadLetterLog log : i % 2 == 0 ? List.of(later, earlier) : List.of(earlier, later)) {
                List<DeadLetterRecord> records = List.of(letter(log.session() + i), letter("again " + i));
                log.append(records);
                (log == earlier ? ofEarlier : ofLater).addAll(records);
                assertReads(earlier, expected);
                assertReads(later, expected);
            }
        }
        later.append(List.of(new Settled(Map.of(earlier.session(), 20L))));
        ofLater.add(new Settled(Map.of(earlier.session(), 20L)));
        later.close();
        earlier.append(List.of(letter("of a process that woke up")));
        ofEarlier.add(letter("of a process that woke up"));
        assertReads(earlier, expected);
        assertReads(open(), expected);
    }

    @Test
    void sessionsOfSeveralThreadsDoEachOtherNoHarm() throws Exception {
        DeadLetterStore store = newStore();
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<String>> sessions = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                sessions.add(executor.submit(() -> {
                    try (DeadLetterLog log = store.open(PIPELINE, SINK)) {
                        for (int k = 0; k < 20; k++) {
                            log.append(List.of(letter(log.session() + k)));
                            read(log);
                        }
                        return log.session();
                    }
                }));
            }
            Set<String> names = new HashSet<>();
            for (Future<String> session : sessions) {
                names.add(session.get());
            }
            assertThat(names).hasSize(THREADS);
            Map<Id, DeadLetterRecord> records = read(open());
            assertThat(records).hasSize(THREADS * 20);
            records.forEach((id, record) -> assertThat(record).isEqualTo(letter(id.session() + id.index())));
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void whatCannotBeCleanedAwayStaysOverManySessions() {
        DeadLetterLog first = open();
        first.append(List.of(letter("resolved"), letter("waiting")));
        first.append(List.of(new Resolved(List.of(new Id(first.session(), 0)), Resolution.DROPPED)));
        first.close();
        String previous = first.session();
        for (int i = 0; i < 6; i++) {
            DeadLetterLog log = open();
            log.append(List.of(new Settled(Map.of(previous, previous.equals(first.session()) ? 3L : 1L))));
            log.close();
            previous = log.session();
        }
        assertThat(read(open())).containsEntry(new Id(first.session(), 1), letter("waiting"));
    }

    @Test
    void theSaltStaysTheSame() {
        byte[] salt = open().salt();
        assertThat(salt).hasSizeGreaterThanOrEqualTo(16);
        assertThat(salt).as("random bytes").isNotEqualTo(new byte[salt.length]);
        for (int i = 0; i < 3; i++) {
            DeadLetterLog log = open();
            byte[] again = log.salt();
            assertThat(again).isEqualTo(salt);
            Arrays.fill(again, (byte) 0);
            assertThat(log.salt()).as("after the array was overwritten").isEqualTo(salt);
            log.append(List.of(letter("" + i)));
            log.close();
        }
        assertThat(open("other", SINK).salt()).as("the salt of another log").isNotEqualTo(salt);
    }

    @Test
    void logsAreKeptApart() {
        List<List<String>> names = List.of(
                List.of("a", "b"),
                List.of("b", "a"),
                List.of("a.b", "c"),
                List.of("a", "b.c"),
                List.of("a/b", "c"),
                List.of("..", ".."),
                List.of("", ""),
                List.of("a%2Eb", "c"),
                List.of("a b", "ümläut \uD83D\uDE80"));
        for (List<String> name : names) {
            open(name.get(0), name.get(1)).append(List.of(letter(name.toString())));
        }
        for (List<String> name : names) {
            assertThat(read(open(name.get(0), name.get(1))).values())
                    .as("the log of pipeline '%s' and sink '%s'", name.get(0), name.get(1))
                    .containsExactly(letter(name.toString()));
        }
    }

    @Test
    void manyLettersInOneAppendAndInMany() {
        List<DeadLetterRecord> letters = new ArrayList<>();
        List<ChangeEvent> events = new DeadLetterGenerator(8).events();
        for (int i = 0; i < MANY; i++) {
            letters.add(new Letter(
                    "lane",
                    Position.of(i),
                    "shop.t",
                    List.of("key " + i),
                    events.get(i % events.size()),
                    1,
                    null,
                    0,
                    Instant.ofEpochSecond(i)));
        }
        DeadLetterLog log = open();
        log.append(letters);
        List<Id> ids = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            ids.add(new Id(log.session(), i));
        }
        log.append(List.of(new Replay(1, "shop.t", ids), new Resolved(ids, Resolution.REPLAYED)));
        log.close();
        DeadLetterLog other = open();
        for (int i = 0; i < MANY; i += 100) {
            other.append(letters.subList(i, i + 100));
        }
        Map<String, List<DeadLetterRecord>> expected = new LinkedHashMap<>();
        List<DeadLetterRecord> first = new ArrayList<>(letters);
        first.add(new Replay(1, "shop.t", ids));
        first.add(new Resolved(ids, Resolution.REPLAYED));
        expected.put(log.session(), first);
        expected.put(other.session(), letters);
        assertReads(open(), expected);
    }

    @Test
    void whatAVisitorThrowsPassesThroughAndTheSessionGoesOn() {
        DeadLetterLog log = open();
        log.append(List.of(letter("one"), letter("two")));
        assertThatThrownBy(() -> log.read((id, record) -> {
                    throw new IllegalStateException("enough");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("enough");
        log.append(List.of(letter("three")));
        assertThat(read(log)).hasSize(3);
    }

    @Test
    void closingReleasesEverythingAndDoesNoHarmTwice() {
        // The first store may start what belongs to the whole process.
        open("other", SINK).close();
        Leaks leaks = new Leaks();
        DeadLetterLog log = open();
        DeadLetterLog other = open();
        log.append(List.of(letter("kept")));
        read(log);
        log.close();
        assertThatCode(log::close).doesNotThrowAnyException();
        assertReads(other, Map.of(log.session(), List.of(letter("kept"))));
        other.append(List.of(letter("of the other")));
        other.close();
        leaks.assertNoThread(patience());
        directory().ifPresent(directory -> Leaks.assertNoOpenFile(directory, patience()));
        assertThatThrownBy(() -> log.append(List.of(letter("too late")))).isInstanceOf(IllegalStateException.class);
        assertThat(read(open())).hasSize(2);
    }
}
