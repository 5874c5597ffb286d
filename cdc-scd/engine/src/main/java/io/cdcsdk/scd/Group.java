package io.cdcsdk.scd;

import io.cdcsdk.api.TableSchema;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One key that a merge touches: its events in order of arrival, its state before and after. */
final class Group {
    final RowKey key;

    @Nullable
    Entry first;

    @Nullable
    Entry newest;

    @Nullable
    KeyState before;
    /** The fold that holds the key's events already, where they had to be accepted in order of arrival. */
    @Nullable
    KeyFold fold;

    @Nullable
    KeyState after;

    List<Version> archived = List.of();

    Group(RowKey key) {
        this.key = key;
    }

    void add(Entry entry) {
        if (newest == null) {
            first = entry;
        } else {
            newest.next = entry;
        }
        newest = entry;
    }

    /** The state as it stands now. */
    @Nullable
    KeyState current() {
        return after != null ? after : before;
    }

    /**
     * What changes, told in rows of one schema.
     *
     * @param table the table's state until now
     */
    KeyUpdate update(@Nullable TableState table, int layout, TableSchema schema) {
        KeyState old = before == null || table == null ? before : before.settled(table);
        if (old != null && old.layout != layout) {
            old = KeyFold.upgraded(old, layout, schema);
        }
        return new KeyUpdate(old, Objects.requireNonNull(after), archived);
    }
}
