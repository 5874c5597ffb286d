package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Column;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.scd.Rejected;
import io.cdcsdk.scd.Scd2Spec;
import io.cdcsdk.scd.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What history a table must have after some events have arrived, by brute force. It shares nothing with the engine but the
 * spec: it decides event by event what is rejected, and folds what is left from the very beginning.
 */
final class HistoryOracle {
    private final Scd2Spec spec;
    private final List<HistoryEvent> accepted = new ArrayList<>();
    private final List<HistoryRejection> rejected = new ArrayList<>();
    private final Map<String, Long> newest = new HashMap<>();
    private final Map<String, LogicalType> columns = new LinkedHashMap<>();
    private List<String> key = List.of();
    private long frozen = Long.MIN_VALUE; // before this time nothing may change any more
    private final Comparator<HistoryEvent> order;
    private int repeats;

    HistoryOracle(Scd2Spec spec) {
        this.spec = spec;
        this.order = HistoryEvent.order(spec);
    }

    /**
     * The oracle after some arrivals.
     *
     * @throws UndefinedHistory if the contract leaves the result open
     */
    static HistoryOracle of(Scd2Spec spec, List<HistoryDelivery> deliveries) {
        HistoryOracle oracle = new HistoryOracle(spec);
        deliveries.forEach(oracle::arrive);
        return oracle;
    }

    /** What is rejected of what has arrived, in the order of arrival. */
    List<HistoryRejection> rejected() {
        return rejected;
    }

    /** What counts of what has arrived, each once, in the order of arrival. */
    List<HistoryEvent> accepted() {
        return accepted;
    }

    /** How many events arrived again. */
    int repeats() {
        return repeats;
    }

    /** The types of all columns, in the order in which they were seen. */
    Map<String, LogicalType> columns() {
        return columns;
    }

    /** The names of the key columns. */
    List<String> key() {
        return key;
    }

    HistoryFold fold() {
        return new HistoryFold(spec, accepted);
    }

    /** The versions of every key that has any. */
    Map<List<Object>, List<ExpectedVersion>> versions() {
        return fold().versions();
    }

    /** Lets an event arrive. */
    void arrive(HistoryDelivery delivery) {
        ChangeEvent event = delivery.event();
        if (!fitsColumns(event.schema())) {
            reject(delivery, Rejected.Category.INVALID);
            return;
        }
        if (event instanceof SchemaChange) {
            learn(event.schema());
            return;
        }
        HistoryEvent candidate = read(delivery).orElse(null);
        if (candidate == null) {
            requireKnownColumns(delivery);
            reject(delivery, Rejected.Category.INVALID);
            return;
        }
        boolean known = accepted.stream()
                .anyMatch(other -> other.lane().equals(candidate.lane())
                        && other.position().equals(candidate.position()));
        boolean tooLate = isTooLate(candidate, known);
        if (known) {
            if (tooLate) {
                throw new UndefinedHistory("a repeat beyond the window: " + delivery);
            }
            repeats++;
        } else if (tooLate) {
            requireKnownColumns(delivery);
            reject(delivery, Rejected.Category.TOO_LATE);
            if (candidate.isRow()) {
                note(candidate);
            }
        } else {
            learn(event.schema());
            accept(candidate);
            if (!isTimeless(event)) {
                note(candidate);
            }
        }
    }

    /** Rows of a snapshot come in any order of a sequence column, and do not move the window. */
    private boolean isTimeless(ChangeEvent event) {
        return spec.sequence() instanceof Sequence.Column && EventScript.is(event, Operation.SNAPSHOT);
    }

    private void accept(HistoryEvent event) {
        Set<HistoryEvent> known = sweeps();
        accepted.add(event);
        Set<HistoryEvent> now = sweeps();
        Set<HistoryEvent> changed = new HashSet<>(known);
        changed.addAll(now);
        changed.removeIf(sweep -> known.contains(sweep) && now.contains(sweep));
        HistoryFold fold = new HistoryFold(spec, rows());
        for (HistoryEvent sweep : changed) {
            if (now.stream().anyMatch(other -> other.time() < frozen && order.compare(sweep, other) < 0)) {
                throw new UndefinedHistory("a sweep, by source order, before one that can change no more: " + event);
            }
            for (List<Object> swept : fold.keys()) {
                if (isFrozenByOrder(fold, swept, sweep)) {
                    throw new UndefinedHistory("a sweep, by source order, before what can change no more: " + event);
                }
            }
        }
    }

    /** Whether a sweep that can change no more stands behind an event, or spared its key if the event were older. */
    private boolean isBeforeFrozenSweep(HistoryEvent event) {
        HistoryFold fold = fold();
        return sweeps().stream()
                .anyMatch(sweep -> sweep.time() < frozen && order.compare(event, fold.endOfSweep(sweep)) < 0);
    }

    private List<HistoryEvent> rows() {
        return accepted.stream().filter(HistoryEvent::isRow).toList();
    }

    /** Truncates, and the starts of snapshots that completed. */
    private Set<HistoryEvent> sweeps() {
        Set<HistoryEvent> sweeps = new HashSet<>(fold().completedStarts());
        accepted.stream().filter(HistoryEvent::isTruncate).forEach(sweeps::add);
        return sweeps;
    }

    private void note(HistoryEvent event) {
        newest.merge(event.lane(), event.time(), Math::max);
        freeze();
    }

    private void reject(HistoryDelivery delivery, Rejected.Category category) {
        if (accepted.isEmpty()) {
            throw new UndefinedHistory("the first event is rejected: " + delivery);
        }
        if (EventScript.is(delivery.event(), Operation.SNAPSHOT)) {
            throw new UndefinedHistory("a row of a snapshot is rejected: " + delivery);
        }
        rejected.add(new HistoryRejection(delivery.lane(), delivery.event().position(), category));
    }

    private void freeze() {
        Duration lateness = spec.lateness();
        if (lateness != null) {
            long slowest =
                    newest.values().stream().mapToLong(Long::longValue).min().orElseThrow();
            frozen = Math.max(frozen, slowest - micros(lateness));
        }
    }

    private boolean isTooLate(HistoryEvent event, boolean known) {
        Duration lateness = spec.lateness();
        if (lateness == null) {
            return false;
        }
        Long newestOfLane = newest.get(event.lane());
        long edge = newestOfLane == null ? Long.MIN_VALUE : newestOfLane - micros(lateness);
        if (!event.isRow()) {
            long time = event.isCompletion() ? startTime(event) : event.time();
            return time < edge || time < frozen;
        }
        boolean tooLate = isRowTooLate(event, known, edge, accepted);
        if (tooLate != isRowTooLate(event, known, edge, rows())) {
            throw new UndefinedHistory("the clock runs backwards behind a truncate or a snapshot: " + event);
        }
        if (!tooLate && isBeforeFrozenSweep(event)) {
            throw new UndefinedHistory("by source order before a sweep that can change no more: " + event);
        }
        return tooLate;
    }

    /**
     * Judges a row change.
     *
     * @param known whether it has been accepted before
     * @param edge the least time that its lane allows
     * @param others the events that lift times
     */
    private boolean isRowTooLate(HistoryEvent event, boolean known, long edge, List<HistoryEvent> others) {
        HistoryFold before = new HistoryFold(spec, others);
        List<HistoryEvent> with = new ArrayList<>(others);
        if (!known) {
            with.add(event);
        }
        HistoryFold after = new HistoryFold(spec, with);
        return Stream.of(event.key(), event.oldKey())
                .filter(candidate -> !candidate.isEmpty())
                .anyMatch(candidate -> {
                    long time = time(after, candidate, event);
                    return time < edge
                            || known && time < frozen
                            || !known
                                    && (isFrozenByOrder(before, candidate, event)
                                            || time < frozen && isOvertaken(before, candidate, time));
                });
    }

    /** The time by which a completion is judged: that of its start, if there is one. */
    private long startTime(HistoryEvent completion) {
        return accepted.stream()
                .filter(event -> event.isStart() || event.isCompletion())
                .filter(event -> event.lane().equals(completion.lane())
                        && completion.position().isAfter(event.position()))
                .max((one, other) -> one.position().compareTo(other.position()))
                .filter(HistoryEvent::isStart)
                .map(HistoryEvent::time)
                .orElse(completion.time());
    }

    private static long time(HistoryFold fold, List<Object> candidate, HistoryEvent event) {
        return fold.steps(candidate).stream()
                .filter(step -> step.event().lane().equals(event.lane())
                        && step.event().position().equals(event.position()))
                .findFirst()
                .orElseThrow()
                .time();
    }

    /** Whether the key has a later event that can change no more. */
    private boolean isFrozenByOrder(HistoryFold fold, List<Object> candidate, HistoryEvent event) {
        return rowSteps(fold, candidate)
                .anyMatch(step -> fold.order().compare(event, step.event()) < 0 && step.time() < frozen);
    }

    /** Whether something has been accepted that concerns the key at this time or a later one. */
    private boolean isOvertaken(HistoryFold fold, List<Object> candidate, long time) {
        return rowSteps(fold, candidate).anyMatch(step -> step.time() >= time)
                || sweeps().stream().anyMatch(event -> event.time() >= time);
    }

    private static Stream<HistoryFold.Step> rowSteps(HistoryFold fold, List<Object> candidate) {
        return fold.steps(candidate).stream().filter(step -> step.event().isRow());
    }

    /** The event with its time and keys, or nothing if it breaks the contract. */
    private Optional<HistoryEvent> read(HistoryDelivery delivery) {
        ChangeEvent event = delivery.event();
        List<String> keyOfEvent = spec.key().isEmpty() ? event.schema().keyNames() : spec.key();
        if (!key.isEmpty() && !key.equals(keyOfEvent)) {
            return Optional.empty();
        }
        Long time = time(event);
        if (time == null) {
            return Optional.empty();
        }
        if (!(event instanceof RowChange change)) {
            return Optional.of(new HistoryEvent(delivery.lane(), event, time, List.of(), List.of()));
        }
        List<Object> keyValues = HistoryValues.key(change.image(), keyOfEvent);
        if (keyValues.isEmpty()) {
            return Optional.empty();
        }
        List<Object> oldKey = List.of();
        Row before = change.before();
        if (change.after() != null && before != null) {
            oldKey = HistoryValues.key(before, keyOfEvent);
            if (oldKey.isEmpty()) {
                throw new UndefinedHistory("an image before an update without a key: " + delivery);
            }
        }
        return Optional.of(new HistoryEvent(
                delivery.lane(), event, time, keyValues, oldKey.equals(keyValues) ? List.of() : oldKey));
    }

    private @Nullable Long time(ChangeEvent event) {
        Long commit = event.origin().hasSourceTime() ? event.origin().sourceTime() : null;
        if (!(spec.sequence() instanceof Sequence.Column column) || !(event instanceof RowChange change)) {
            return commit;
        }
        Row image = change.image();
        int ordinal = image.schema().ordinal(column.name());
        if (!image.hasValue(ordinal)) {
            return change.after() == null ? commit : null;
        }
        long value = image.primitive(ordinal);
        if (commit == null) {
            throw new UndefinedHistory("a sequence column without a commit time");
        }
        if (value > commit + micros(spec.maxAhead())) {
            return null;
        }
        // The image before a delete has the sequence of an older change.
        return change.after() == null ? Math.max(commit, value) : value;
    }

    private void learn(TableSchema schema) {
        key = spec.key().isEmpty() ? schema.keyNames() : spec.key();
        for (Column column : schema.columns()) {
            columns.merge(column.name(), column.type(), HistoryOracle::wider);
        }
    }

    /** Whether the columns of a rejected event count is left open. */
    private void requireKnownColumns(HistoryDelivery delivery) {
        for (Column column : delivery.event().schema().columns()) {
            LogicalType known = columns.get(column.name());
            if (known == null || !wider(known, column.type()).equals(known)) {
                throw new UndefinedHistory("a column that a rejected event tells alone: " + delivery);
            }
        }
    }

    private boolean fitsColumns(TableSchema schema) {
        return schema.columns().stream().allMatch(column -> {
            LogicalType known = columns.get(column.name());
            return known == null
                    || known.kind() == column.type().kind()
                    || isEither(known, column.type(), LogicalType.INT32, LogicalType.INT64)
                    || isEither(known, column.type(), LogicalType.FLOAT32, LogicalType.FLOAT64);
        });
    }

    private static boolean isEither(LogicalType known, LogicalType type, LogicalType narrow, LogicalType wide) {
        return known.equals(narrow) && type.equals(wide) || known.equals(wide) && type.equals(narrow);
    }

    private static LogicalType wider(LogicalType one, LogicalType other) {
        if (one.kind() == LogicalType.Kind.DECIMAL) {
            int scale = Math.max(one.scale(), other.scale());
            int digits = Math.max(one.precision() - one.scale(), other.precision() - other.scale());
            return LogicalType.decimal(digits + scale, scale);
        }
        return one.kind().compareTo(other.kind()) >= 0 ? one : other;
    }

    static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }
}
