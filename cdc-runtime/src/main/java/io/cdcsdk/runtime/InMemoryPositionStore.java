package io.cdcsdk.runtime;

import io.cdcsdk.api.Cursor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps cursors as long as the object lives: for tests, and for targets that live no longer than the process. */
public final class InMemoryPositionStore implements PositionStore {
    private record Key(String pipeline, String sink) {}

    private final Map<Key, List<Cursor>> cursors = new ConcurrentHashMap<>();

    /** An empty store. */
    public InMemoryPositionStore() {}

    @Override
    public List<Cursor> load(String pipeline, String sink) {
        return cursors.getOrDefault(new Key(pipeline, sink), List.of());
    }

    @Override
    public void save(String pipeline, String sink, List<Cursor> cursors) {
        this.cursors.put(new Key(pipeline, sink), List.copyOf(cursors));
    }
}
