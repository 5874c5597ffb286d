package io.cdcsdk.scd;

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
     */
    public void forEachChange(ChangeVisitor visitor) {
        throw new UnsupportedOperationException();
    }

    /** Takes changes of versions. */
    public interface ChangeVisitor {
        /** A version is new. */
        void opened(Version version);

        /** A current version ends; nothing else of it changes. */
        void closed(Version version);

        /** A version changes otherwise: columns, operation, another end, or it is current again. */
        void updated(Version version);

        /** A version has never been. */
        void removed(Version version);
    }
}
