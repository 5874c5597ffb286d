package io.cdcsdk.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.runtime.PipelineStatus.Breaker;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;

class StatusLogTest {
    private static final TableSchema PERSON = TableSchema.builder(TableId.of("public", "person"))
            .key("id", LogicalType.INT64)
            .build();

    private final MockClock clock = new MockClock();
    private final PipelineMetrics metrics = PipelineMetrics.builder(
                    "people", new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock))
            .build();
    private final Lines lines = new Lines();

    /** Keeps what is logged. */
    private static final class Lines extends LegacyAbstractLogger {
        private static final long serialVersionUID = 1L;
        private final transient BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String message,
                Object @Nullable [] arguments,
                @Nullable Throwable throwable) {
            lines.add(level + " " + message);
        }
    }

    private static EventBatch batch(int events, long sourceTime) {
        RowChange change = RowChange.insert(Row.of(PERSON, 1L), Origin.at(Position.of(1), sourceTime));
        return EventBatch.of(
                "lane",
                Collections.nCopies(events, change),
                Position.of(1),
                events,
                EventBatch.Boundary.TRANSACTION_END);
    }

    @Test
    void tellsWhatHappenedSinceTheLastLine() {
        clock.add(Duration.ofHours(1));
        StatusLog log = StatusLog.start(metrics, Duration.ofDays(1), lines);
        metrics.read(batch(1000, (clock.wallTime() - 5000) * 1000));
        metrics.written("files", batch(500, 0));
        clock.add(Duration.ofSeconds(10));
        log.log();
        assertThat(lines.lines.remove())
                .isEqualTo("INFO pipeline=people eventsIn=100 eventsOut=50 lagSeconds=15 status");

        metrics.observe(() -> Statuses.of(
                Duration.ZERO,
                Statuses.sink("files", Breaker.HALF_OPEN, Duration.ofSeconds(80)),
                Statuses.sink("other", Breaker.OPEN, Duration.ofSeconds(17)),
                Statuses.sink("third", Breaker.CLOSED, Duration.ofSeconds(10))));
        metrics.written("other", batch(30, 0));
        clock.add(Duration.ofSeconds(10));
        log.log();
        assertThat(lines.lines.remove())
                .isEqualTo("INFO pipeline=people phase=running eventsIn=0 eventsOut=3 lagSeconds=25 queuedBytes=6144 "
                        + "breaker=open deadLetters=33 lastCommitSeconds=80 status");

        log.close();
        assertThat(lines.lines).as("a last line").hasSize(1);
    }

    @Test
    void logsByItself() throws InterruptedException {
        try (StatusLog log = StatusLog.start(metrics, Duration.ofMillis(10), lines)) {
            assertThat(log).isNotNull();
            List<@Nullable String> two =
                    Arrays.asList(lines.lines.poll(20, TimeUnit.SECONDS), lines.lines.poll(20, TimeUnit.SECONDS));
            assertThat(two).doesNotContainNull();
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().equals("cdc-people-status"))
                    .isNotEmpty()
                    .allMatch(Thread::isDaemon);
        }
    }

    @Test
    void refusesAnIntervalOfNothing() {
        assertThatThrownBy(() -> StatusLog.start(metrics, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }
}
