package io.cdcsdk.runtime.metrics;

import io.cdcsdk.api.Backlog;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Lanes;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A source that has nothing but a backlog. */
record BacklogSource(Supplier<@Nullable Backlog> amount) implements Source {
    @Override
    public Set<SourceCapability> capabilities() {
        return Set.of();
    }

    @Override
    public void open(Lanes lanes) {}

    @Override
    public EventBatch poll(Duration maxWait) {
        return EventBatch.endOfSource();
    }

    @Override
    public void acknowledge(Positions durable) {}

    @Override
    public @Nullable Backlog backlog() {
        return amount.get();
    }

    @Override
    public void close() {}
}
