package io.cdcsdk.runtime;

import java.time.Duration;

/** What the writers of all sinks need to know of their pipeline. */
record SinkSettings(
        String pipeline,
        CommitBounds bounds,
        Duration idleAge,
        long idleBytes,
        PositionStore store,
        PipelineListener listener) {}
