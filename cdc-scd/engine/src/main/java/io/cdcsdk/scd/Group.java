package io.cdcsdk.scd;

import java.util.List;
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
}
