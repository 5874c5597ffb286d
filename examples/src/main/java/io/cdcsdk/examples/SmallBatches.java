package io.cdcsdk.examples;

import io.cdcsdk.api.Backlog;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Lanes;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.SourceCapability;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Undecodable;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hands the batches of another source out in parts of a few events, so that commits may be smaller than its batches. For sources
 * that know no transactions.
 */
final class SmallBatches implements Source {
    private final Source source;
    private final int most;
    private @Nullable EventBatch whole;
    private int handedOut;

    /**
     * Parts of a source's batches.
     *
     * @param most the most events in a part, 1 or more
     */
    SmallBatches(Source source, int most) {
        this.source = source;
        this.most = most;
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
        EventBatch batch = whole == null ? source.poll(maxWait) : whole;
        int size = batch.events().size();
        if (size - handedOut <= most) {
            EventBatch rest = handedOut == 0 ? batch : part(batch, size, batch.resumeAfter());
            whole = null;
            handedOut = 0;
            return rest;
        }
        int end = handedOut + most;
        EventBatch part = part(batch, end, batch.events().get(end - 1).position());
        whole = batch;
        handedOut = end;
        return part;
    }

    private EventBatch part(EventBatch batch, int end, Position resumeAfter) {
        List<ChangeEvent> events = batch.events().subList(handedOut, end);
        long bytes = batch.bytes() * events.size() / batch.events().size();
        return EventBatch.of(batch.lane(), events, resumeAfter, bytes, batch.boundary());
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
    public @Nullable Backlog backlog() {
        return source.backlog();
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
