package io.cdcsdk.scd;

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

    /** What changes, and where it stands among the updates. */
    @Nullable
    KeyUpdate update;

    int place;

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
        return update != null ? update.after() : before;
    }
}
