package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.OutcomeUnknown;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private final InMemoryTarget target = new InMemoryTarget();
    private final Faults faults = new Faults();
    private final SinkSession session =
            new SinkSession(InMemorySink.builder(target).faults(faults).build());
    private final TableSchema one = schema("one");
    private final TableSchema two = schema("two");

    private static TableSchema schema(String name) {
        return TableSchema.builder(TableId.of(name))
                .key("id", LogicalType.INT64)
                .build();
    }

    private void writeBothTables() {
        session.claim("lane");
        session.write(
                "lane",
                EventScript.create()
                        .insert(Row.of(one, 1L))
                        .insert(Row.of(two, 2L))
                        .take());
    }

    @Test
    void insideACommitHalfOfTheTargetsAreDone() {
        writeBothTables();
        faults.fail(Faults.Point.INSIDE_COMMIT, 1, () -> new Retryable("cut"));

        assertThatThrownBy(session::commit).isInstanceOf(Retryable.class);
        assertThat(target.cursors()).containsExactly(new Cursor("one", "lane", Position.of(1)));
        assertThat(target.rows(one)).containsExactly(Row.of(one, 1L));
        assertThat(target.rows(two)).isEmpty();

        session.commit();
        assertThat(target.cursors())
                .containsExactly(
                        new Cursor(Cursor.WHOLE_LANE, "lane", Position.of(2)),
                        new Cursor("one", "lane", Position.of(1)),
                        new Cursor("two", "lane", Position.of(2)));
        assertThat(target.rows(one)).containsExactly(Row.of(one, 1L));
        assertThat(target.rows(two)).containsExactly(Row.of(two, 2L));
    }

    @Test
    void afterACommitEverythingIsDoneAlthoughItThrows() {
        writeBothTables();
        faults.fail(Faults.Point.AFTER_COMMIT, 1, () -> new OutcomeUnknown("cut", new IOException("no answer")));

        assertThatThrownBy(session::commit).isInstanceOf(OutcomeUnknown.class);
        assertThat(target.cursors()).hasSize(3);
        assertThat(target.rows(two)).containsExactly(Row.of(two, 2L));
    }

    @Test
    void theSecondWriteFailsAndTheThirdDoesNot() {
        faults.fail(Faults.Point.WRITE, 2, () -> new Retryable("busy"));
        session.claim("lane");
        EventScript script = EventScript.create();
        session.write("lane", script.insert(Row.of(one, 1L)).take());
        List<ChangeEvent> second = script.insert(Row.of(one, 2L)).take();

        assertThatThrownBy(() -> session.write("lane", second)).isInstanceOf(Retryable.class);
        session.write("lane", second).commit();
        assertThat(target.rows(one)).containsExactly(Row.of(one, 1L), Row.of(one, 2L));
        assertThat(faults.arrivals(Faults.Point.WRITE)).isEqualTo(3);
    }

    @Test
    void aHangHoldsOnUntilItIsReleased() throws Exception {
        writeBothTables();
        Faults.Hang hang = faults.hang(Faults.Point.BEFORE_COMMIT, 1);
        CompletableFuture<Void> commit = CompletableFuture.runAsync(session::commit);

        assertThat(hang.awaitReached()).isTrue();
        assertThat(commit).isNotDone();
        assertThat(target.cursors()).isEmpty();
        hang.release();
        commit.get(10, TimeUnit.SECONDS);
        assertThat(target.cursors()).hasSize(3);
    }

    @Test
    void arrivalsAreCountedFromThePlanOn() {
        faults.reach(Faults.Point.POLL);
        faults.fail(Faults.Point.POLL, 2, () -> new Fatal("planned"));
        assertThatCode(() -> faults.reach(Faults.Point.POLL)).doesNotThrowAnyException();
        assertThatThrownBy(() -> faults.reach(Faults.Point.POLL)).hasMessage("planned");
        assertThatThrownBy(() -> faults.hang(Faults.Point.POLL, 0)).hasMessageContaining("counted from 1");
    }

    @Test
    void aPollThatFailsConsumesNothing() throws Exception {
        ScriptedSource source = ScriptedSource.over(new ScriptedOrigin()
                        .append(
                                "lane",
                                EventScript.create().insert(Row.of(one, 1L)).take()))
                .faults(faults)
                .build();
        faults.fail(Faults.Point.POLL, 1, () -> new Retryable("busy"));
        source.open(lanes -> Positions.none());

        assertThatThrownBy(() -> source.poll(Duration.ZERO)).isInstanceOf(Retryable.class);
        EventBatch batch = source.poll(Duration.ZERO);
        assertThat(batch.events()).hasSize(1);
        source.acknowledge(Positions.of("lane", batch.resumeAfter()));
        assertThat(source.poll(Duration.ZERO).isEndOfSource()).isTrue();
        source.close();
        assertThat(source.acknowledged()).isEqualTo(Positions.of("lane", Position.of(1)));
        assertThat(source.closes()).isEqualTo(1);
    }
}
