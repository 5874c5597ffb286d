package io.cdcsdk.runtime.metrics;

import io.cdcsdk.runtime.PipelineStatus;
import io.cdcsdk.runtime.PipelineStatus.Breaker;
import io.cdcsdk.runtime.PipelineStatus.Phase;
import io.cdcsdk.runtime.PipelineStatus.SinkStatus;
import io.cdcsdk.runtime.PipelineStatus.SourceStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Statuses to measure. */
final class Statuses {
    private Statuses() {}

    static PipelineStatus of(Instant time, SinkStatus... sinks) {
        return new PipelineStatus(
                "people", Phase.RUNNING, null, new SourceStatus(null, time, Map.of()), List.of(sinks));
    }

    static SinkStatus sink(String id, Breaker breaker, Instant lastCommit) {
        return new SinkStatus(id, true, null, breaker, 2048, 7, lastCommit, 3, 11, 4096);
    }
}
