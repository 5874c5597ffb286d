package io.cdcsdk.bench.scd;

import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The history of any one table as it is written first, of the engine's own input and with nothing of the engine: one hash map of the
 * current versions by key, one of all versions of every key; images are compared column by column, as objects. Repeats
 * change nothing. It is not as exact as the engine: the old key of a changed key stays, byte arrays are compared by identity, and it
 * throws {@link IllegalStateException} where a column is absent or unavailable.
 */
final class RowVersions {
    private static final long CURRENT = Long.MAX_VALUE;

    private static final class Version {
        final Row row;
        final long validFrom;
        long validTo;

        Version(Row row, long validFrom, long validTo) {
            this.row = row;
            this.validFrom = validFrom;
            this.validTo = validTo;
        }
    }

    private final Map<Object, Version> current = new HashMap<>();
    private final Map<Object, List<Version>> history = new HashMap<>();

    /** Takes a change that is not older than any before it. */
    void append(RowChange change) {
        Object key = key(change.image());
        append(key, current.get(key), change);
    }

    /** Takes a change of any time; what changed nothing when it came is forgotten, as in {@link NaiveMicroBatches}. */
    void place(RowChange change) {
        Object key = key(change.image());
        Version open = current.get(key);
        if (open == null || time(change) < open.validFrom) {
            placeLate(key, change);
        } else {
            append(key, open, change);
        }
    }

    private void append(Object key, @Nullable Version open, RowChange change) {
        Row row = change.after();
        long time = time(change);
        if (row == null) {
            if (open != null) {
                open.validTo = time;
                current.remove(key);
            }
        } else if (open == null || !isSame(open.row, row)) {
            if (open != null) {
                open.validTo = time;
            }
            Version opened = new Version(row, time, CURRENT);
            current.put(key, opened);
            versionsOf(key).add(opened);
        }
    }

    /** A change of a key that is not live, or older than its current version. */
    private void placeLate(Object key, RowChange change) {
        List<Version> versions = versionsOf(key);
        long time = time(change);
        int next = versions.size();
        while (next > 0 && versions.get(next - 1).validFrom > time) {
            next--;
        }
        Version before = next == 0 ? null : versions.get(next - 1);
        Version live = before != null && time < before.validTo ? before : null;
        Row row = change.after();
        if (row == null) {
            if (live != null) {
                live.validTo = time;
            }
            return;
        }
        if (before != null && before.validFrom == time || live != null && isSame(live.row, row)) {
            return;
        }
        long end = next == versions.size() ? CURRENT : versions.get(next).validFrom;
        if (live != null) {
            end = live.validTo;
            live.validTo = time;
        }
        Version opened = new Version(row, time, end);
        versions.add(next, opened);
        if (end == CURRENT) {
            current.put(key, opened);
        }
    }

    private List<Version> versionsOf(Object key) {
        return history.computeIfAbsent(key, ignored -> new ArrayList<>());
    }

    private static long time(RowChange change) {
        return change.origin().sourceTime();
    }

    private static Object key(Row row) {
        TableSchema schema = row.schema();
        if (schema.keySize() == 1) {
            return Objects.requireNonNull(row.value(schema.keyOrdinal(0)), "a key is null");
        }
        List<@Nullable Object> values = new ArrayList<>(schema.keySize());
        for (int i = 0; i < schema.keySize(); i++) {
            values.add(row.value(schema.keyOrdinal(i)));
        }
        return values;
    }

    private static boolean isSame(Row one, Row other) {
        TableSchema schema = one.schema();
        for (int i = 0; i < schema.size(); i++) {
            if (!schema.isKey(i) && !Objects.equals(one.value(i), other.value(i))) {
                return false;
            }
        }
        return true;
    }

    long count() {
        return history.values().stream().mapToLong(List::size).sum();
    }

    List<PersonVersion> persons() {
        return history.values().stream()
                .flatMap(List::stream)
                .map(version -> new PersonVersion(PersonRows.person(version.row), version.validFrom, version.validTo))
                .sorted(PersonVersion.ORDER)
                .toList();
    }
}
