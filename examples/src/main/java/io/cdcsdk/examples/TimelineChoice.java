package io.cdcsdk.examples;

import io.cdcsdk.api.Row;
import io.cdcsdk.format.ValueText;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.RowKey;
import io.cdcsdk.scd.Version;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Picks the key whose timeline is shown while versions go by, sorted by key: a wanted one, else one with the most versions. */
final class TimelineChoice implements HistoryStore.VersionVisitor {
    private final @Nullable String wanted;
    private final int most;
    private final Deque<Version> tail = new ArrayDeque<>();
    private @Nullable RowKey key;
    private long versions;
    private @Nullable KeyTimeline chosen;

    /**
     * Nothing chosen yet.
     *
     * @param wanted the values of the key's columns, separated by commas, or null
     * @param most how many versions are shown at most
     */
    TimelineChoice(@Nullable String wanted, int most) {
        this.wanted = wanted;
        this.most = most;
    }

    @Override
    public void visit(RowKey keyOfVersion, Version version) {
        if (!keyOfVersion.equals(key)) {
            endOfKey();
            key = keyOfVersion;
        }
        versions++;
        tail.add(version);
        if (tail.size() > most + 1) {
            tail.remove();
        }
    }

    private void endOfKey() {
        if (versions > 0 && isBetter()) {
            List<Version> last = new ArrayList<>(tail);
            Version before = last.size() > most ? last.remove(0) : null;
            chosen = new KeyTimeline(text(last.get(0).row()), versions, last, before);
        }
        tail.clear();
        versions = 0;
    }

    private boolean isBetter() {
        if (wanted != null) {
            return text(tail.getLast().row()).equals(wanted);
        }
        return chosen == null || versions > chosen.versions();
    }

    private static String text(Row row) {
        StringJoiner text = new StringJoiner(",");
        for (int i = 0; i < row.schema().keySize(); i++) {
            text.add(ValueText.of(row, row.schema().keyOrdinal(i)));
        }
        return text.toString();
    }

    /** The choice when all versions have gone by, or null if there was none, or none of the wanted key. */
    @Nullable
    KeyTimeline chosen() {
        endOfKey();
        return chosen;
    }
}
