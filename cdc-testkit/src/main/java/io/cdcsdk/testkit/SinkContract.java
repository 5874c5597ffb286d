package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every sink must do, as tests. A sink is proven by a class that extends this one:
 *
 * <pre>{@code
 * class RedisSinkTest extends SinkContract {
 *     private final EmbeddedRedis redis = EmbeddedRedis.start();
 *
 *     @Override
 *     protected Sink newSink() {
 *         return RedisSink.builder().address(redis.address()).build();
 *     }
 *
 *     @Override
 *     protected List<Row> rows(TableSchema schema) {
 *         return redis.readAll(schema);
 *     }
 * }
 * }</pre>
 *
 * <p>JUnit makes an instance for each test method, so that a field of the class is the target that all sinks of one method
 * share. What a sink does not declare among its capabilities must fail; what it declares must hold.
 */
public abstract class SinkContract extends SinkCapabilityChecks {
    private final List<SinkSession> crashed = new ArrayList<>();

    @Test
    void afterACrashDataAndCursorAreInStep() {
        assumeCapable(SinkCapability.CURSOR);
        assumeFalse(crashPoints().isEmpty(), "the fixture names no crash points");
        for (int i = 0; i < crashPoints().size(); i++) {
            crash(crashPoints().get(i), "crash_" + i, 0);
            crash(crashPoints().get(i), "crash_again_" + i, 1);
        }
        assertNothingLeftBehind();
    }

    /** Crashes in the commit of every part of a workload, some times over, and goes on with a new sink each time. */
    private void crash(String crashPoint, String name, int crashesBefore) {
        Workload workload = WorkloadGenerator.builder(name.hashCode())
                .table(TableId.of("shop", name))
                .fitting(capabilities())
                .without(WorkloadGenerator.Feature.SNAPSHOTS)
                .length(60)
                .generate();
        List<ChangeEvent> events = workload.events();
        int part = 20;
        for (int from = 0; from < events.size(); from += part) {
            int to = Math.min(from + part, events.size());
            for (int crashes = 0; crashes <= crashesBefore; crashes++) {
                die(crashPoint, name, workload, from, to);
                try (SinkSession next = open()) {
                    assertInStep(crashPoint, next, name, workload, from, to);
                }
            }
            try (SinkSession next = open()) {
                int committed = assertInStep(crashPoint, next, name, workload, from, to);
                if (committed < to) {
                    next.write(name, events.subList(0, to));
                    next.commit();
                }
            }
            assertRows(
                    "after the crash '" + crashPoint + "' and a new try,",
                    workload.schema(),
                    workload.expectedAfter(to));
            closeCrashed();
            assertRows("after closing what had crashed,", workload.schema(), workload.expectedAfter(to));
        }
    }

    private void closeCrashed() {
        for (SinkSession session : crashed) {
            // A dead process closes nothing: it may die again here, as long as it changes nothing.
            Throwable unused = catchThrowable(session::close);
        }
        crashed.clear();
    }

    private void die(String crashPoint, String lane, Workload workload, int from, int to) {
        SinkSession dying = new SinkSession(newSinkFailingAt(crashPoint));
        crashed.add(dying);
        dying.sink().open();
        dying.claim(lane);
        dying.write(lane, workload.events().subList(0, to));
        if (dying.pending().moves().isEmpty()) {
            return;
        }
        Throwable thrown = catchThrowable(dying::commit);
        assertThat(thrown)
                .as("what the sink threw at crash point '%s'", crashPoint)
                .isNotNull();
        assertThat(new HashSet<>(visible(workload.schema())))
                .as("what a reader sees after the crash '%s', before anybody opens a new sink", crashPoint)
                .isIn(images(workload.expectedAfter(from)), images(workload.expectedAfter(to)));
        if (thrown instanceof Retryable) {
            assertThatCode(dying::commit)
                    .as("the same commit again, after a Retryable at '%s'", crashPoint)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void afterACrashTheWatermarkIsAheadOfNoTable() {
        assumeCapable(SinkCapability.CURSOR);
        assumeFalse(crashPoints().isEmpty(), "the fixture names no crash points");
        for (String crashPoint : crashPoints()) {
            String lane = "lane of " + crashPoints().indexOf(crashPoint);
            TableSchema first = table("first_" + crashPoints().indexOf(crashPoint));
            TableSchema second = table("second_" + crashPoints().indexOf(crashPoint));
            List<ChangeEvent> events = EventScript.create()
                    .insert(row(first, 1, "first"))
                    .insert(row(second, 2, "second"))
                    .take();
            SinkSession dying = new SinkSession(newSinkFailingAt(crashPoint));
            crashed.add(dying);
            dying.sink().open();
            dying.claim(lane);
            dying.write(lane, events);
            Throwable thrown = catchThrowable(dying::commit);
            assertThat(thrown)
                    .as("what the sink threw at crash point '%s'", crashPoint)
                    .isNotNull();
            try (SinkSession next = open()) {
                next.claim(lane);
                if (next.cursor(Cursor.WHOLE_LANE, lane) != null) {
                    assertThat(List.of(first, second))
                            .as("tables, after the crash '%s', in a lane with a watermark", crashPoint)
                            .allMatch(schema -> next.cursor(next.sink().target(schema.table()), lane) != null);
                }
                next.write(lane, events);
                next.commit();
            }
            assertRows("after the crash '" + crashPoint + "' and a new try,", first, List.of(row(first, 1, "first")));
            assertRows(
                    "after the crash '" + crashPoint + "' and a new try,", second, List.of(row(second, 2, "second")));
            closeCrashed();
        }
        assertNothingLeftBehind();
    }

    private static void assertWatermarkBehind(
            String crashPoint, SinkSession next, String lane, @Nullable Position cursor) {
        Position watermark = next.cursor(Cursor.WHOLE_LANE, lane);
        assertThat(watermark == null || !watermark.isAfter(cursor))
                .as(
                        "after the crash '%s' the watermark %s is not ahead of the table's cursor %s",
                        crashPoint, watermark, cursor)
                .isTrue();
    }

    private Set<Map<String, Object>> images(List<Row> rows) {
        return new HashSet<>(Images.of(rows, storedStates()));
    }

    private int assertInStep(String crashPoint, SinkSession next, String lane, Workload workload, int from, int to) {
        next.claim(lane);
        Position cursor = next.cursor(next.sink().target(workload.schema().table()), lane);
        int committed = cursor == null ? 0 : (int) cursor.offset();
        assertThat(committed)
                .as("events that the cursor covers after the crash '%s': all of the commit or none", crashPoint)
                .isIn(from, to);
        assertRows(
                "after the crash '" + crashPoint + "', with the cursor at " + committed + ",",
                workload.schema(),
                workload.expectedAfter(committed));
        assertWatermarkBehind(crashPoint, next, lane, cursor);
        return committed;
    }

    @Test
    void nothingIsLeftBehindAfterClosing() {
        TableSchema schema = table("closed");
        List<ChangeEvent> events =
                EventScript.create().insert(row(schema, 1, "one")).take();
        List<ChangeEvent> more =
                EventScript.after(1).insert(row(schema, 2, "two")).take();
        // The first sink may start what belongs to the whole process, such as a client library's timer.
        deliver("lane", events);
        Leaks leaks = new Leaks();

        SinkSession committed = open();
        committed.claim("lane");
        committed.write("lane", more);
        committed.commit();
        committed.close();
        SinkSession uncommitted = open();
        uncommitted.claim("lane");
        uncommitted.write(
                "lane", EventScript.after(2).insert(row(schema, 3, "three")).take());
        uncommitted.close();
        open().close();

        leaks.assertNoThread(patience());
        assertNothingLeftBehind();
        assertRows(schema, row(schema, 1, "one"), row(schema, 2, "two"));
    }

    @Test
    void aLoserLeavesNothingBehind() {
        assumeCapable(SinkCapability.CURSOR);
        TableSchema schema = table("loser");
        List<ChangeEvent> events =
                EventScript.create().insert(row(schema, 1, "one")).take();
        SinkSession loser = open();
        loser.claim("lane");
        loser.write("lane", events);
        try (SinkSession winner = open()) {
            winner.claim("lane");
            winner.write("lane", events);
            winner.commit();
        }
        assertThat(catchThrowable(loser::commit)).isInstanceOf(LaneLost.class);
        loser.close();

        assertNothingLeftBehind();
        assertRows(schema, row(schema, 1, "one"));
    }

    private void assertNothingLeftBehind() {
        Optional<Path> directory = directory();
        if (directory.isEmpty()) {
            return;
        }
        Leaks.assertNoOpenFile(directory.get(), patience());
        try (Stream<Path> files = Files.walk(directory.get())) {
            assertThat(files.filter(Files::isRegularFile).filter(file -> !belongsToTarget(file)))
                    .as("files left behind")
                    .isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void closingTwiceOrUnopenedIsHarmless() {
        TableSchema schema = table("harmless");
        deliver("lane", EventScript.create().insert(row(schema, 1, "one")).take());
        Sink unopened = newSink();
        unopened.close();
        Sink sink = newSink();
        sink.open();
        sink.close();
        assertThatCode(sink::close).doesNotThrowAnyException();
        assertRows(schema, row(schema, 1, "one"));
    }
}
