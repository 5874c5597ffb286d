package io.cdcsdk.scd;

import io.cdcsdk.api.Row;
import org.jspecify.annotations.Nullable;

/**
 * Events whose image seems to be that of the event before. The images of many are looked at in steps before they are compared: the
 * processor fetches what one step needs for all of them at a time.
 */
final class LikelyEqual {
    private static final int CAPACITY = 128;

    private final Rules rules;
    private final Entry[] entries = new Entry[CAPACITY];
    private final Entry[] others = new Entry[CAPACITY];
    private int count;
    private long seen;

    LikelyEqual(Rules rules) {
        this.rules = rules;
    }

    /** Adds an event of this merge, and the one of its key before it. */
    void add(Entry entry, Entry before) {
        if (count == CAPACITY) {
            compare();
        }
        entries[count] = entry;
        others[count++] = before;
    }

    /** Gives each event the row of the one before if its image is equal. */
    void compare() {
        for (int i = 0; i < count; i++) {
            seen += look(entries[i].image) + look(row(others[i]));
        }
        for (int i = 0; i < count; i++) {
            seen += strings(entries[i].image) + strings(row(others[i]));
        }
        for (int i = 0; i < count; i++) {
            seen += characters(entries[i].image) + characters(row(others[i]));
        }
        for (int i = 0; i < count; i++) {
            Row row = row(others[i]);
            if (row != null && row.equals(entries[i].image)) {
                entries[i].image = row;
            }
        }
        count = 0;
    }

    /** The row behind an event; that of an event that has not been folded is its image. */
    private static @Nullable Row row(Entry entry) {
        return entry.state != null ? entry.state : entry.image;
    }

    private static int look(@Nullable Row row) {
        return row != null && row.hasValue(0) ? 1 : 0;
    }

    private int strings(@Nullable Row row) {
        return row == null ? 0 : rules.trackedStrings(row);
    }

    private long characters(@Nullable Row row) {
        return row == null ? 0 : rules.trackedCharacters(row);
    }
}
