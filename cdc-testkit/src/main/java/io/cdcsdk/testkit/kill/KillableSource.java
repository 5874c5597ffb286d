package io.cdcsdk.testkit.kill;

import io.cdcsdk.api.Backlog;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Lanes;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Undecodable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A source in a child process whose parent disturbs it: passes the {@link CrashPoints} around each acknowledgement. Forwards
 * everything to another source.
 */
public final class KillableSource implements Source {
    private final Source source;

    private KillableSource(Source source) {
        this.source = Objects.requireNonNull(source, "source");
    }

    /** Wraps a source. */
    public static KillableSource of(Source source) {
        return new KillableSource(source);
    }

    @Override
    public Set<SourceCapability> capabilities() {
        return source.capabilities();
    }

    @Override
    public List<TableSchema> knownSchemas() {
        return source.knownSchemas();
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
        CrashPoints.pass(CrashPoints.BEFORE_ACKNOWLEDGE);
        source.acknowledge(durable);
        CrashPoints.pass(CrashPoints.AFTER_ACKNOWLEDGE);
    }

    @Override
    public @Nullable Backlog backlog() {
        return source.backlog();
    }

    @Override
    public void close() {
        source.close();
    }
}
