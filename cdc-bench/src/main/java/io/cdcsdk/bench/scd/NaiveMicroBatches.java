package io.cdcsdk.bench.scd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a good engineer writes in an afternoon: one hash map of the current versions, one of all versions of every key. A late
 * change goes to its place among the versions. What changed nothing when it came is forgotten, so that the history is not exact where
 * a late change turns up before it: such a history would need the changes as well.
 */
final class NaiveMicroBatches implements MicroBatches {
    private static final long CURRENT = Long.MAX_VALUE;

    private final Map<Long, MutableVersion> current = new HashMap<>();
    private final Map<Long, List<MutableVersion>> history = new HashMap<>();
    private List<PersonChange> staged = List.of();

    @Override
    public void stage(Batch batch) {
        List<PersonChange> changes = new ArrayList<>();
        batch.deliver((operation, position, time, id, revision) ->
                changes.add(PersonChange.of(operation, position, time, id, revision)));
        staged = changes;
    }

    @Override
    public void apply() {
        for (PersonChange change : staged) {
            apply(change);
        }
    }

    private void apply(PersonChange change) {
        Person person = change.person();
        Long key = person.id();
        long time = change.time();
        MutableVersion open = current.get(key);
        if (open == null || time < open.validFrom) {
            applyLate(key, change);
        } else if (change.operation() == 'd') {
            open.validTo = time;
            current.remove(key);
        } else if (!open.person.equals(person)) {
            open.validTo = time;
            MutableVersion opened = new MutableVersion(person, time, CURRENT);
            current.put(key, opened);
            versionsOf(key).add(opened);
        }
    }

    /** A change of a key that is not live, or older than its current version. */
    private void applyLate(Long key, PersonChange change) {
        List<MutableVersion> versions = versionsOf(key);
        long time = change.time();
        int next = versions.size();
        while (next > 0 && versions.get(next - 1).validFrom > time) {
            next--;
        }
        MutableVersion at = next == 0 ? null : versions.get(next - 1);
        boolean live = at != null && time < at.validTo;
        if (change.operation() == 'd') {
            if (at != null && live) {
                at.validTo = time;
            }
            return;
        }
        if (at != null && live && at.person.equals(change.person()) || at != null && at.validFrom == time) {
            return;
        }
        long end = next == versions.size() ? CURRENT : versions.get(next).validFrom;
        if (at != null && live) {
            end = at.validTo;
            at.validTo = time;
        }
        MutableVersion opened = new MutableVersion(change.person(), time, end);
        versions.add(next, opened);
        if (end == CURRENT) {
            current.put(key, opened);
        }
    }

    private List<MutableVersion> versionsOf(Long key) {
        return history.computeIfAbsent(key, id -> new ArrayList<>());
    }

    @Override
    public long versions() {
        return history.values().stream().mapToLong(List::size).sum();
    }

    @Override
    public List<PersonVersion> history() {
        return history.values().stream()
                .flatMap(List::stream)
                .map(MutableVersion::toVersion)
                .sorted(PersonVersion.ORDER)
                .toList();
    }
}
