package io.cdcsdk.runtime;

import io.cdcsdk.api.Cursor;
import java.util.List;

/**
 * Keeps the cursors of sinks whose target cannot hold them. It is written after the sink's commit, so that a crash between the
 * two repeats events: delivery is at least once. Calls for one sink come from one thread, those for several sinks from several.
 */
public interface PositionStore {
    /**
     * The cursors that were saved last; empty if none ever were.
     *
     * @throws io.cdcsdk.api.Fatal if they cannot be read, or were written by a newer version
     */
    List<Cursor> load(String pipeline, String sink);

    /**
     * Replaces the cursors of a sink, in one step. After a return they are durable, as far as this store is; after a throw the
     * old ones hold.
     *
     * @throws io.cdcsdk.api.Fatal if they cannot be written
     */
    void save(String pipeline, String sink, List<Cursor> cursors);
}
