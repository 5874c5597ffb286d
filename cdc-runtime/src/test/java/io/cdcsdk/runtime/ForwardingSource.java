package io.cdcsdk.runtime;

import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Lanes;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.Undecodable;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A source that passes every call on, for tests that change one of them. */
public class ForwardingSource implements Source {
    private final Source source;

    /** Passes calls on. */
    public ForwardingSource(Source source) {
        this.source = source;
    }

    @Override
    public Set<SourceCapability> capabilities() {
        return source.capabilities();
    }

    @Override
    public void open(Lanes lanes) {
        source.open(lanes);
    }

    @Override
    public EventBatch poll(Duration maxWait) throws InterruptedException {
        return source.poll(maxWait);
    }

    @Override
    public @Nullable Undecodable skip() {
        return source.skip();
    }

    @Override
    public String halt() {
        return source.halt();
    }

    @Override
    public void acknowledge(Positions durable) {
        source.acknowledge(durable);
    }

    @Override
    public void close() {
        source.close();
    }
}
