package io.cdcsdk.runtime.metrics;

import io.cdcsdk.runtime.PipelineStatus;
import io.cdcsdk.runtime.PipelineStatus.Breaker;
import io.cdcsdk.runtime.PipelineStatus.Phase;
import io.cdcsdk.runtime.PipelineStatus.SinkStatus;
import io.cdcsdk.runtime.PipelineStatus.SourceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Statuses to measure. */
final class Statuses {
    private Statuses() {}

    /** A wall clock that means nothing: what is measured does not depend on it. */
    private static final Instant STEPPED = Instant.parse("2099-01-01T00:00:00Z");

    static PipelineStatus of(Duration age, SinkStatus... sinks) {
        return new PipelineStatus(
                "people", Phase.RUNNING, null, new SourceStatus(null, STEPPED, age, Map.of()), List.of(sinks));
    }

    static SinkStatus sink(String id, Breaker breaker, Duration age) {
        return new SinkStatus(id, true, null, breaker, 2048, 7, STEPPED, age, 3, 11, 4096);
    }
}
