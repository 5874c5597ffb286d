package io.cdcsdk.runtime;

import io.cdcsdk.api.ChangeEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Which keys and tables letters hold. Changed by one thread; what reads keys of the source may be asked by another. */
final class ParkedKeys {
    private final Map<String, Integer> keys = new ConcurrentHashMap<>();
    private final Map<String, Integer> tablesOfKeys = new ConcurrentHashMap<>();
    private final Map<String, Integer> tables = new HashMap<>();
    // By the first key of each letter: those behind an event that failed in a transform have a second one.
    private final Map<String, Integer> firstKeys = new HashMap<>();
    private final AtomicInteger ofSource = new AtomicInteger();
    private long bytes;

    void add(ParkedLetter letter) {
        change(letter, 1);
    }

    void remove(ParkedLetter letter) {
        change(letter, -1);
    }

    private void change(ParkedLetter letter, int by) {
        bytes += by * letter.bytes();
        if (!letter.keys().isEmpty()) {
            change(firstKeys, letter.keys().get(0), by);
        }
        for (String key : letter.keys()) {
            change(keys, key, by);
            change(tablesOfKeys, EventKeys.tableOf(key), by);
        }
        for (String table : letter.tables()) {
            change(tables, table, by);
            ofSource.addAndGet(EventKeys.isOfSource(table) ? by : 0);
        }
    }

    private static void change(Map<String, Integer> counts, String name, int by) {
        counts.merge(name, by, ParkedKeys::sumOrNone);
    }

    private static @Nullable Integer sumOrNone(int one, int other) {
        return one + other == 0 ? null : one + other;
    }

    /** About what all letters take in the log. */
    long bytes() {
        return bytes;
    }

    /** How many keys there are. */
    long count() {
        return firstKeys.size();
    }

    /** Whether no letter is about any table. */
    boolean isEmpty() {
        return tables.isEmpty();
    }

    /** Whether any letter failed in a transform, or stands behind one that did. Any thread. */
    boolean isAnyOfSource() {
        return ofSource.get() > 0;
    }

    /** Whether an event that goes to the sink must wait. */
    boolean hold(ChangeEvent event, EventKeys hashes) {
        String table = event.table().toString();
        return tablesOfKeys.containsKey(table) && hold(table, hashes.of(event));
    }

    /** Whether an event as the source sent it must wait. Any thread. */
    boolean holdSource(ChangeEvent source, EventKeys hashes) {
        String table = EventKeys.SOURCE + source.table();
        return tablesOfKeys.containsKey(table) && hold(table, hashes.ofSource(source));
    }

    private boolean hold(String table, List<String> of) {
        if (keys.containsKey(EventKeys.wholeTable(table))) {
            return true;
        }
        for (String key : of) {
            if (keys.containsKey(key)) {
                return true;
            }
        }
        return false;
    }
}
