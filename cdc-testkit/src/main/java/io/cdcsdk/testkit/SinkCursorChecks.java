package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Cursors: where they stand, and that they move together with the data. */
abstract class SinkCursorChecks extends SinkDeliveryChecks {
    @Test
    void aLaneHasNoCursorBeforeItsFirstCommit() {
        TableSchema schema = table("fresh");
        try (SinkSession session = open()) {
            assertThat(session.claim("lane")).isEmpty();
            session.write(
                    "lane", EventScript.create().insert(row(schema, 1, "one")).take());
        }
        assertThat(cursorOfNewSink(schema, "lane")).isNull();
    }

    @Test
    void dataAndCursorMoveTogether() {
        assumeCapable(SinkCapability.CURSOR);
        TableSchema schema = table("together");
        EventScript script = EventScript.create();
        List<Row> expected = new ArrayList<>();
        for (long id = 1; id <= 5; id++) {
            expected.add(row(schema, id, "row"));
            List<ChangeEvent> events =
                    script.insert(expected.get(expected.size() - 1)).take();
            try (SinkSession session = open()) {
                session.claim("lane");
                session.write("lane", events);
                session.commit();
            }
            assertRows("after commit " + id, schema, expected);
            assertThat(cursorOfNewSink(schema, "lane")).isEqualTo(last(events));
        }
    }

    @Test
    void aCommitWithoutEventsMovesTheCursor() {
        assumeCapable(SinkCapability.CURSOR);
        TableSchema schema = table("idle");
        List<ChangeEvent> events =
                EventScript.create().insert(row(schema, 1, "one")).take();
        try (SinkSession session = open()) {
            session.claim("lane", "other");
            String target = session.sink().target(schema.table());
            session.write("lane", events);
            session.commit();
            session.commit(move(target, "lane", last(events), Position.of(50)));
            session.commit(move(target, "other", null, Position.of(7)));
        }
        assertRows(schema, row(schema, 1, "one"));
        assertThat(cursorOfNewSink(schema, "lane")).isEqualTo(Position.of(50));
        assertThat(cursorOfNewSink(schema, "other")).isEqualTo(Position.of(7));
        assertRows(schema, row(schema, 1, "one"));
    }

    @Test
    void aTargetMayHaveACursorBeforeItHasData() {
        assumeCapable(SinkCapability.CURSOR);
        TableSchema schema = table("later");
        try (SinkSession session = open()) {
            session.claim("lane");
            session.commit(move(session.sink().target(schema.table()), "lane", null, Position.of(3)));
        }
        SinkSession session = open();
        session.claim("lane");
        session.write("lane", EventScript.after(3).insert(row(schema, 1, "one")).take());
        session.commit();

        assertRows(schema, row(schema, 1, "one"));
        assertThat(cursorOfNewSink(schema, "lane")).isEqualTo(Position.of(4));
    }

    /** So a pipeline finds out whether a commit has happened whose answer was lost. */
    @Test
    void aClosedSinkIsOpenedAgainWithoutWhatWasNotCommitted() {
        assumeCapable(SinkCapability.CURSOR);
        TableSchema schema = table("reopened");
        EventScript script = EventScript.create();
        List<ChangeEvent> first = script.insert(row(schema, 1, "one")).take();
        List<ChangeEvent> second = script.insert(row(schema, 2, "two")).take();
        SinkSession session = open();
        session.claim("lane");
        session.write("lane", first);
        session.commit();
        session.write("lane", script.insert(row(schema, 3, "never committed")).take());
        SinkSession again = reopen(session);
        again.claim("lane");
        assertThat(again.cursor(again.sink().target(schema.table()), "lane")).isEqualTo(last(first));
        again.write("lane", second);
        again.commit();

        assertRows(schema, row(schema, 1, "one"), row(schema, 2, "two"));
        assertThat(cursorOfNewSink(schema, "lane")).isEqualTo(last(second));
    }

    private static SinkSession reopen(SinkSession session) {
        session.sink().close();
        session.sink().open();
        return new SinkSession(session.sink());
    }

    @Test
    void positionsWithEpochsAndPathsComeBackAsTheyWere() {
        assumeCapable(SinkCapability.CURSOR);
        TableSchema schema = table("paths");
        Position first = Position.of(3, "folder/2026 \"x\", ü:y=z/file.csv", Long.MAX_VALUE);
        Position second = Position.of(4, "folder/other", 0);
        String lane = "lane: with \"everything\", ü/=&";
        try (SinkSession session = open()) {
            session.claim(lane);
            String target = session.sink().target(schema.table());
            session.commit(move(target, lane, null, first));
            session.commit(move(target, lane, first, second));
        }
        assertThat(cursorOfNewSink(schema, lane)).isEqualTo(second);
    }

    @Test
    void aCommitFromAnotherCursorChangesNothing() {
        assumeCapable(SinkCapability.CURSOR);
        TableSchema schema = table("wrong_from");
        EventScript script = EventScript.create();
        List<ChangeEvent> first = script.insert(row(schema, 1, "one")).take();
        List<ChangeEvent> second = script.insert(row(schema, 2, "two")).take();
        try (SinkSession session = open()) {
            session.claim("lane");
            session.write("lane", first);
            session.commit();
        }
        for (Position wrong : new Position[] {null, Position.of(0), Position.of(99)}) {
            try (SinkSession session = open()) {
                session.claim("lane");
                String target = session.sink().target(schema.table());
                session.write("lane", second);
                assertThatThrownBy(() -> session.commit(move(target, "lane", wrong, last(second))))
                        .as("a commit from %s, while the cursor stands at %s", wrong, last(first))
                        .isInstanceOf(Fatal.class);
            }
            assertRows(schema, row(schema, 1, "one"));
            assertThat(cursorOfNewSink(schema, "lane")).isEqualTo(last(first));
        }
    }

    private static Commit move(String target, String lane, @Nullable Position from, Position to) {
        return new Commit(List.of(new Commit.Move(target, lane, from, to)), EventBatch.Boundary.TRANSACTION_END);
    }
}
