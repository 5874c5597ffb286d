package io.cdcsdk.runtime;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Keys that a replay must not touch any more: a letter of each stays. Everything of a table and each of its keys block each other. */
final class BlockedKeys {
    private final Set<String> keys = new HashSet<>();
    private final Set<String> tables = new HashSet<>();

    void addAll(Collection<String> more) {
        for (String key : more) {
            keys.add(key);
            tables.add(EventKeys.tableOf(key));
        }
    }

    boolean containsAnyOf(Collection<String> of) {
        for (String key : of) {
            String table = EventKeys.tableOf(key);
            if (tables.contains(table)) {
                String wholeTable = EventKeys.wholeTable(table);
                if (keys.contains(key) || keys.contains(wholeTable) || key.equals(wholeTable)) {
                    return true;
                }
            }
        }
        return false;
    }

    void clear() {
        keys.clear();
        tables.clear();
    }
}
