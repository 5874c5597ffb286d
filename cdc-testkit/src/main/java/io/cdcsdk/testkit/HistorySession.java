package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.TableId;
import io.cdcsdk.scd.ChangeSet;
import io.cdcsdk.scd.HistoryCommit;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.Merge;
import io.cdcsdk.scd.Scd2Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Drives one session with a store: claims, merges with the engine, commits. Not safe for use by several threads. */
final class HistorySession implements AutoCloseable {
    private final HistoryStore store;
    private boolean closed;

    HistorySession(HistoryStore store) {
        this.store = store;
    }

    HistoryStore store() {
        return store;
    }

    /** Claims lanes, and returns the cursors. */
    List<Cursor> claim(String... lanes) {
        return store.claim(Set.of(lanes));
    }

    /** The cursor of a table in a lane, claimed anew. */
    @Nullable
    Position claimedCursor(TableId table, String lane) {
        return claim(lane).stream()
                .filter(cursor -> cursor.target().equals(table.toString()))
                .map(Cursor::position)
                .findFirst()
                .orElse(null);
    }

    /** Merges events as they arrive, and changes nothing. */
    ChangeSet merge(Scd2Engine engine, TableId table, List<HistoryDelivery> deliveries) {
        Merge merge = engine.merge(table, store.tableState(table));
        int from = 0;
        for (int to = 1; to <= deliveries.size(); to++) {
            String lane = deliveries.get(from).lane();
            if (to == deliveries.size() || !deliveries.get(to).lane().equals(lane)) {
                List<ChangeEvent> events = new ArrayList<>();
                deliveries.subList(from, to).forEach(delivery -> events.add(delivery.event()));
                merge.add(lane, events);
                from = to;
            }
        }
        return merge.finish(store.keys(table));
    }

    ChangeSet merge(Scd2Engine engine, TableId table, String lane, List<? extends ChangeEvent> events) {
        return merge(
                engine,
                table,
                events.stream().map(event -> new HistoryDelivery(lane, event)).toList());
    }

    /** Commits changes, and moves the table's cursor in one lane; false if another session was faster. */
    boolean commit(ChangeSet changes, String lane, @Nullable Position from, Position to) {
        return store.commit(commitOf(changes, lane, from, to));
    }

    static HistoryCommit commitOf(ChangeSet changes, String lane, @Nullable Position from, Position to) {
        Commit.Move move = new Commit.Move(changes.table().toString(), lane, from, to);
        return new HistoryCommit(List.of(changes), List.of(move), Set.of(lane));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            store.close();
        }
    }
}
