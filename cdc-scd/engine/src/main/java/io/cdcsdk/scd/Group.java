package io.cdcsdk.scd;

import org.jspecify.annotations.Nullable;

/** One key that a merge touches: its new events, its state before and after. */
final class Group {
    final RowKey key;

    /** Where the key's events begin and end among {@link Groups#sorted}. */
    int from;

    int to;

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

    /** The state as it stands now. */
    @Nullable
    KeyState current() {
        return update != null ? update.after() : before;
    }
}
