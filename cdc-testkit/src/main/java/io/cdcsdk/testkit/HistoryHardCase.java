package io.cdcsdk.testkit;

import io.cdcsdk.scd.Rejected;
import io.cdcsdk.scd.Version;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What is hard about a case. A suite of cases is worth something only if each of these occurs often. */
enum HistoryHardCase {
    LATE_EVENT_SPLITS_A_CLOSED_VERSION,
    LATE_DELETE,
    DELETE_BEFORE_ITS_INSERT,
    LATE_EVENT_MAKES_A_SUPPRESSED_ONE_OPEN,
    LATE_EVENT_BEFORE_A_PARTIAL_IMAGE,
    LATE_EVENT_BEFORE_OVERWRITTEN_COLUMNS,
    LATE_EVENT_REMOVES_A_VERSION,
    LATE_TRUNCATE,
    LATE_KEY_CHANGE,
    LATE_SNAPSHOT,
    LATE_EVENT_OF_ANOTHER_LANE,
    KEY_CHANGE_WITH_A_PARTIAL_IMAGE,
    VERSION_OF_ZERO_LENGTH,
    SNAPSHOT_DELETES_A_KEY,
    SNAPSHOT_NEVER_COMPLETES,
    REPEAT,
    TOO_LATE,
    INVALID,
    TIE,
    SCHEMA_CHANGE,
    MARKER_CLOSED_BY_A_RETURN;

    /** The hard cases that occur in a case. */
    static Set<HistoryHardCase> of(HistoryCase world) {
        Set<HistoryHardCase> found = EnumSet.noneOf(HistoryHardCase.class);
        HistoryOracle oracle = world.oracle();
        new Finder(world, oracle, found).find();
        return found;
    }

    private record Finder(HistoryCase world, HistoryOracle oracle, Set<HistoryHardCase> found) {
        void find() {
            if (oracle.repeats() > 0) {
                found.add(REPEAT);
            }
            for (HistoryRejection rejection : oracle.rejected()) {
                found.add(rejection.category() == Rejected.Category.TOO_LATE ? TOO_LATE : INVALID);
            }
            if (oracle.accepted().stream()
                            .map(event -> event.event().schema().version())
                            .distinct()
                            .count()
                    > 1) {
                found.add(SCHEMA_CHANGE);
            }
            HistoryFold fold = oracle.fold();
            findInSet(fold);
            List<HistoryEvent> events = oracle.accepted();
            HistoryFold before = new HistoryFold(world.spec(), List.of(events.get(0)));
            for (int i = 1; i < events.size(); i++) {
                HistoryFold after = new HistoryFold(world.spec(), events.subList(0, i + 1));
                findLate(events.get(i), events.subList(0, i), before, after);
                before = after;
            }
        }

        private void findInSet(HistoryFold fold) {
            for (HistoryEvent event : oracle.accepted()) {
                if (event.isStart() && !fold.completedStarts().contains(event)) {
                    found.add(SNAPSHOT_NEVER_COMPLETES);
                }
                if (event.isKeyChange() && event.isPartial()) {
                    found.add(KEY_CHANGE_WITH_A_PARTIAL_IMAGE);
                }
            }
            for (List<Object> key : fold.keys()) {
                List<HistoryFold.Step> steps = fold.steps(key);
                if (steps.stream().anyMatch(step -> step.cause() == HistoryFold.Cause.SNAPSHOT)) {
                    found.add(SNAPSHOT_DELETES_A_KEY);
                }
                List<List<HistoryFold.Step>> groups = HistoryFold.groups(steps);
                List<ExpectedVersion> versions = fold.versions(groups);
                if (versions.stream().anyMatch(version -> version.isMarker() && version.validTo() != Version.CURRENT)) {
                    found.add(MARKER_CLOSED_BY_A_RETURN);
                }
                if (groups.size() < steps.size()) {
                    found.add(TIE);
                    List<List<HistoryFold.Step>> alone = new ArrayList<>();
                    steps.forEach(step -> alone.add(List.of(step)));
                    if (fold.versions(alone).stream().anyMatch(version -> version.validFrom() == version.validTo())) {
                        found.add(VERSION_OF_ZERO_LENGTH);
                    }
                }
            }
        }

        private void findLate(HistoryEvent event, List<HistoryEvent> earlier, HistoryFold before, HistoryFold after) {
            boolean changed = !before.versions().equals(after.versions());
            if (event.isTruncate()
                    && changed
                    && earlier.stream().anyMatch(other -> after.order().compare(event, other) < 0)) {
                found.add(LATE_TRUNCATE);
            }
            if ((event.isStart() || event.isCompletion())
                    && changed
                    && earlier.stream().anyMatch(other -> after.order().compare(event, other) < 0)) {
                found.add(LATE_SNAPSHOT);
            }
            for (List<Object> key : List.of(event.key(), event.oldKey())) {
                if (!key.isEmpty()) {
                    findLateAt(key, event, before, after);
                }
            }
        }

        private void findLateAt(List<Object> key, HistoryEvent event, HistoryFold before, HistoryFold after) {
            List<HistoryFold.Step> later = after.steps(key).stream()
                    .filter(step -> after.order().compare(event, step.event()) < 0)
                    .toList();
            if (event.isDelete()
                    && earlierSteps(key, event, after).isEmpty()
                    && oracle.accepted().stream()
                            .anyMatch(other -> other.key().equals(key)
                                    && !other.isDelete()
                                    && after.order().compare(other, event) < 0)) {
                found.add(DELETE_BEFORE_ITS_INSERT);
            }
            if (later.isEmpty()) {
                return;
            }
            List<ExpectedVersion> versionsBefore = before.versions(HistoryFold.groups(before.steps(key)));
            List<ExpectedVersion> versionsAfter = after.versions(HistoryFold.groups(after.steps(key)));
            if (later.stream().anyMatch(step -> !step.event().lane().equals(event.lane()))) {
                found.add(LATE_EVENT_OF_ANOTHER_LANE);
            }
            if (event.isKeyChange()) {
                found.add(LATE_KEY_CHANGE);
            }
            if (versionsBefore.equals(versionsAfter)) {
                return;
            }
            findChanged(event, later, timeOf(event, after.steps(key)), versionsBefore, versionsAfter);
            if (isOverwrittenLater(after, key, event)) {
                found.add(LATE_EVENT_BEFORE_OVERWRITTEN_COLUMNS);
            }
        }

        private void findChanged(
                HistoryEvent event,
                List<HistoryFold.Step> later,
                long time,
                List<ExpectedVersion> before,
                List<ExpectedVersion> after) {
            if (event.isDelete()) {
                found.add(LATE_DELETE);
            }
            if (later.get(0).event().isPartial() && !event.isDelete()) {
                found.add(LATE_EVENT_BEFORE_A_PARTIAL_IMAGE);
            }
            if (before.stream()
                            .anyMatch(version -> version.validTo() != Version.CURRENT
                                    && version.validFrom() < time
                                    && time < version.validTo())
                    && after.stream().anyMatch(version -> version.validFrom() == time)) {
                found.add(LATE_EVENT_SPLITS_A_CLOSED_VERSION);
            }
            if (after.stream().anyMatch(version -> version.validFrom() > time && !begins(before, version))) {
                found.add(LATE_EVENT_MAKES_A_SUPPRESSED_ONE_OPEN);
            }
            if (before.stream().anyMatch(version -> !begins(after, version))) {
                found.add(LATE_EVENT_REMOVES_A_VERSION);
            }
        }

        private static boolean begins(List<ExpectedVersion> versions, ExpectedVersion version) {
            return versions.stream().anyMatch(other -> other.validFrom() == version.validFrom());
        }

        private static List<HistoryFold.Step> earlierSteps(List<Object> key, HistoryEvent event, HistoryFold fold) {
            return fold.steps(key).stream()
                    .filter(step -> fold.order().compare(step.event(), event) < 0)
                    .toList();
        }

        private static long timeOf(HistoryEvent event, List<HistoryFold.Step> steps) {
            return steps.stream()
                    .filter(step -> step.event().equals(event))
                    .findFirst()
                    .orElseThrow()
                    .time();
        }

        /** Whether the next event changes overwritten columns and nothing else. */
        private static boolean isOverwrittenLater(HistoryFold fold, List<Object> key, HistoryEvent event) {
            List<HistoryFold.Step> steps = fold.steps(key);
            for (int i = 1; i < steps.size(); i++) {
                Map<String, Object> one = steps.get(i - 1).image();
                Map<String, Object> other = steps.get(i).image();
                if (steps.get(i - 1).event().equals(event)
                        && one != null
                        && other != null
                        && !one.equals(other)
                        && steps.get(i).time() > steps.get(i - 1).time()
                        && differingOnlyInOverwritten(fold, one, other)) {
                    return true;
                }
            }
            return false;
        }

        private static boolean differingOnlyInOverwritten(
                HistoryFold fold, Map<String, Object> one, Map<String, Object> other) {
            return one.keySet().stream().allMatch(name -> isSameOrOverwritten(fold, name, one, other))
                    && other.keySet().stream().allMatch(name -> isSameOrOverwritten(fold, name, one, other));
        }

        private static boolean isSameOrOverwritten(
                HistoryFold fold, String name, Map<String, Object> one, Map<String, Object> other) {
            return Objects.equals(one.get(name), other.get(name)) || fold.isOverwritten(name);
        }
    }
}
