package io.cdcsdk.scd;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a merge changes for one key.
 *
 * @param before the state until now, or null for a new key
 * @param after the state from now on
 * @param archived versions that {@code after} no longer holds: final, sorted, and older than all that it holds. A store that
 *     shows {@link KeyState#versions} appends them to what it keeps of the key
 */
public record KeyUpdate(@Nullable KeyState before, KeyState after, List<Version> archived) {
    /** The key. */
    public RowKey key() {
        return after.key();
    }

    /**
     * Visits what changes in the history, for stores that keep versions as rows: first what is removed, then the rest by its
     * beginning. A version is identified by its key and beginning.
     *
     * @param changes the change set of this update
     */
    public void forEachChange(ChangeSet changes, ChangeVisitor visitor) {
        TableState table = changes.state();
        TableState tableBefore = changes.before();
        List<Version> old = before == null || tableBefore == null
                ? List.of()
                : before.versions(table.rules(), table.layout(), tableBefore.sweeps());
        List<Version> now = new ArrayList<>(archived);
        now.addAll(after.versions(table));
        visit(old, now, visitor);
    }

    private static void visit(List<Version> old, List<Version> now, ChangeVisitor visitor) {
        int j = 0;
        for (Version version : old) {
            while (j < now.size() && now.get(j).validFrom() < version.validFrom()) {
                j++;
            }
            if (j == now.size() || now.get(j).validFrom() > version.validFrom()) {
                visitor.removed(version);
            }
        }
        int i = 0;
        for (Version version : now) {
            while (i < old.size() && old.get(i).validFrom() < version.validFrom()) {
                i++;
            }
            if (i == old.size() || old.get(i).validFrom() > version.validFrom()) {
                visitor.opened(version);
            } else {
                compare(old.get(i), version, visitor);
            }
        }
    }

    private static void compare(Version old, Version now, ChangeVisitor visitor) {
        if (old == now) {
            return;
        }
        boolean same = old.operation() == now.operation()
                && (old.row() == now.row() || old.row().equals(now.row()));
        if (same && old.validTo() == now.validTo()) {
            return;
        }
        if (same && old.isCurrent()) {
            visitor.closed(now);
        } else {
            visitor.updated(now);
        }
    }

    /** Takes changes of versions. */
    public interface ChangeVisitor {
        /** A version is new. It may have ended already. */
        void opened(Version version);

        /** A current version ends; nothing else of it changes. */
        void closed(Version version);

        /** A version changes otherwise: columns, operation, another end, or it is current again. */
        void updated(Version version);

        /** A version has never been. */
        void removed(Version version);
    }
}
