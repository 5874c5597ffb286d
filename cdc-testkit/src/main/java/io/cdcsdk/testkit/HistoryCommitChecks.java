package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.scd.ChangeSet;
import io.cdcsdk.scd.HistoryCommit;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.KeyState;
import io.cdcsdk.scd.RowKey;
import io.cdcsdk.scd.Scd2Engine;
import io.cdcsdk.scd.Scd2Spec;
import io.cdcsdk.scd.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Claims, cursors, and what a reader sees. */
abstract class HistoryCommitChecks extends HistoryStoreFixture {
    private static final Scd2Engine ENGINE = new Scd2Engine(Scd2Spec.standard());

    private static Position end(List<ChangeEvent> events) {
        return events.get(events.size() - 1).position();
    }

    private static List<ChangeEvent> insert(TableSchema schema, long id, String name) {
        return EventScript.after(id - 1).insert(row(schema, id, name)).take();
    }

    /** Merges and commits events in one lane that the session owns. */
    private static void deliver(
            HistorySession session, String lane, @Nullable Position from, List<ChangeEvent> events) {
        ChangeSet changes = session.merge(ENGINE, events.get(0).table(), lane, events);
        assertThat(session.commit(changes, lane, from, end(events)))
                .as("nobody else has changed the table")
                .isTrue();
    }

    /** The names in the history of a table, in the order of its visit, by a session of its own. */
    private List<String> names(TableSchema schema) {
        try (HistorySession session = openUntracked()) {
            return names(session.store(), schema);
        }
    }

    private static List<String> names(HistoryStore store, TableSchema schema) {
        List<String> names = new ArrayList<>();
        store.forEachVersion(
                schema.table(),
                (key, version) -> names.add(
                        Objects.requireNonNull(version.row().value("name")).toString()));
        return names;
    }

    private @Nullable Position cursor(TableSchema schema, String lane) {
        try (HistorySession session = openUntracked()) {
            return session.claimedCursor(schema.table(), lane);
        }
    }

    private static void assertLost(String who, ThrowingCallable commit) {
        assertThatThrownBy(commit).as(who).isInstanceOf(LaneLost.class);
    }

    @Test
    void theLatestClaimerWins() {
        TableSchema schema = schema("fenced");
        HistorySession earlier = open();
        earlier.claim("lane");
        deliver(earlier, "lane", null, insert(schema, 1, "first"));
        List<ChangeEvent> second = insert(schema, 2, "second");
        ChangeSet changes = earlier.merge(ENGINE, schema.table(), "lane", second);

        HistorySession later = open();
        assertThat(later.claim("lane"))
                .containsExactly(new Cursor(schema.table().toString(), "lane", Position.of(1)));
        assertLost("the earlier claimer", () -> earlier.commit(changes, "lane", Position.of(1), Position.of(2)));
        assertThat(names(later.store(), schema)).containsExactly("first");

        deliver(later, "lane", Position.of(1), second);
        assertThat(names(later.store(), schema)).containsExactly("first", "second");
        earlier.close();
        assertThat(names(schema)).containsExactly("first", "second");
        assertThat(cursor(schema, "lane")).isEqualTo(Position.of(2));
    }

    @Test
    void aLostLaneStaysLostWhenTheLaterClaimerHasGone() {
        TableSchema schema = schema("zombie");
        HistorySession earlier = open();
        earlier.claim("lane");
        try (HistorySession later = openUntracked()) {
            later.claim("lane");
        }
        assertLost(
                "the earlier claimer, with events", () -> deliver(earlier, "lane", null, insert(schema, 1, "zombie")));
        Commit.Move move = new Commit.Move(schema.table().toString(), "lane", null, Position.of(5));
        assertLost(
                "the earlier claimer, without events",
                () -> earlier.store().commit(new HistoryCommit(List.of(), List.of(move), Set.of("lane"))));
        assertThat(names(schema)).isEmpty();
        assertThat(cursor(schema, "lane")).isNull();
    }

    @Test
    void oneLostLaneOfACommitKeepsTheOthersBack() {
        TableSchema one = schema("both_one");
        TableSchema two = schema("both_two");
        HistorySession earlier = open();
        earlier.claim("a", "b");
        ChangeSet first = earlier.merge(ENGINE, one.table(), "a", insert(one, 1, "a"));
        ChangeSet second = earlier.merge(ENGINE, two.table(), "b", insert(two, 1, "b"));
        open().claim("b");
        List<Commit.Move> moves = List.of(
                new Commit.Move(one.table().toString(), "a", null, Position.of(1)),
                new Commit.Move(two.table().toString(), "b", null, Position.of(1)));
        assertLost(
                "a commit of lanes a and b, when b is lost",
                () -> earlier.store().commit(new HistoryCommit(List.of(first, second), moves, Set.of("a", "b"))));
        assertThat(names(one)).isEmpty();
        assertThat(names(two)).isEmpty();
        assertThat(cursor(one, "a")).isNull();
        assertThat(cursor(two, "b")).isNull();
    }

    @Test
    void aLaneThatMovesNoCursorMustBeOwnedToo() {
        TableSchema schema = schema("silent");
        HistorySession earlier = open();
        earlier.claim("a", "b");
        ChangeSet changes = earlier.merge(ENGINE, schema.table(), "a", insert(schema, 1, "a"));
        open().claim("b");
        Commit.Move move = new Commit.Move(schema.table().toString(), "a", null, Position.of(1));
        assertLost(
                "a commit that names lane b without moving it",
                () -> earlier.store().commit(new HistoryCommit(List.of(changes), List.of(move), Set.of("a", "b"))));
        assertThat(names(schema)).isEmpty();
        assertThat(cursor(schema, "a")).isNull();
    }

    @Test
    void claimsOfOtherLanesDoNotDisturb() {
        TableSchema one = schema("undisturbed_one");
        TableSchema two = schema("undisturbed_two");
        HistorySession first = open();
        HistorySession second = open();
        assertThat(first.claim("a")).isEmpty();
        assertThat(second.claim("b")).isEmpty();
        deliver(first, "a", null, insert(one, 1, "a"));
        deliver(second, "b", null, insert(two, 1, "b"));
        deliver(first, "a", Position.of(1), insert(one, 2, "c"));
        assertThat(names(one)).containsExactly("a", "c");
        assertThat(names(two)).containsExactly("b");
        assertThat(cursor(one, "b")).as("another lane's cursor").isNull();
        assertThat(cursor(one, "a")).isEqualTo(Position.of(2));
    }

    @Test
    void aClaimerMayClaimAgain() {
        TableSchema schema = schema("again");
        HistorySession session = open();
        session.claim("lane");
        deliver(session, "lane", null, insert(schema, 1, "one"));
        assertThat(session.claim("lane", "other"))
                .containsExactly(new Cursor(schema.table().toString(), "lane", Position.of(1)));
        deliver(session, "lane", Position.of(1), insert(schema, 2, "two"));
        assertThat(names(schema)).containsExactly("one", "two");
    }

    @Test
    void aCommitFromAnotherCursorChangesNothing() {
        TableSchema schema = schema("wrong_from");
        try (HistorySession session = openUntracked()) {
            session.claim("lane");
            deliver(session, "lane", null, insert(schema, 1, "one"));
        }
        for (Position wrong : new Position[] {null, Position.of(0), Position.of(99)}) {
            try (HistorySession session = openUntracked()) {
                session.claim("lane");
                assertThatThrownBy(() -> deliver(session, "lane", wrong, insert(schema, 2, "two")))
                        .as("a commit from %s, where the cursor stands at 1", wrong)
                        .isInstanceOf(LaneLost.class);
            }
            assertThat(names(schema)).containsExactly("one");
            assertThat(cursor(schema, "lane")).isEqualTo(Position.of(1));
        }
    }

    @Test
    void whatWasMergedBeforeAnotherSessionCommittedIsToBeMergedAnew() {
        TableSchema one = schema("contended");
        TableSchema other = schema("contended_no_more");
        HistorySession slow = open();
        slow.claim("slow");
        HistorySession fast = open();
        fast.claim("fast");
        List<ChangeEvent> events = insert(one, 2, "slow");
        List<Commit.Move> moves = List.of(
                new Commit.Move(one.table().toString(), "slow", null, Position.of(2)),
                new Commit.Move(other.table().toString(), "slow", null, Position.of(1)));
        ChangeSet innocent = slow.merge(ENGINE, other.table(), "slow", insert(other, 1, "innocent"));
        ChangeSet stale = slow.merge(ENGINE, one.table(), "slow", events);
        deliver(fast, "fast", null, insert(one, 1, "fast"));

        assertThat(slow.store().commit(new HistoryCommit(List.of(innocent, stale), moves, Set.of("slow"))))
                .as("a commit of what was merged into a state that is no more")
                .isFalse();
        assertThat(names(one)).containsExactly("fast");
        assertThat(names(other)).isEmpty();

        ChangeSet anew = slow.merge(ENGINE, one.table(), "slow", events);
        assertThat(slow.store().commit(new HistoryCommit(List.of(innocent, anew), moves, Set.of("slow"))))
                .as("the same events, merged anew, and no cursor moved by the first try")
                .isTrue();
        assertThat(names(one)).containsExactly("fast", "slow");
        assertThat(names(other)).containsExactly("innocent");
        assertThat(cursor(one, "fast")).isEqualTo(Position.of(1));
        assertThat(cursor(one, "slow")).isEqualTo(Position.of(2));
    }

    @Test
    void aCommitWithoutChangesMovesCursors() {
        TableSchema schema = schema("silence");
        List<Position> places = List.of(
                Position.of(7), Position.of(7, "log:with \"odd\" parts/\u00e9", 3), Position.of(8, "", Long.MAX_VALUE));
        Position from = null;
        for (Position to : places) {
            try (HistorySession session = openUntracked()) {
                session.claim("lane");
                Commit.Move move = new Commit.Move(schema.table().toString(), "lane", from, to);
                Commit.Move watermark = new Commit.Move(Cursor.WHOLE_LANE, "lane", from, to);
                assertThat(session.store()
                                .commit(new HistoryCommit(List.of(), List.of(move, watermark), Set.of("lane"))))
                        .isTrue();
            }
            try (HistorySession session = openUntracked()) {
                assertThat(session.claim("lane"))
                        .containsExactlyInAnyOrder(
                                new Cursor(schema.table().toString(), "lane", to),
                                new Cursor(Cursor.WHOLE_LANE, "lane", to));
            }
            from = to;
        }
    }

    @Test
    void whatIsNotCommittedIsInvisibleAndLost() {
        TableSchema schema = schema("uncommitted");
        try (HistorySession session = openUntracked()) {
            session.claim("lane");
            deliver(session, "lane", null, insert(schema, 1, "one"));
            ChangeSet lost = session.merge(ENGINE, schema.table(), "lane", insert(schema, 2, "two"));
            assertThat(lost.updates()).hasSize(1);
            assertThat(names(session.store(), schema)).containsExactly("one");
            assertThat(names(schema)).containsExactly("one");
        }
        restart();
        assertThat(names(schema)).containsExactly("one");
        assertThat(cursor(schema, "lane")).isEqualTo(Position.of(1));
    }

    @Test
    void aReaderWithoutAClaimSeesWhatWasCommittedSinceItOpened() {
        TableSchema schema = schema("watched");
        HistorySession writer = open();
        writer.claim("lane");
        deliver(writer, "lane", null, insert(schema, 1, "one"));
        HistorySession reader = open();
        assertThat(names(reader.store(), schema)).containsExactly("one");
        deliver(writer, "lane", Position.of(1), insert(schema, 2, "two"));
        assertThat(names(schema)).containsExactly("one", "two");
        assertThat(names(writer.store(), schema)).containsExactly("one", "two");
    }

    @Test
    void tablesKeepApartAndAreListedInOrder() {
        TableSchema one = schema("apart_one");
        TableSchema two = schema("apart_two");
        try (HistorySession session = openUntracked()) {
            session.claim("lane");
            assertThat(session.store().tables()).isEmpty();
            ChangeSet second = session.merge(ENGINE, two.table(), "lane", insert(two, 1, "in two"));
            ChangeSet first = session.merge(ENGINE, one.table(), "lane", insert(one, 1, "in one"));
            List<Commit.Move> moves = List.of(
                    new Commit.Move(two.table().toString(), "lane", null, Position.of(1)),
                    new Commit.Move(one.table().toString(), "lane", null, Position.of(1)));
            assertThat(session.store().commit(new HistoryCommit(List.of(second, first), moves, Set.of("lane"))))
                    .isTrue();
            deliver(session, "lane", Position.of(1), insert(two, 2, "in two again"));
        }
        assertThat(names(one)).containsExactly("in one");
        assertThat(names(two)).containsExactly("in two", "in two again");
        assertThat(cursor(one, "lane")).isEqualTo(Position.of(1));
        assertThat(cursor(two, "lane")).isEqualTo(Position.of(2));
        assertThat(open().store().tables()).containsExactly(one.table(), two.table());
    }

    @Test
    void anUnknownTableOrKeyHasNoHistory() {
        TableSchema known = schema("known");
        TableSchema other = schema("other");
        TableId unknown = TableId.of("shop", "unknown");
        HistorySession session = open();
        session.claim("lane");
        deliver(session, "lane", null, insert(known, 1, "known"));
        deliver(session, "lane", null, insert(other, 2, "other"));
        HistoryStore store = session.store();
        assertThat(store.tableState(unknown)).isNull();
        List<KeyState> states = new ArrayList<>();
        store.keys(unknown).forEach(states::add);
        store.keys(unknown).forEachExpired(Long.MAX_VALUE, 10, states::add);
        assertThat(states).isEmpty();
        List<Version> versions = new ArrayList<>();
        store.forEachVersion(unknown, (key, version) -> versions.add(version));
        assertThat(versions).isEmpty();
        RowKey keyOfOther = keys(store, other).get(0);
        assertThat(store.versions(other.table(), keyOfOther)).hasSize(1);
        assertThat(store.versions(known.table(), keyOfOther)).isEmpty();
        assertThat(store.versions(unknown, keyOfOther)).isEmpty();
        KeyState[] into = {states(store, other).get(0)};
        store.keys(known.table()).read(new RowKey[] {keyOfOther}, into, 1);
        assertThat(into[0]).as("the state of an unknown key").isNull();
    }

    private static List<RowKey> keys(HistoryStore store, TableSchema schema) {
        return states(store, schema).stream().map(KeyState::key).toList();
    }

    private static List<KeyState> states(HistoryStore store, TableSchema schema) {
        List<KeyState> states = new ArrayList<>();
        store.keys(schema.table()).forEach(states::add);
        return states;
    }

    @Test
    void manyKeysComeBackSortedAndOneByOne() {
        TableSchema schema = schema("many");
        int count = 1_000;
        EventScript script = EventScript.create();
        for (long i = 0; i < count; i++) {
            long id = (i * 7_919 % count - count / 2) * (i % 2 == 0 ? 1 : 1L << 40);
            script.insert(row(schema, id, "row " + i));
        }
        List<ChangeEvent> events = script.take();
        HistorySession session = open();
        session.claim("lane");
        deliver(session, "lane", null, events);
        List<Long> ids = new ArrayList<>();
        session.store()
                .forEachVersion(
                        schema.table(), (key, version) -> ids.add(version.row().primitive(0)));
        List<Long> expected = events.stream()
                .map(event -> ((RowChange) event).image().primitive(0))
                .distinct()
                .sorted()
                .toList();
        assertThat(ids).isEqualTo(expected);
        List<RowKey> keys = keys(session.store(), schema);
        assertThat(keys).doesNotHaveDuplicates().hasSameSizeAs(expected);
        RowKey[] asked = keys.toArray(RowKey[]::new);
        KeyState[] read = new KeyState[asked.length];
        session.store().keys(schema.table()).read(asked, read, asked.length - 1);
        assertThat(read[asked.length - 1]).as("behind the count").isNull();
        for (int i = 0; i < asked.length - 1; i++) {
            assertThat(Objects.requireNonNull(read[i]).key()).isEqualTo(asked[i]);
            List<Version> versions = session.store().versions(schema.table(), asked[i]);
            assertThat(versions).hasSize(1);
        }
    }

    @Test
    void everyExpiredKeyComesUpInABoundedNumberOfCalls() {
        TableSchema schema = schema("expired");
        EventScript script = EventScript.create();
        for (long id = 0; id < 100; id++) {
            script.insert(row(schema, id, "row"));
        }
        HistorySession session = open();
        session.claim("lane");
        deliver(session, "lane", null, script.take());
        Set<RowKey> visited = new HashSet<>();
        for (int i = 0; i < 10_000 && visited.size() < 100; i++) {
            session.store().keys(schema.table()).forEachExpired(Long.MAX_VALUE, 7, state -> visited.add(state.key()));
        }
        long old = states(session.store(), schema).stream()
                .filter(state -> state.oldestEventTime() < Long.MAX_VALUE)
                .count();
        assertThat(visited).as("keys whose states hold events").hasSizeGreaterThanOrEqualTo((int) old);
        assertThat(old).isPositive();
    }

    @Test
    void whatTheWindowHasLeftBehindIsFoldedThoughNobodyTouchesIt() {
        TableSchema schema = schema("left_behind");
        int keys = 300;
        EventScript script = EventScript.create();
        for (long id = 1; id <= keys; id++) {
            script.insert(row(schema, id, "left behind"));
        }
        HistorySession session = open();
        session.claim("lane");
        deliver(session, "lane", null, script.take());
        assertThat(events(session.store(), schema)).isEqualTo(keys);
        long offset = keys;
        long least = keys;
        for (int i = 0; i < 2_000 && least > 20; i++) {
            Position from = Position.of(offset);
            offset++;
            Origin later = Origin.at(
                    Position.of(offset),
                    HistoryCase.FIRST_TIME + Duration.ofHours(2 + i).toNanos() / 1000);
            deliver(session, "lane", from, List.of(RowChange.insert(row(schema, 0, "touched"), later)));
            least = Math.min(least, events(session.store(), schema));
        }
        assertThat(least)
                .as("events that the window still holds of %d keys, when none of them lies in it", keys)
                .isLessThanOrEqualTo(20);
        assertThat(names(schema)).hasSize(keys + 1).containsOnlyOnce("touched").contains("left behind");
    }

    private static long events(HistoryStore store, TableSchema schema) {
        return Objects.requireNonNull(store.tableState(schema.table())).events();
    }

    @Test
    void rowsKeepTheirValuesAcrossARestart() {
        TableSchema schema = schema("kept");
        Row row = row(schema, Long.MIN_VALUE, "\uD83D\uDE00 \u0000 \"quoted\"\n");
        try (HistorySession session = openUntracked()) {
            session.claim("lane");
            deliver(session, "lane", null, EventScript.create().insert(row).take());
        }
        restart();
        assertThat(names(schema)).containsExactly("\uD83D\uDE00 \u0000 \"quoted\"\n");
    }

    @Test
    void closingTwiceOrUnopenedIsHarmless() {
        TableSchema schema = schema("closed");
        HistorySession session = open();
        session.claim("lane");
        deliver(session, "lane", null, insert(schema, 1, "one"));
        HistoryStore unopened = newSession();
        assertThatCode(unopened::close).doesNotThrowAnyException();
        session.store().close();
        assertThatCode(session.store()::close).doesNotThrowAnyException();
        assertThat(names(schema)).containsExactly("one");
    }
}
