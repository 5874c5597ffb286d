package io.cdcsdk.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SinkQueueTest {
    private static final long SOON = TimeUnit.MILLISECONDS.toNanos(5);

    private final SinkQueue queue = new SinkQueue(100);

    private static EventBatch batch(long offset, long bytes) {
        return EventBatch.of("lane", List.of(), Position.of(offset), bytes, EventBatch.Boundary.TRANSACTION_END);
    }

    @Test
    void isBoundedInBytes() throws InterruptedException {
        assertThat(queue.offer(batch(1, 60), java.util.Map.of(), SOON)).isTrue();
        assertThat(queue.offer(batch(2, 60), java.util.Map.of(), SOON)).isFalse();
        assertThat(queue.offer(batch(3, 40), java.util.Map.of(), SOON)).isTrue();
        assertThat(queue.poll(SOON)).isInstanceOf(SinkQueue.Item.Events.class);
        assertThat(queue.offer(batch(2, 60), java.util.Map.of(), SOON)).isTrue();
    }

    @Test
    void letsABatchThatIsLargerThanTheBoundPassAlone() throws InterruptedException {
        assertThat(queue.offer(batch(1, 1000), java.util.Map.of(), SOON)).isTrue();
        assertThat(queue.offer(batch(2, 1), java.util.Map.of(), SOON)).isFalse();
        assertThat(queue.poll(SOON)).isNotNull();
        assertThat(queue.offer(batch(2, 1), java.util.Map.of(), SOON)).isTrue();
    }

    @Test
    void answersNullWhenNothingComes() throws InterruptedException {
        assertThat(queue.poll(SOON)).isNull();
    }

    @Test
    void failsWaitingClaimsWhenItCloses() throws InterruptedException {
        CompletableFuture<List<Cursor>> answer = new CompletableFuture<>();
        assertThat(queue.add(new SinkQueue.Item.Claim(Set.of("lane"), answer))).isTrue();
        queue.close(new Fatal("gone"));
        assertThatThrownBy(answer::join).hasRootCauseMessage("gone");
        assertThat(queue.offer(batch(1, 1), java.util.Map.of(), SOON)).isFalse();
        assertThat(queue.add(new SinkQueue.Item.Finish(SinkQueue.Item.Finish.Reason.STOP)))
                .isFalse();
    }
}
