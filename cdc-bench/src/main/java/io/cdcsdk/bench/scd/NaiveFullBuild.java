package io.cdcsdk.bench.scd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a good engineer writes in an afternoon: one hash map of the current versions, one of all versions of every key, no copies
 * of rows, versions closed in place. A repeat needs no care where changes are sorted: it comes right behind its first and changes
 * nothing.
 */
final class NaiveFullBuild implements FullBuild {
    /** What becomes of changes out of order. */
    enum Late {
        /** All changes are sorted by time before anything else is done: right. */
        SORTED,
        /** A change older than what its key has is dropped: wrong for late changes, and what many pipelines do. */
        DROPPED
    }

    private static final long CURRENT = Long.MAX_VALUE;

    private final Late late;
    private PersonChange[] input = {};
    private Map<Long, List<MutableVersion>> history = Map.of();
    private Map<Long, MutableVersion> current = Map.of();

    NaiveFullBuild(Late late) {
        this.late = late;
    }

    @Override
    public void load(ChangeStream stream, int changes) {
        List<PersonChange> loaded = new ArrayList<>(changes);
        stream.last(
                changes,
                (operation, position, time, id, revision) ->
                        loaded.add(PersonChange.of(operation, position, time, id, revision)));
        input = loaded.toArray(new PersonChange[0]);
    }

    @Override
    public void build() {
        current = new HashMap<>();
        history = new HashMap<>();
        if (late == Late.SORTED) {
            PersonChange[] sorted = input.clone();
            Arrays.sort(sorted, Comparator.comparingLong(PersonChange::time));
            for (PersonChange change : sorted) {
                apply(change);
            }
        } else {
            for (PersonChange change : input) {
                if (isNew(change)) {
                    apply(change);
                }
            }
        }
    }

    private void apply(PersonChange change) {
        Person person = change.person();
        Long key = person.id();
        MutableVersion open = current.get(key);
        if (change.operation() == 'd') {
            if (open != null) {
                open.validTo = change.time();
                current.remove(key);
            }
        } else if (open == null || !open.person.equals(person)) {
            if (open != null) {
                open.validTo = change.time();
            }
            MutableVersion opened = new MutableVersion(person, change.time(), CURRENT);
            current.put(key, opened);
            history.computeIfAbsent(key, id -> new ArrayList<>()).add(opened);
        }
    }

    private boolean isNew(PersonChange change) {
        Long key = change.person().id();
        MutableVersion open = current.get(key);
        if (open != null) {
            return change.time() > open.validFrom;
        }
        List<MutableVersion> versions = history.get(key);
        return versions == null || change.time() > versions.get(versions.size() - 1).validTo;
    }

    @Override
    public void forgetInput() {
        input = new PersonChange[0];
    }

    @Override
    public void forgetHistory() {
        history = Map.of();
        current = Map.of();
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
