package io.cdcsdk.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.Retryable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When calls are made again, by a clock that goes by only while they wait. */
class CallsTest {
    private static final RetryPolicy POLICY = RetryPolicy.standard()
            .withAttempts(Integer.MAX_VALUE)
            .withPauses(Duration.ofSeconds(1), Duration.ofSeconds(30))
            .withWithin(Duration.ofMinutes(15));

    private long now = -Duration.ofMinutes(1).toNanos();
    private long endsAt = Long.MAX_VALUE;
    private final long start = now;
    private final List<Duration> callsAt = new ArrayList<>();

    private final Waiting waiting = new Waiting() {
        @Override
        public long now() {
            return now;
        }

        @Override
        public boolean endsWithin(long nanos) {
            if (now - start + nanos >= endsAt) {
                now = start + Math.max(endsAt, now - start);
                return true;
            }
            now += nanos == 0 ? 0 : nanos + 1;
            return false;
        }
    };

    private Calls calls(RetryPolicy policy, @Nullable BreakerPolicy breaker) {
        return new Calls("people", "it", null, policy, breaker, new PipelineListener() {}, waiting);
    }

    private Duration elapsed() {
        return Duration.ofNanos(now - start);
    }

    private void fails() {
        callsAt.add(elapsed());
        throw new Retryable("not now");
    }

    @Test
    void noCallBeginsLaterThanTheTimeAfterTheFirstFailure() {
        Calls calls = calls(POLICY, null);
        now += Duration.ofHours(1).toNanos();
        callsAt.clear();
        assertThatThrownBy(() -> calls.run(this::fails))
                .isInstanceOf(Retryable.class)
                .hasMessageContaining("it failed " + callsAt.size() + " times within")
                .hasMessageContaining("not now");
        Duration first = callsAt.get(0);
        Duration last = callsAt.get(callsAt.size() - 1);
        assertThat(last.minus(first)).isBetween(Duration.ofMinutes(14), Duration.ofMinutes(15));
        assertThat(elapsed()).as("it does not wait for a call that is not made").isEqualTo(last);
    }

    @Test
    void aPauseThatIsLongerThanTheTimeIsNotWaitedFor() {
        Calls calls = calls(POLICY.withWithin(Duration.ofMillis(400)), null);
        assertThatThrownBy(() -> calls.run(this::fails)).hasMessage("not now");
        assertThat(callsAt).containsExactly(Duration.ZERO);
        assertThat(elapsed()).isLessThan(Duration.ofMillis(1));
    }

    @Test
    void aBreakersPauseCountsToo() {
        BreakerPolicy breaker = new BreakerPolicy(50, 1, 1, Duration.ofMinutes(4), 1);
        Calls calls = calls(POLICY, breaker);
        assertThatThrownBy(() -> calls.run(this::fails)).isInstanceOf(Retryable.class);
        assertThat(callsAt).hasSize(4);
        assertThat(callsAt.get(3)).isBetween(Duration.ofMinutes(12), Duration.ofMinutes(15));
        assertThat(calls.state()).isEqualTo(PipelineStatus.Breaker.OPEN);
    }

    @Test
    void aFailureOfAnEarlierCallDoesNotShortenTheTime() {
        // Opens on the success behind a failure, as half of the two have failed.
        Calls calls = calls(POLICY, new BreakerPolicy(50, 2, 2, Duration.ofSeconds(30), 1));
        boolean[] failed = {false};
        calls.run(() -> {
            if (!failed[0]) {
                failed[0] = true;
                fails();
            }
        });
        assertThat(calls.state()).isEqualTo(PipelineStatus.Breaker.OPEN);
        now += Duration.ofSeconds(10).toNanos();
        List<Duration> called = new ArrayList<>();
        calls.run(() -> called.add(elapsed()));
        assertThat(called).hasSize(1);

        Calls patient = calls(POLICY, new BreakerPolicy(50, 2, 2, Duration.ofMinutes(10), 1));
        failed[0] = false;
        patient.run(() -> {
            if (!failed[0]) {
                failed[0] = true;
                fails();
            }
        });
        assertThat(patient.state()).isEqualTo(PipelineStatus.Breaker.OPEN);
        now += Duration.ofMinutes(9).toNanos();
        patient.run(() -> called.add(elapsed()));
        assertThat(called)
                .as("nothing is given up for a failure nine minutes ago")
                .hasSize(2);
    }

    @Test
    void whoIsNotCalledAtAllMayBeCalledLater() {
        RetryPolicy impatient = POLICY.withWithin(Duration.ofSeconds(20));
        Calls calls = calls(impatient, new BreakerPolicy(50, 2, 2, Duration.ofSeconds(30), 1));
        boolean[] failed = {false};
        calls.run(() -> {
            if (!failed[0]) {
                failed[0] = true;
                fails();
            }
        });
        assertThatThrownBy(() -> calls.run(this::fails))
                .isInstanceOf(Retryable.class)
                .hasMessage("it is not called, as too many calls have failed");
    }

    @Test
    void theEndOfTheWaitingEndsAPause() {
        endsAt = Duration.ofSeconds(100).toNanos();
        Calls calls = calls(POLICY, null);
        assertThatThrownBy(() -> calls.run(this::fails))
                .isInstanceOf(Calls.Ended.class)
                .hasCauseInstanceOf(Retryable.class);
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(100));
        int made = callsAt.size();
        assertThatThrownBy(() -> calls.run(this::fails)).isInstanceOf(Calls.Ended.class);
        assertThat(callsAt).as("it is made once more, and not again").hasSize(made + 1);
        assertThat(calls.get(() -> "done")).isEqualTo("done");
    }

    @Test
    void otherFailuresAreThrownAtOnce() {
        Calls calls = calls(POLICY, BreakerPolicy.standard());
        assertThatThrownBy(() -> calls.run(() -> {
                    throw new IllegalStateException("broken");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
        assertThat(calls.problem()).isNull();
    }
}
