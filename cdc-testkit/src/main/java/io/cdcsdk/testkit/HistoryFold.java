package io.cdcsdk.testkit;

import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.scd.DeleteMode;
import io.cdcsdk.scd.Scd2Spec;
import io.cdcsdk.scd.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Folds a set of events, each there once, in their order: the states of every key, and the versions that come of them. */
final class HistoryFold {
    /** What made a step. */
    enum Cause {
        WRITE,
        DELETE,
        SNAPSHOT,
        TRUNCATE
    }

    /**
     * What one event did to one key.
     *
     * @param event the event; the start of the snapshot that deleted the key
     * @param time the effective time
     * @param image the row from then on, or null if there is none
     */
    record Step(
            HistoryEvent event,
            Cause cause,
            long time,
            @Nullable Map<String, Object> image,
            char operation) {}

    private final Scd2Spec spec;
    private final List<HistoryEvent> events;
    private final Comparator<HistoryEvent> order;
    private final Map<HistoryEvent, HistoryEvent> completions = new HashMap<>();
    private final Map<List<Object>, List<Step>> steps = new LinkedHashMap<>();

    HistoryFold(Scd2Spec spec, Collection<HistoryEvent> events) {
        this.spec = spec;
        this.order = HistoryEvent.order(spec);
        this.events = events.stream().sorted(order).toList();
        pairSnapshots();
        for (HistoryEvent event : this.events) {
            for (List<Object> key : List.of(event.key(), event.oldKey())) {
                if (!key.isEmpty()) {
                    steps.putIfAbsent(key, new ArrayList<>());
                }
            }
        }
        this.events.forEach(this::apply);
    }

    /** A completion pairs with the nearest start or completion before it in its lane, if that is a start. */
    private void pairSnapshots() {
        Map<String, HistoryEvent> open = new HashMap<>();
        events.stream()
                .filter(event -> event.isStart() || event.isCompletion())
                .sorted(Comparator.comparing(HistoryEvent::lane).thenComparing(HistoryEvent::position))
                .forEach(event -> {
                    HistoryEvent before = event.isStart() ? open.put(event.lane(), event) : open.remove(event.lane());
                    if (event.isCompletion() && before != null) {
                        completions.put(before, event);
                    }
                });
    }

    private void apply(HistoryEvent event) {
        if (event.isTruncate()) {
            steps.keySet().forEach(key -> delete(key, event, Cause.TRUNCATE));
        } else if (completions.containsKey(event)) {
            steps.keySet().stream()
                    .filter(key -> !isSpared(key, event))
                    .forEach(key -> delete(key, event, Cause.SNAPSHOT));
        } else if (event.event() instanceof RowChange change) {
            if (change.after() == null) {
                delete(event.key(), event, Cause.DELETE);
            } else if (event.isKeyChange()) {
                Map<String, Object> image = complete(change, image(event.oldKey()));
                delete(event.oldKey(), event, Cause.DELETE);
                step(event.key(), event, Cause.WRITE, image, 'c');
            } else {
                char operation = change.operation() == Operation.UPDATE ? 'u' : 'c';
                step(event.key(), event, Cause.WRITE, complete(change, image(event.key())), operation);
            }
        }
    }

    /** Whether a snapshot contained a key, or something happened to the key while the snapshot ran. */
    private boolean isSpared(List<Object> key, HistoryEvent start) {
        HistoryEvent completion = Objects.requireNonNull(completions.get(start));
        return events.stream()
                .filter(event -> event.touches(key))
                .anyMatch(event ->
                        contains(start, completion, event) && event.key().equals(key)
                                || order.compare(start, event) < 0 && order.compare(event, completion) < 0);
    }

    private static boolean contains(HistoryEvent start, HistoryEvent completion, HistoryEvent event) {
        return event.isSnapshotRow()
                && event.lane().equals(start.lane())
                && event.position().isAfter(start.position())
                && completion.position().isAfter(event.position());
    }

    private void delete(List<Object> key, HistoryEvent event, Cause cause) {
        // A range operation is no event of a key that it finds deleted: it does not hold up the key's time.
        if (cause == Cause.DELETE || image(key) != null) {
            step(key, event, cause, null, Version.MARKER);
        }
    }

    private void step(
            List<Object> key, HistoryEvent event, Cause cause, @Nullable Map<String, Object> image, char operation) {
        List<Step> before = steps(key);
        long time = before.isEmpty()
                ? event.time()
                : Math.max(event.time(), before.get(before.size() - 1).time());
        before.add(new Step(event, cause, time, image, operation));
    }

    private @Nullable Map<String, Object> image(List<Object> key) {
        List<Step> before = steps(key);
        return before.isEmpty() ? null : before.get(before.size() - 1).image();
    }

    /** The image of a change, with what it lacks from the state before it, or else from the change's own before. */
    private static Map<String, Object> complete(RowChange change, @Nullable Map<String, Object> state) {
        Row after = Objects.requireNonNull(change.after());
        Row before = change.before();
        Map<String, Object> image = HistoryValues.of(after);
        Map<String, Object> fallback = state != null ? state : before != null ? HistoryValues.of(before) : Map.of();
        TableSchema schema = after.schema();
        for (int i = 0; i < schema.size(); i++) {
            String column = schema.column(i).name();
            boolean sent = after.state(i) == ColumnState.VALUE || after.state(i) == ColumnState.NULL;
            if (!sent && fallback.containsKey(column)) {
                image.put(column, fallback.get(column));
            }
        }
        return image;
    }

    /** What happened to a key, in order. */
    List<Step> steps(List<Object> key) {
        return steps.getOrDefault(key, List.of());
    }

    /** Every key that occurs. */
    Set<List<Object>> keys() {
        return steps.keySet();
    }

    /** The starts of the snapshots that completed. */
    Set<HistoryEvent> completedStarts() {
        return completions.keySet();
    }

    /** Where a sweep ends: at its completion, or where it stands. */
    HistoryEvent endOfSweep(HistoryEvent sweep) {
        return completions.getOrDefault(sweep, sweep);
    }

    Comparator<HistoryEvent> order() {
        return order;
    }

    /** The rows that are live in the end, by key. */
    Map<List<Object>, Map<String, Object>> live() {
        Map<List<Object>, Map<String, Object>> live = new LinkedHashMap<>();
        steps.keySet().forEach(key -> {
            Map<String, Object> image = image(key);
            if (image != null) {
                live.put(key, image);
            }
        });
        return live;
    }

    /** The versions of every key that has any. */
    Map<List<Object>, List<ExpectedVersion>> versions() {
        Map<List<Object>, List<ExpectedVersion>> versions = new LinkedHashMap<>();
        steps.forEach((key, list) -> {
            List<ExpectedVersion> ofKey = versions(groups(list));
            if (!ofKey.isEmpty()) {
                versions.put(key, ofKey);
            }
        });
        return versions;
    }

    /** The steps of one time each. */
    static List<List<Step>> groups(List<Step> steps) {
        Map<Long, List<Step>> groups = new TreeMap<>();
        steps.forEach(step ->
                groups.computeIfAbsent(step.time(), none -> new ArrayList<>()).add(step));
        return List.copyOf(groups.values());
    }

    /** The versions that come of groups of steps. */
    List<ExpectedVersion> versions(List<List<Step>> groups) {
        List<ExpectedVersion> versions = new ArrayList<>();
        Map<String, Object> state = null;
        for (List<Step> group : groups) {
            Step last = group.get(group.size() - 1);
            long time = last.time();
            Map<String, Object> after = last.image();
            if (after != null && state != null && !differ(state, after)) {
                int current = versions.size() - 1;
                versions.set(current, overwritten(versions.get(current), after));
            } else if (after != null) {
                closeLast(versions, time);
                versions.add(new ExpectedVersion(after, time, Version.CURRENT, last.operation()));
            } else if (state != null) {
                closeLast(versions, time);
                addMarker(versions, state, group);
            }
            state = after;
        }
        return versions;
    }

    private static void closeLast(List<ExpectedVersion> versions, long time) {
        int last = versions.size() - 1;
        if (last >= 0 && versions.get(last).validTo() == Version.CURRENT) {
            versions.set(last, versions.get(last).until(time));
        }
    }

    private void addMarker(List<ExpectedVersion> versions, Map<String, Object> state, List<Step> group) {
        Map<String, Object> lastKnown = state;
        boolean live = true;
        Cause deleter = Cause.TRUNCATE;
        for (Step step : group) {
            if (step.image() != null) {
                lastKnown = step.image();
                live = true;
            } else if (live) {
                deleter = step.cause();
                live = false;
            }
        }
        if (spec.deletes() == DeleteMode.MARKER && deleter != Cause.TRUNCATE) {
            versions.add(new ExpectedVersion(
                    lastKnown, group.get(group.size() - 1).time(), Version.CURRENT, Version.MARKER));
        }
    }

    private boolean differ(Map<String, Object> one, Map<String, Object> other) {
        return columns(one, other).stream()
                .anyMatch(column -> isTracked(column) && !Objects.equals(one.get(column), other.get(column)));
    }

    private static Set<String> columns(Map<String, Object> one, Map<String, Object> other) {
        Set<String> columns = new TreeSet<>(one.keySet());
        columns.addAll(other.keySet());
        return columns;
    }

    private ExpectedVersion overwritten(ExpectedVersion version, Map<String, Object> image) {
        Map<String, Object> columns = new TreeMap<>();
        for (String column : columns(version.columns(), image)) {
            Object value = isOverwritten(column)
                    ? image.get(column)
                    : version.columns().get(column);
            if (value != null) {
                columns.put(column, value);
            }
        }
        return version.withColumns(columns);
    }

    private boolean isTracked(String column) {
        return spec.isTracked(schema(), column);
    }

    boolean isOverwritten(String column) {
        List<String> key = spec.key().isEmpty() ? schema().keyNames() : spec.key();
        return !isTracked(column) && !key.contains(column);
    }

    private TableSchema schema() {
        return events.get(0).event().schema();
    }
}
