package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Who may commit a lane: only the sink that claimed it last. */
abstract class SinkFencingChecks extends SinkCursorChecks {
    @Test
    void theLatestClaimerWins() {
        assumeCapable(SinkCapability.CURSOR);
        TableSchema schema = table("fenced");
        EventScript script = EventScript.create();
        List<ChangeEvent> first = script.insert(row(schema, 1, "first")).take();
        List<ChangeEvent> second = script.insert(row(schema, 2, "second")).take();
        SinkSession earlier = open();
        earlier.claim("lane");
        earlier.write("lane", first);
        earlier.commit();
        earlier.write("lane", second);

        SinkSession later = open();
        later.claim("lane");
        assertLost("the earlier claimer, with data buffered", earlier::commit);
        assertRows("after a lost commit,", schema, List.of(row(schema, 1, "first")));

        later.write("lane", second);
        later.commit();
        assertRows(schema, row(schema, 1, "first"), row(schema, 2, "second"));
        earlier.close();
        assertRows("after closing the loser,", schema, List.of(row(schema, 1, "first"), row(schema, 2, "second")));
        assertThat(cursorOfNewSink(schema, "lane")).isEqualTo(last(second));
    }

    @Test
    void aLostLaneCannotBeWrittenAnew() {
        assumeCapable(SinkCapability.CURSOR);
        TableSchema schema = table("zombie");
        List<ChangeEvent> events =
                EventScript.create().insert(row(schema, 1, "zombie")).take();
        SinkSession earlier = open();
        earlier.claim("lane");
        try (SinkSession later = open()) {
            later.claim("lane");
        }
        assertLost("the earlier claimer, although the later one has gone", () -> {
            earlier.write("lane", events);
            earlier.commit();
        });
        assertRows(schema);
        assertThat(cursorOfNewSink(schema, "lane")).isNull();
    }

    @Test
    void aLostLaneCannotBeMovedWithoutEvents() {
        assumeCapable(SinkCapability.CURSOR);
        TableSchema schema = table("zombie_cursor");
        SinkSession earlier = open();
        earlier.claim("lane");
        String target = earlier.sink().target(schema.table());
        open().claim("lane");

        Commit commit = new Commit(
                List.of(new Commit.Move(target, "lane", null, Position.of(5))), EventBatch.Boundary.TRANSACTION_END);
        assertLost("the earlier claimer, without events", () -> earlier.commit(commit));
        assertThat(cursorOfNewSink(schema, "lane")).isNull();
    }

    @Test
    void oneLostLaneOfACommitKeepsTheOthersBack() {
        assumeCapable(SinkCapability.CURSOR);
        TableSchema one = table("both_one");
        TableSchema two = table("both_two");
        SinkSession earlier = open();
        earlier.claim("a", "b");
        earlier.write("a", EventScript.create().insert(row(one, 1, "a")).take());
        earlier.write("b", EventScript.create().insert(row(two, 2, "b")).take());
        open().claim("b");

        assertLost("a commit of lanes a and b, when b is lost", earlier::commit);
        assertRows(one);
        assertRows(two);
        assertThat(cursorOfNewSink(one, "a")).isNull();
        assertThat(cursorOfNewSink(two, "b")).isNull();
    }

    @Test
    void claimsOfOtherLanesDoNotDisturb() {
        assumeCapable(SinkCapability.CURSOR);
        TableSchema schema = table("undisturbed");
        SinkSession one = open();
        SinkSession other = open();
        one.claim("a");
        one.write("a", EventScript.create().insert(row(schema, 1, "a")).take());
        other.claim("b");
        other.write("b", EventScript.create().insert(row(schema, 2, "b")).take());
        one.commit();
        other.commit();
        one.write("a", EventScript.after(1).insert(row(schema, 3, "a")).take());
        one.commit();

        assertRows(schema, row(schema, 1, "a"), row(schema, 2, "b"), row(schema, 3, "a"));
        assertThat(cursorOfNewSink(schema, "a")).isEqualTo(Position.of(2));
        assertThat(cursorOfNewSink(schema, "b")).isEqualTo(Position.of(1));
    }

    @Test
    void anOwnerMayClaimAgain() {
        assumeCapable(SinkCapability.CURSOR);
        TableSchema schema = table("again");
        EventScript script = EventScript.create();
        SinkSession session = open();
        session.claim("lane");
        session.write("lane", script.insert(row(schema, 1, "one")).take());
        session.commit();
        assertThat(session.claim("lane"))
                .isNotEmpty()
                .allSatisfy(cursor -> assertThat(cursor.position()).isEqualTo(Position.of(1)));
        session.write("lane", script.insert(row(schema, 2, "two")).take());
        session.commit();

        assertRows(schema, row(schema, 1, "one"), row(schema, 2, "two"));
    }

    /** Two threads take one lane from each other again and again: every event must be there once. */
    @Test
    void rivalsLoseAndRepeatNothing() throws Exception {
        assumeCapable(SinkCapability.CURSOR);
        TableSchema schema = table("rivals");
        int total = 30;
        List<Row> rows = new ArrayList<>();
        EventScript script = EventScript.create();
        for (long id = 1; id <= total; id++) {
            rows.add(row(schema, id, "row"));
            script.insert(rows.get(rows.size() - 1));
        }
        List<ChangeEvent> events = script.take();
        AtomicInteger commits = new AtomicInteger();

        ExecutorService rivals = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> ends = List.of(
                    rivals.submit(() -> contend(schema, events, commits)),
                    rivals.submit(() -> contend(schema, events, commits)));
            for (Future<?> end : ends) {
                end.get(patience().toMillis(), TimeUnit.MILLISECONDS);
            }
        } finally {
            rivals.shutdownNow();
        }
        assertThat(commits).as("successful commits of one event each").hasValue(total);
        assertRows("after the contest,", schema, rows);
        assertThat(cursorOfNewSink(schema, "lane")).isEqualTo(last(events));
    }

    /** Opens, claims and commits one event at a time until the lane is lost; then opens a new sink, until all is done. */
    private void contend(TableSchema schema, List<ChangeEvent> events, AtomicInteger commits) {
        boolean done = false;
        while (!done) {
            try (SinkSession session = new SinkSession(newSink())) {
                session.sink().open();
                session.claim("lane");
                String target = session.sink().target(schema.table());
                for (int i = 0; i < 3 && !done; i++) {
                    Position cursor = session.cursor(target, "lane");
                    int next = cursor == null ? 0 : (int) cursor.offset();
                    done = next == events.size();
                    if (!done) {
                        session.write("lane", events.subList(next, next + 1));
                        session.commit();
                        commits.incrementAndGet();
                    }
                }
            } catch (LaneLost e) {
                // The rival has it now: let it commit before taking the lane back.
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(TimeUnit.MILLISECONDS.toNanos(20)));
            }
        }
    }

    private static void assertLost(String who, ThrowingCallable call) {
        assertThatThrownBy(call).as(who).isInstanceOf(LaneLost.class);
    }
}
