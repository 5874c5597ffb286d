package io.cdcsdk.runtime.metrics;

import io.cdcsdk.runtime.PipelineStatus;
import io.micrometer.core.instrument.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A pipeline's status, asked for once for all gauges that are read together. Safe for any thread. */
final class LatestStatus {
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Clock clock;
    private @Nullable Supplier<PipelineStatus> supplier;
    private @Nullable PipelineStatus latest;
    private long askedAt;

    LatestStatus(Clock clock) {
        this.clock = clock;
    }

    synchronized void observe(Supplier<PipelineStatus> value) {
        supplier = value;
        latest = null;
    }

    /** The status, or null before there is a pipeline to ask. */
    @Nullable
    synchronized PipelineStatus get() {
        if (supplier == null) {
            return null;
        }
        long now = clock.monotonicTime();
        if (latest == null || now - askedAt > FRESH_NANOS) {
            latest = supplier.get();
            askedAt = now;
        }
        return latest;
    }

    PipelineStatus.@Nullable SinkStatus sink(String id) {
        PipelineStatus status = get();
        if (status != null) {
            for (PipelineStatus.SinkStatus sink : status.sinks()) {
                if (sink.id().equals(id)) {
                    return sink;
                }
            }
        }
        return null;
    }
}
