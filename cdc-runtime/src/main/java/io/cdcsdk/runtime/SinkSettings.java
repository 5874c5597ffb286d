package io.cdcsdk.runtime;

import io.cdcsdk.api.DeadLetterStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the writers of all sinks need to know of their pipeline. */
record SinkSettings(
        String pipeline,
        CommitBounds bounds,
        Duration idleAge,
        long idleBytes,
        PositionStore store,
        PipelineListener listener,
        @Nullable DeadLetterStore deadLetters,
        long deadLetterBytes,
        TransformChain transforms) {}
