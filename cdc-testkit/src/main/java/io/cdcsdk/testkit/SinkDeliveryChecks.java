package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives, and when it is seen. */
abstract class SinkDeliveryChecks extends SinkFixture {
    private static final int BIG_BATCH = 20_000;

    private Workload workload(long seed, String table) {
        return WorkloadGenerator.builder(seed)
                .table(TableId.of("shop", table))
                .fitting(capabilities())
                .generate();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aRandomWorkloadArrives(long seed) {
        Workload workload = workload(seed, "arrives_" + seed);
        Random random = new Random(seed);
        SinkSession session = open();
        session.claim("lane");

        List<ChangeEvent> events = workload.events();
        int done = 0;
        while (done < events.size()) {
            int next = Math.min(events.size(), done + 1 + random.nextInt(40));
            session.write("lane", events.subList(done, next));
            done = next;
            if (random.nextBoolean() || done == events.size()) {
                session.commit();
                assertSettled(workload, done);
            }
        }
    }

    private void assertSettled(Workload workload, int done) {
        if (workload.isSettledAfter(done)) {
            assertRows("after " + done + " events,", workload.schema(), workload.expectedAfter(done));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13})
    void aRandomWorkloadResumesAfterEveryCommit(long seed) {
        assumeCapable(SinkCapability.CURSOR);
        Workload workload = workload(seed, "resumes_" + seed);
        Random random = new Random(seed);

        List<ChangeEvent> events = workload.events();
        int done = 0;
        while (done < events.size()) {
            int next = Math.min(events.size(), done + 1 + random.nextInt(60));
            try (SinkSession session = open()) {
                session.claim("lane");
                String target = session.sink().target(workload.schema().table());
                assertThat(session.cursor(target, "lane"))
                        .as("the cursor after a restart, %s events committed", done)
                        .isEqualTo(done == 0 ? null : events.get(done - 1).position());
                session.write("lane", events.subList(0, next));
                session.commit();
                session.write("lane", events.subList(next, Math.min(events.size(), next + 5)));
            }
            done = next;
            assertSettled(workload, done);
        }
        assertRows(workload.schema(), workload.expected().toArray(Row[]::new));
    }

    /** Tables are behind each other in one lane, so that their cursors differ; with restarts at random. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {31, 32, 33})
    void randomTablesShareALane(long seed) {
        boolean restarts = capabilities().contains(SinkCapability.CURSOR);
        Random random = new Random(seed);
        List<Workload> workloads = List.of(
                workload(seed, "shares_" + seed),
                workload(seed + 1000, "too_" + seed),
                workload(seed + 2000, "also_" + seed));
        List<ChangeEvent> events = interleaved(workloads, random);

        SinkSession session = open();
        session.claim("lane");
        int done = 0;
        while (done < events.size()) {
            int next = Math.min(events.size(), done + 1 + random.nextInt(50));
            session.write("lane", events.subList(done, next));
            done = next;
            if (random.nextInt(3) == 0) {
                session.commit();
            } else if (restarts && random.nextInt(4) == 0) {
                session.close();
                session = open();
                session.claim("lane");
                session.write("lane", events.subList(0, done));
            }
        }
        session.commit();
        workloads.forEach(workload -> assertRows("at the end,", workload.schema(), workload.expected()));
    }

    private static List<ChangeEvent> interleaved(List<Workload> workloads, Random random) {
        EventScript script = EventScript.create();
        List<Iterator<ChangeEvent>> left = new ArrayList<>();
        workloads.forEach(workload -> left.add(workload.events().iterator()));
        while (!left.isEmpty()) {
            Iterator<ChangeEvent> one = left.get(random.nextInt(left.size()));
            if (one.hasNext()) {
                script.renumbered(one.next());
            } else {
                left.remove(one);
            }
        }
        return script.take();
    }

    @Test
    void theOrderOfOneKeyIsKept() {
        assumeCapable(SinkCapability.UPSERT);
        TableSchema schema = table("ordered");
        EventScript script = EventScript.create().insert(row(schema, 1, "first"));
        for (int i = 0; i < 300; i++) {
            script.delete(row(schema, 1, "gone"))
                    .insert(row(schema, 1, "back"))
                    .update(null, row(schema, 1, "turn " + i));
        }
        List<ChangeEvent> events = script.take();

        SinkSession session = open();
        session.claim("lane");
        session.write("lane", events.subList(0, 450)).write("lane", events.subList(450, events.size()));
        session.commit();

        assertRows(schema, row(schema, 1, "turn 299"));
    }

    @Test
    void uncommittedEventsAreInvisibleAndLost() {
        TableSchema schema = table("uncommitted");
        EventScript script = EventScript.create();
        List<ChangeEvent> committed = script.insert(row(schema, 1, "kept")).take();
        List<ChangeEvent> uncommitted = script.insert(row(schema, 2, "lost")).take();
        try (SinkSession session = open()) {
            session.claim("lane");
            session.write("lane", committed);
            session.commit();
            session.write("lane", uncommitted);
            assertRows("before the commit,", schema, List.of(row(schema, 1, "kept")));
        }
        assertRows("after closing without a commit,", schema, List.of(row(schema, 1, "kept")));

        SinkSession session = open();
        session.claim("lane");
        assertRows("after reopening,", schema, List.of(row(schema, 1, "kept")));
        if (capabilities().contains(SinkCapability.CURSOR)) {
            assertThat(session.cursor(session.sink().target(schema.table()), "lane"))
                    .isEqualTo(last(committed));
        }
        session.write("lane", uncommitted);
        session.commit();
        assertRows("written again,", schema, List.of(row(schema, 1, "kept"), row(schema, 2, "lost")));
    }

    @Test
    void lanesAndTablesKeepApart() {
        TableSchema one = table("apart_one");
        TableSchema two = table("apart_two");
        EventScript scriptA = EventScript.create();
        EventScript scriptB = EventScript.after(1000);
        try (SinkSession session = open()) {
            session.claim("a", "b");
            session.write(
                    "a",
                    scriptA.insert(row(one, 1, "a")).insert(row(two, 1, "a")).take());
            session.write("b", scriptB.insert(row(two, 2, "b")).take());
            session.write("a", scriptA.insert(row(one, 3, "a")).take());
            session.commit();
            session.write("b", scriptB.insert(row(one, 4, "b")).take());
            session.commit();
        }
        assertRows(one, row(one, 1, "a"), row(one, 3, "a"), row(one, 4, "b"));
        assertRows(two, row(two, 1, "a"), row(two, 2, "b"));
        if (!capabilities().contains(SinkCapability.CURSOR)) {
            return;
        }
        try (SinkSession session = open()) {
            List<Cursor> cursors = session.claim("a", "b");
            String target = session.sink().target(one.table());
            String other = session.sink().target(two.table());
            assertThat(cursors)
                    .contains(new Cursor(target, "a", Position.of(3)), new Cursor(target, "b", Position.of(1002)));
            if (!target.equals(other)) {
                assertThat(cursors)
                        .contains(new Cursor(other, "a", Position.of(2)), new Cursor(other, "b", Position.of(1001)))
                        .hasSize(6);
            }
            assertThat(session.claim("b"))
                    .as("only what was claimed")
                    .allMatch(cursor -> cursor.lane().equals("b"));
        }
    }

    @Test
    void aNewTableAppearsInAnOldSink() {
        TableSchema old = table("old");
        TableSchema fresh = table("appears");
        EventScript script = EventScript.create();
        SinkSession session = open();
        session.claim("lane");
        session.write("lane", script.insert(row(old, 1, "old")).take());
        session.commit();
        session.write("lane", script.insert(row(fresh, 1, "new")).take());
        session.commit();

        assertRows(old, row(old, 1, "old"));
        assertRows(fresh, row(fresh, 1, "new"));
    }

    @Test
    void claimingAnotherLaneKeepsWhatWasWritten() {
        TableSchema schema = table("late_lane");
        SinkSession session = open();
        session.claim("a");
        session.write("a", EventScript.create().insert(row(schema, 1, "a")).take());
        session.claim("b");
        session.write("b", EventScript.create().insert(row(schema, 2, "b")).take());
        session.commit();

        assertRows(schema, row(schema, 1, "a"), row(schema, 2, "b"));
    }

    @Test
    void aBigBatchArrives() {
        TableSchema schema = table("big");
        EventScript script = EventScript.create();
        List<Row> rows = new ArrayList<>();
        for (long id = 1; id <= BIG_BATCH; id++) {
            rows.add(row(schema, id, "row " + id));
            script.insert(rows.get(rows.size() - 1));
        }
        SinkSession session = open();
        session.claim("lane");
        session.write("lane", script.take());
        session.commit();

        // Compared as sets: a failing comparison of lists in any order would take minutes.
        assertThat(visible(schema)).hasSize(BIG_BATCH);
        assertThat(new HashSet<>(visible(schema))).isEqualTo(new HashSet<>(Images.of(rows, storedStates())));
    }
}
