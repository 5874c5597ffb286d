package io.cdcsdk.bench.scd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** As {@link NaiveFullBuild} with sorted changes, by somebody who saw that one map will do: the last version is the current one. */
final class CarefulFullBuild implements FullBuild {
    private static final long CURRENT = Long.MAX_VALUE;

    private PersonChange[] input = {};
    private Map<Long, List<MutableVersion>> history = Map.of();

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
        history = new HashMap<>();
        PersonChange[] sorted = input.clone();
        Arrays.sort(sorted, Comparator.comparingLong(PersonChange::time));
        for (PersonChange change : sorted) {
            List<MutableVersion> versions =
                    history.computeIfAbsent(change.person().id(), id -> new ArrayList<>(4));
            MutableVersion last = versions.isEmpty() ? null : versions.get(versions.size() - 1);
            boolean live = last != null && last.validTo == CURRENT;
            boolean deleted = change.operation() == 'd';
            if (last != null && live && (deleted || !last.person.equals(change.person()))) {
                last.validTo = change.time();
                live = false;
            } else if (live) {
                continue;
            }
            if (!deleted) {
                versions.add(new MutableVersion(change.person(), change.time(), CURRENT));
            }
        }
    }

    @Override
    public void forgetInput() {
        input = new PersonChange[0];
    }

    @Override
    public void forgetHistory() {
        history = Map.of();
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
