package io.cdcsdk.runtime;

import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableId;
import java.util.List;
import java.util.Set;

/** A sink that passes every call on, for tests that change one of them. */
public class ForwardingSink implements Sink {
    private final Sink sink;

    /** Passes calls on. */
    public ForwardingSink(Sink sink) {
        this.sink = sink;
    }

    @Override
    public Set<SinkCapability> capabilities() {
        return sink.capabilities();
    }

    @Override
    public String target(TableId table) {
        return sink.target(table);
    }

    @Override
    public void open() {
        sink.open();
    }

    @Override
    public List<Cursor> claim(Set<String> lanes) {
        return sink.claim(lanes);
    }

    @Override
    public void write(EventBatch batch) {
        sink.write(batch);
    }

    @Override
    public void commit(Commit commit) {
        sink.commit(commit);
    }

    @Override
    public void close() {
        sink.close();
    }
}
