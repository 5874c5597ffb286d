package io.cdcsdk.runtime;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterRecord.Fault;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.DeadLetterRecord.Resolution;
import io.cdcsdk.api.DeadLetterRecord.Resolved;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Truncate;
import io.cdcsdk.format.JsonEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of one sink. A letter is in the log before the commit that passes its event, and counts once that commit has
 * happened: until then the event comes again. For one thread, but for the counts.
 */
final class DeadLetters implements AutoCloseable {
    /** What is remembered of a letter that is not resolved. */
    record Open(String lane, Position position, @Nullable String target, List<String> keys, long bytes) {}

    private final String sink;
    private final DeadLetterLog log;
    private final EventKeys keys;
    private final long limit;
    private final Map<Id, Open> open = new LinkedHashMap<>();
    // How many letters that are not resolved there are of each key, and of each table.
    private final Map<String, Integer> parked = new ConcurrentHashMap<>();
    private final AtomicInteger sourceKeys = new AtomicInteger();
    private final Map<String, Integer> tables = new HashMap<>();
    // Letters of other sessions that have not been settled: their lanes have not been claimed yet.
    private final Set<Id> unsettled = new HashSet<>();
    private final Map<String, Long> others = new HashMap<>();
    private final List<Letter> pending = new ArrayList<>();
    private final List<Open> pendingOpen = new ArrayList<>();
    // What a truncate has made void that is not committed yet.
    private final Map<Id, Open> voided = new LinkedHashMap<>();
    // Of the commit that is under way: what it set aside, in the log already.
    private final Map<Id, Letter> underWay = new LinkedHashMap<>();
    private long nextIndex;
    private volatile Counts counts = new Counts(0, 0, 0);

    /** How much is not resolved, of what counts. */
    record Counts(long keys, long letters, long bytes) {}

    private long bytes;

    DeadLetters(String sink, DeadLetterLog log, long limit) {
        this.sink = sink;
        this.log = log;
        this.keys = new EventKeys(log.salt());
        this.limit = limit;
        load();
    }

    private void load() {
        Map<String, Long> settled = new HashMap<>();
        log.read((id, record) -> {
            if (record instanceof DeadLetterRecord.Settled each) {
                each.records().forEach((session, count) -> settled.merge(session, count, Math::min));
            }
        });
        log.read((id, record) -> {
            if (id.index() >= settled.getOrDefault(id.session(), Long.MAX_VALUE)) {
                return;
            }
            if (!settled.containsKey(id.session()) && !id.session().equals(log.session())) {
                others.merge(id.session(), id.index() + 1, Math::max);
            }
            if (record instanceof Letter letter) {
                add(id, opened(letter));
                if (!settled.containsKey(id.session())) {
                    unsettled.add(id);
                }
            } else if (record instanceof Resolved resolved) {
                resolved.letters().forEach(this::remove);
            }
        });
        count();
    }

    private Open opened(Letter letter) {
        ChangeEvent event = letter.event();
        long size = 200 + (event == null ? 0 : JsonEvents.write(event).length());
        return new Open(letter.lane(), letter.position(), letter.target(), letter.keys(), size);
    }

    private void add(Id id, Open letter) {
        open.put(id, letter);
        reserve(letter);
    }

    private void reserve(Open letter) {
        bytes += letter.bytes();
        for (String key : letter.keys()) {
            sourceKeys.addAndGet(EventKeys.isOfSource(key) ? 1 : 0);
            parked.merge(key, 1, Integer::sum);
            tables.merge(table(key), 1, Integer::sum);
        }
    }

    private void remove(Id id) {
        Open letter = open.remove(id);
        unsettled.remove(id);
        if (letter != null) {
            release(letter);
        }
    }

    private void release(Open letter) {
        bytes -= letter.bytes();
        for (String key : letter.keys()) {
            sourceKeys.addAndGet(EventKeys.isOfSource(key) ? -1 : 0);
            parked.merge(key, -1, DeadLetters::sumOrNone);
            tables.merge(table(key), -1, DeadLetters::sumOrNone);
        }
    }

    private static @Nullable Integer sumOrNone(int one, int other) {
        return one + other == 0 ? null : one + other;
    }

    private static String table(String key) {
        return key.substring(0, key.lastIndexOf('/'));
    }

    private void count() {
        counts = new Counts(parked.size(), open.size() - unsettled.size(), bytes);
    }

    /** How much is not resolved. Any thread. */
    Counts counts() {
        return counts;
    }

    /**
     * Decides which letters of other sessions count, as their lanes are claimed: those that the cursors have passed. The event of any
     * other one comes again.
     */
    void settle(Set<String> lanes, List<Cursor> cursors) {
        List<Id> uncommitted = new ArrayList<>();
        List<Id> counted = new ArrayList<>();
        for (Id id : unsettled) {
            Open letter = open.get(id);
            if (letter != null && lanes.contains(letter.lane())) {
                (isPassed(letter, cursors) ? counted : uncommitted).add(id);
            }
        }
        List<DeadLetterRecord> records = new ArrayList<>();
        if (!uncommitted.isEmpty()) {
            records.add(new Resolved(uncommitted, Resolution.UNCOMMITTED));
        }
        counted.forEach(unsettled::remove);
        uncommitted.forEach(this::remove);
        // A session may have letters of several lanes, which are claimed one after the other.
        Map<String, Long> done = new HashMap<>(others);
        unsettled.forEach(id -> done.remove(id.session()));
        if (!done.isEmpty()) {
            records.add(new DeadLetterRecord.Settled(done));
            done.keySet().forEach(others::remove);
        }
        append(records);
        count();
    }

    private static boolean isPassed(Open letter, Collection<Cursor> cursors) {
        for (Cursor cursor : cursors) {
            boolean about =
                    cursor.target().equals(Cursor.WHOLE_LANE) || cursor.target().equals(letter.target());
            if (about
                    && cursor.lane().equals(letter.lane())
                    && !letter.position().isAfter(cursor.position())) {
                return true;
            }
        }
        return false;
    }

    private void append(List<? extends DeadLetterRecord> records) {
        if (!records.isEmpty()) {
            log.append(List.copyOf(records));
            nextIndex += records.size();
        }
    }

    /** Whether any letter failed in a transform, or stands behind one that did. Any thread. */
    boolean isAnySourceKeyParked() {
        return sourceKeys.get() > 0;
    }

    /** Whether a letter has one of these keys. Any thread. */
    boolean isParked(List<String> of) {
        for (String key : of) {
            if (parked.containsKey(key)) {
                return true;
            }
        }
        return false;
    }

    /** A hash of keys for another thread. */
    EventKeys newKeys() {
        return new EventKeys(log.salt());
    }

    /** Whether any event has to be looked at. */
    boolean isAnyParked() {
        return !parked.isEmpty();
    }

    /** Makes hashes of keys. */
    EventKeys keys() {
        return keys;
    }

    /** Whether an event must wait behind a letter. */
    boolean isBehind(ChangeEvent event, List<String> of) {
        String table = event.table().toString();
        if (!tables.containsKey(table)) {
            return false;
        }
        if (parked.containsKey(EventKeys.wholeTable(event.table()))) {
            return true;
        }
        if (!(event instanceof RowChange)) {
            return false;
        }
        return isParked(of);
    }

    /**
     * Sets an event aside; {@link #flush} makes it durable.
     *
     * @param target null if it is not known
     * @param fault null if the event stands behind another one
     * @throws Fatal if more is set aside than the limit allows
     */
    void setAside(
            String lane,
            @Nullable String target,
            ChangeEvent event,
            List<String> of,
            int transforms,
            @Nullable Fault fault,
            int attempts) {
        Letter letter =
                new Letter(lane, event.position(), target, of, event, transforms, fault, attempts, Instant.now());
        Open remembered = opened(letter);
        if (bytes + remembered.bytes() > limit) {
            throw new Fatal("sink '" + sink + "' has " + bytes + " bytes of dead letters, and more than " + limit
                    + " would be set aside: replay or drop them, or allow more (dead-letter-bytes)");
        }
        pending.add(letter);
        pendingOpen.add(remembered);
        reserve(remembered);
    }

    /**
     * Notes that a table is emptied: what was set aside of it before is of no use any more.
     *
     * @param source the event as it was read, if the transforms have made another one of it
     */
    void truncate(Truncate event, @Nullable ChangeEvent source) {
        Set<String> emptied = new HashSet<>();
        emptied.add(event.table().toString());
        if (source != null) {
            emptied.add(table(keys.ofSource(source).get(0)));
        }
        for (int i = pending.size() - 1; i >= 0; i--) {
            if (isOf(pendingOpen.get(i), emptied)) {
                release(pendingOpen.remove(i));
                pending.remove(i);
            }
        }
        open().forEach((id, letter) -> {
            if (isOf(letter, emptied)) {
                voided.put(id, letter);
                remove(id);
            }
        });
    }

    private static boolean isOf(Open letter, Set<String> emptied) {
        return letter.keys().stream().anyMatch(key -> emptied.contains(table(key)));
    }

    /** Makes what was set aside durable: before the commit that passes it. May be repeated after a failure. */
    void flush() {
        if (pending.isEmpty()) {
            return;
        }
        long first = nextIndex;
        append(pending);
        for (int i = 0; i < pending.size(); i++) {
            Id id = new Id(log.session(), first + i);
            open.put(id, pendingOpen.get(i));
            underWay.put(id, pending.get(i));
        }
        pending.clear();
        pendingOpen.clear();
    }

    /**
     * Notes that the commit has happened.
     *
     * @return what it set aside
     */
    List<Letter> committed() {
        List<Letter> letters = List.copyOf(underWay.values());
        underWay.clear();
        count();
        return letters;
    }

    /** Resolves what a truncate that is committed has made void; null if that is nothing. */
    @Nullable
    Resolved truncateCommitted() {
        return voided.isEmpty() ? null : resolve(List.copyOf(voided.keySet()), Resolution.TRUNCATED);
    }

    /** Forgets what was set aside for a commit that has not happened, as the cursors show: its events come again. */
    void takeBack(List<Cursor> cursors) {
        pendingOpen.forEach(this::release);
        pending.clear();
        pendingOpen.clear();
        voided.forEach(this::add);
        voided.clear();
        List<Id> uncommitted = new ArrayList<>();
        underWay.forEach((id, letter) -> {
            Open remembered = open.get(id);
            if (remembered != null && !isPassed(remembered, cursors)) {
                uncommitted.add(id);
            }
        });
        if (!uncommitted.isEmpty()) {
            Resolved unused = resolve(uncommitted, Resolution.UNCOMMITTED);
        }
        uncommitted.forEach(underWay::remove);
    }

    /** Marks letters as done with. */
    Resolved resolve(List<Id> letters, Resolution how) {
        Resolved resolved = new Resolved(letters, how);
        append(List.of(resolved));
        letters.forEach(this::remove);
        letters.forEach(voided::remove);
        count();
        return resolved;
    }

    /** What is not resolved, and counts. */
    Map<Id, Open> open() {
        Map<Id, Open> counting = new LinkedHashMap<>(open);
        counting.keySet().removeAll(unsettled);
        return counting;
    }

    DeadLetterLog log() {
        return log;
    }

    @Override
    public void close() {
        log.close();
    }
}
