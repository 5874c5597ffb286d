package io.cdcsdk.runtime.metrics;

import io.cdcsdk.api.Backlog;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Origin;
import io.cdcsdk.runtime.PipelineStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is measured of the source. */
final class SourceMeters {
    private final EventCounters events;
    private final Counter bytes;
    private final Counter retries;
    private final LongAdder read = new LongAdder();
    private final Ages ages;
    private volatile long newestTime = Origin.UNKNOWN_TIME;

    SourceMeters(Meters meters, Tags tags, Ages ages, LatestStatus latest, Supplier<@Nullable Backlog> backlog) {
        this.ages = ages;
        events = new EventCounters(meters, "cdc.source.events", tags);
        bytes = meters.counter("cdc.source.bytes", "bytes", tags);
        retries = meters.counter("cdc.source.retries", null, tags);
        meters.gauge("cdc.source.lag", "seconds", tags, this::lag);
        for (Backlog.Unit unit : Backlog.Unit.values()) {
            meters.gauge("cdc.source.backlog." + unit.text(), unit.text(), tags, () -> amount(backlog.get(), unit));
        }
        meters.gauge("cdc.source.up", null, tags, () -> {
            PipelineStatus status = latest.get();
            return status == null ? Double.NaN : status.source().isUp() ? 1 : 0;
        });
        meters.gauge("cdc.source.halted", "lanes", tags, () -> {
            PipelineStatus status = latest.get();
            return status == null ? Double.NaN : status.source().halted().size();
        });
        meters.gauge("cdc.source.poll.age", "seconds", tags, () -> {
            PipelineStatus status = latest.get();
            return Ages.of(status == null ? null : status.source().sinceLastPoll());
        });
    }

    private static double amount(@Nullable Backlog backlog, Backlog.Unit unit) {
        return backlog == null || backlog.unit() != unit ? Double.NaN : backlog.amount();
    }

    void read(EventBatch batch) {
        events.add(batch);
        bytes.increment(batch.bytes());
        read.add(batch.events().size());
        long time = EventCounters.newestTime(batch.events());
        if (time != Origin.UNKNOWN_TIME) {
            newestTime = time;
        }
    }

    void retried() {
        retries.increment();
    }

    long events() {
        return read.sum();
    }

    double lag() {
        return ages.ofSourceTime(newestTime);
    }
}
