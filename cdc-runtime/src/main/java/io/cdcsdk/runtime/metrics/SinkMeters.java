package io.cdcsdk.runtime.metrics;

import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Origin;
import io.cdcsdk.runtime.PipelineListener;
import io.cdcsdk.runtime.PipelineStatus;
import io.cdcsdk.runtime.PipelineStatus.SinkStatus;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What is measured of one sink. */
final class SinkMeters {
    private static final long NOTHING_WRITTEN = Long.MIN_VALUE;

    private final String id;
    private final Clock clock;
    private final Ages ages;
    private final LatestStatus latest;
    private final EventCounters events;
    private final Counter committedEvents;
    private final Counter committedBytes;
    private final Counter retries;
    private final Counter[] breakerChanges;
    private final Counter[] failedLetters;
    private final Counter lettersBehind;
    private final Counter[] resolvedLetters;
    private final Timer batches;
    private final Timer commits;
    private final LongAdder written = new LongAdder();
    private volatile long firstWrite = NOTHING_WRITTEN;
    private volatile long writtenTime = Origin.UNKNOWN_TIME;
    private volatile long committedTime = Origin.UNKNOWN_TIME;

    SinkMeters(String id, Meters meters, Tags pipeline, Clock clock, Ages ages, LatestStatus latest) {
        this.id = id;
        this.clock = clock;
        this.ages = ages;
        this.latest = latest;
        Tags tags = pipeline.and("sink", id);
        events = new EventCounters(meters, "cdc.sink.events", tags);
        committedEvents = meters.counter("cdc.sink.committed.events", "events", tags);
        committedBytes = meters.counter("cdc.sink.committed.bytes", "bytes", tags);
        retries = meters.counter("cdc.sink.retries", null, tags);
        breakerChanges = meters.counters(
                "cdc.sink.breaker.changes", null, tags, "state", PipelineStatus.Breaker.values(), Meters::text);
        failedLetters = meters.counters(
                "cdc.dead.letters", "letters", tags, "category", ErrorCategory.values(), ErrorCategory::text);
        lettersBehind = meters.counter("cdc.dead.letters", "letters", tags.and("category", "behind"));
        resolvedLetters = meters.counters(
                "cdc.dead.letters.resolved",
                null,
                tags,
                "resolution",
                DeadLetterRecord.Resolution.values(),
                Meters::text);
        batches = meters.timer("cdc.sink.batch", tags);
        commits = meters.timer("cdc.sink.commit", tags);
        registerGauges(meters, tags);
    }

    private void registerGauges(Meters meters, Tags tags) {
        meters.gauge("cdc.sink.lag", "seconds", tags, this::lag);
        gauge(meters, "cdc.sink.up", null, tags, sink -> sink.isUp() ? 1 : 0);
        gauge(meters, "cdc.sink.queue", "bytes", tags, SinkStatus::queuedBytes);
        gauge(meters, "cdc.sink.uncommitted", "rows", tags, SinkStatus::uncommittedRows);
        gauge(meters, "cdc.sink.commit.age", "seconds", tags, sink -> Ages.of(sink.sinceLastCommit()));
        gauge(meters, "cdc.sink.parked", "keys", tags, SinkStatus::parkedKeys);
        gauge(meters, "cdc.dead.letters.unresolved", null, tags, SinkStatus::deadLetters);
        gauge(meters, "cdc.dead.letters.size", "bytes", tags, SinkStatus::deadLetterBytes);
        for (PipelineStatus.Breaker state : PipelineStatus.Breaker.values()) {
            gauge(
                    meters,
                    "cdc.sink.breaker",
                    null,
                    tags.and("state", Meters.text(state)),
                    sink -> sink.breaker() == state ? 1 : 0);
        }
    }

    private void gauge(
            Meters meters, String name, @Nullable String unit, Tags tags, ToDoubleFunction<SinkStatus> value) {
        meters.gauge(name, unit, tags, () -> {
            SinkStatus status = latest.sink(id);
            return status == null ? Double.NaN : value.applyAsDouble(status);
        });
    }

    String id() {
        return id;
    }

    void written(EventBatch batch) {
        events.add(batch);
        written.add(batch.events().size());
        if (firstWrite == NOTHING_WRITTEN) {
            firstWrite = clock.monotonicTime();
        }
        long time = EventCounters.newestTime(batch.events());
        if (time != Origin.UNKNOWN_TIME) {
            writtenTime = time;
        }
    }

    void committed(PipelineListener.Committed committed) {
        commits.record(committed.took());
        if (committed.rows() > 0) {
            committedEvents.increment(committed.rows());
            committedBytes.increment(committed.bytes());
            committedTime = writtenTime;
            if (firstWrite != NOTHING_WRITTEN) {
                batches.record(clock.monotonicTime() - firstWrite, TimeUnit.NANOSECONDS);
                firstWrite = NOTHING_WRITTEN;
            }
        }
    }

    void retried() {
        retries.increment();
    }

    void breakerChanged(PipelineStatus.Breaker now) {
        breakerChanges[now.ordinal()].increment();
    }

    void failed(ErrorCategory category) {
        failedLetters[category.ordinal()].increment();
    }

    void setAsideBehind() {
        lettersBehind.increment();
    }

    void resolved(DeadLetterRecord.Resolved resolved) {
        resolvedLetters[resolved.how().ordinal()].increment(resolved.letters().size());
    }

    long events() {
        return written.sum();
    }

    double lag() {
        return ages.ofSourceTime(committedTime);
    }
}
