package io.cdcsdk.runtime;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterRecord.Fault;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.DeadLetterRecord.Resolution;
import io.cdcsdk.api.DeadLetterRecord.Resolved;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.Truncate;
import io.cdcsdk.api.Undecodable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of one sink. A letter is in the log before the commit that passes its event, and that commit moves a cursor in the
 * sink to the session and the number of the record: a letter counts if this cursor has come to it. Only the session to which the
 * sink's lanes belong can move it, so that no other one's letters ever count; what of earlier sessions does, a session writes down
 * before its first letter. For one thread, but for the counts.
 */
final class DeadLetters implements AutoCloseable {
    private record Place(String lane, Position position) {}

    /** The target in the replay's lane whose cursor tells which letters count. No data ever comes with it. */
    static final String TARGET = "*dead-letters";

    private final String sink;
    private final DeadLetterLog log;
    private final EventKeys keys;
    private final long limit;
    private final Map<Id, ParkedLetter> open = new LinkedHashMap<>();
    private final ParkedKeys parked = new ParkedKeys();
    // Letters that were there before the lane was claimed: whoever wrote them and has not committed them by then never
    // will.
    private final Set<Id> seenBeforeTheClaim;
    private boolean anchored;
    // Of each earlier session, how many records count.
    private Map<String, Long> settled = Map.of();
    private boolean settledWritten;
    private @Nullable Position anchor;
    private final Set<String> claimed = new HashSet<>();
    // Letters that count, and whose events come again, as a crash came between cursors that move one after the other.
    private final Map<Place, Id> unpassed = new HashMap<>();
    private final List<Letter> pending = new ArrayList<>();
    private final List<ParkedLetter> pendingOpen = new ArrayList<>();
    // What a truncate or a snapshot has made void, to be noted before the next commit; and what was noted for the one
    // under way.
    private final List<Id> superseded = new ArrayList<>();
    private @Nullable Resolved supersededNoted;
    // Letters in front of a snapshot of their table that has begun; and those of them of which that is not committed
    // yet.
    private final Set<ParkedLetter> outdated = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean outdatedNoted;
    private final Set<ParkedLetter> outdatedNews = Collections.newSetFromMap(new IdentityHashMap<>());
    // Of the commit that is under way: whether it has to move the cursor for the sake of what was noted.
    private boolean noted;
    // Of the commit that is under way: what it set aside, in the log already.
    private final Map<Id, Letter> underWay = new LinkedHashMap<>();
    // Those of which nobody has noted that they are done.
    private final Map<Id, DeadLetterRecord.Replay> replays = new HashMap<>();
    private long lastReplay;
    private long nextIndex;
    private volatile Counts counts = new Counts(0, 0, 0);

    /** How much is not resolved, of what counts. */
    record Counts(long keys, long letters, long bytes) {}

    DeadLetters(String sink, DeadLetterLog log, long limit) {
        this.sink = sink;
        this.log = log;
        this.keys = new EventKeys(log.salt());
        this.limit = limit;
        this.seenBeforeTheClaim = Set.copyOf(WrittenLetters.read(log).letters().keySet());
    }

    /**
     * Learns which letters of other sessions count. They are read here, as nobody else can make any count from the claim on. May be
     * repeated after a failure.
     *
     * @param cursor where the cursor of the letters stands in the sink, or null if it has never been moved
     * @return what is resolved by that: those that do not count
     */
    List<Resolved> anchor(@Nullable Position cursor) {
        anchor = cursor;
        if (anchored) {
            return List.of();
        }
        WrittenLetters written = WrittenLetters.read(log);
        Map<String, Long> counting = written.counting(cursor);
        settled = counting;
        List<Id> others = written.letters().keySet().stream()
                .filter(id -> !counts(id, counting) && seenBeforeTheClaim.contains(id))
                .toList();
        // Whoever only reads the log knows of no cursor.
        List<Resolved> uncommitted = others.isEmpty() ? List.of() : List.of(resolve(others, Resolution.UNCOMMITTED));
        written.letters().forEach((id, letter) -> {
            if (counts(id, counting)) {
                open.put(id, letter);
                parked.add(letter);
            }
        });
        written.outdated().forEach((id, record) -> {
            if (counts(id, counting)) {
                record.letters().stream()
                        .map(open::get)
                        .filter(Objects::nonNull)
                        .forEach(outdated::add);
            }
        });
        written.replays().forEach((id, replay) -> {
            if (replay.letters().stream().anyMatch(open::containsKey)) {
                replays.put(id, replay);
            }
        });
        lastReplay = written.lastReplay();
        anchored = true;
        count();
        return uncommitted;
    }

    private static boolean counts(Id id, Map<String, Long> counting) {
        return id.index() < counting.getOrDefault(id.session(), 0L);
    }

    /** The move that makes the letters count that the next commit passes; null if there are none. */
    Commit.@Nullable Move move(String lane) {
        if (!noted) {
            return null;
        }
        Position from = anchor;
        long epoch = from == null ? 1 : from.path().equals(log.session()) ? from.epoch() : from.epoch() + 1;
        return new Commit.Move(TARGET, lane, from, Position.of(epoch, log.session(), nextIndex - 1));
    }

    /** Notes that the move has happened. */
    void moved(Position to) {
        anchor = to;
    }

    private void remove(Id id) {
        ParkedLetter letter = open.remove(id);
        if (letter != null) {
            release(letter);
            unpassed.remove(new Place(letter.lane(), letter.position()), id);
        }
    }

    private void release(ParkedLetter letter) {
        outdated.remove(letter);
        outdatedNews.remove(letter);
        parked.remove(letter);
    }

    private void count() {
        counts = new Counts(parked.count(), open.size(), parked.bytes());
    }

    /** How much is not resolved. Any thread. */
    Counts counts() {
        return counts;
    }

    /** Finds the letters of lanes that have been claimed whose events come again. */
    void claimed(Set<String> lanes, List<Cursor> cursors) {
        claimed.addAll(lanes);
        open.forEach((id, letter) -> {
            if (lanes.contains(letter.lane()) && !isPassed(letter, cursors)) {
                unpassed.put(new Place(letter.lane(), letter.position()), id);
            }
        });
    }

    /** Whether an event that comes again is among the letters already. */
    boolean isSetAside(String lane, Position position) {
        return !unpassed.isEmpty() && unpassed.remove(new Place(lane, position)) != null;
    }

    private static boolean isPassed(ParkedLetter letter, Collection<Cursor> cursors) {
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

    /** Says what counts of earlier sessions, in front of everything else. */
    private void settle() {
        if (!settledWritten) {
            append(List.of(new DeadLetterRecord.Settled(settled)));
            settledWritten = true;
        }
    }

    private void append(List<? extends DeadLetterRecord> records) {
        if (!records.isEmpty()) {
            log.append(List.copyOf(records));
            nextIndex += records.size();
        }
    }

    /** Whether any letter failed in a transform, or stands behind one that did. Any thread. */
    boolean isAnyOfSourceParked() {
        return parked.isAnyOfSource();
    }

    /**
     * Whether an event as it was read must wait behind a letter. Any thread.
     *
     * @param hashes of the thread
     */
    boolean isBehindSource(ChangeEvent source, EventKeys hashes) {
        return parked.holdSource(source, hashes);
    }

    /** A hash of keys for another thread. */
    EventKeys newKeys() {
        return new EventKeys(log.salt());
    }

    /** Whether there are no letters, so that no event has to be looked at. */
    boolean isEmpty() {
        return parked.isEmpty() && unpassed.isEmpty();
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
    boolean isBehind(ChangeEvent event) {
        return parked.hold(event, keys);
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
            String chain,
            @Nullable Fault fault,
            int attempts) {
        setAside(new Letter(
                lane, event.position(), target, of, event, null, transforms, chain, fault, attempts, Instant.now()));
    }

    /** Sets a record aside that could not be decoded; as above. */
    void setAside(Undecodable record) {
        Fault fault = new Fault(ErrorCategory.PARSING, record.message(), BadRecord.class.getSimpleName());
        setAside(new Letter(
                record.lane(),
                record.position(),
                null,
                List.of(),
                null,
                record.content(),
                0,
                null,
                fault,
                1,
                Instant.now()));
    }

    private void setAside(Letter letter) {
        ParkedLetter remembered = ParkedLetter.of(letter);
        if (parked.bytes() + remembered.bytes() > limit) {
            throw new Fatal("sink '" + sink + "' has " + parked.bytes() + " bytes of dead letters, and more than "
                    + limit + " would be set aside: replay or drop them, or allow more (dead-letter-bytes)");
        }
        pending.add(letter);
        pendingOpen.add(remembered);
        parked.add(remembered);
    }

    /**
     * Notes that a table is emptied: what was set aside of it before is of no use any more.
     *
     * @param source the event as it was read, if the transforms have made another one of it
     */
    void truncated(String lane, Truncate event, @Nullable ChangeEvent source) {
        supersede(before(lane, event, source));
    }

    /** Notes that a snapshot begins: when it is complete, what was set aside of its table before is of no use any more. */
    void snapshotStarted(String lane, SnapshotStarted event, @Nullable ChangeEvent source) {
        Predicate<ParkedLetter> before = before(lane, event, source);
        Stream.concat(pendingOpen.stream(), open.values().stream())
                .filter(letter -> before.test(letter) && outdated.add(letter))
                .forEach(letter -> {
                    outdatedNews.add(letter);
                    outdatedNoted = false;
                });
    }

    /** Whether a snapshot of a letter's table has begun behind it, so that the letter must not be written any more. */
    boolean isOutdated(Id id) {
        ParkedLetter letter = open.get(id);
        return letter != null && outdated.contains(letter);
    }

    /** Notes that a snapshot is complete. */
    void snapshotCompleted(String lane, SnapshotCompleted event, @Nullable ChangeEvent source) {
        supersede(before(lane, event, source).and(outdated::contains));
    }

    /** The letters of an event's table that came before it. */
    private static Predicate<ParkedLetter> before(String lane, ChangeEvent event, @Nullable ChangeEvent source) {
        Set<String> tables = new HashSet<>();
        tables.add(event.table().toString());
        if (source != null) {
            tables.add(EventKeys.SOURCE + source.table());
        }
        return letter -> letter.tables().stream().anyMatch(tables::contains)
                && !(letter.lane().equals(lane) && letter.position().isAfter(event.position()));
    }

    private void supersede(Predicate<ParkedLetter> which) {
        for (int i = pending.size() - 1; i >= 0; i--) {
            if (which.test(pendingOpen.get(i))) {
                release(pendingOpen.remove(i));
                pending.remove(i);
            }
        }
        Map.copyOf(open).forEach((id, letter) -> {
            if (which.test(letter)) {
                superseded.add(id);
                remove(id);
            }
        });
    }

    /**
     * Makes what was set aside durable, before the commit that passes it; and what that makes void, for if the commit fails, the event
     * that does so comes again. May be repeated after a failure.
     */
    void flush() {
        if (pending.isEmpty() && superseded.isEmpty() && (outdatedNews.isEmpty() || outdatedNoted)) {
            return;
        }
        settle();
        flushLetters();
        if (!superseded.isEmpty()) {
            Resolved resolved = new Resolved(superseded, Resolution.SUPERSEDED);
            append(List.of(resolved));
            superseded.clear();
            supersededNoted = resolved;
        }
        if (!outdatedNews.isEmpty() && !outdatedNoted) {
            List<Id> ids = open.entrySet().stream()
                    .filter(entry -> outdatedNews.contains(entry.getValue()))
                    .map(Map.Entry::getKey)
                    .toList();
            append(List.of(new DeadLetterRecord.Outdated(ids)));
            outdatedNoted = true;
        }
        noted = true;
    }

    private void flushLetters() {
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

    /** What a commit has done to the letters. */
    record Outcome(List<Letter> setAside, @Nullable Resolved superseded) {}

    /** Notes that the commit has happened. */
    Outcome committed() {
        Outcome outcome = new Outcome(List.copyOf(underWay.values()), supersededNoted);
        underWay.clear();
        supersededNoted = null;
        outdatedNews.clear();
        outdatedNoted = false;
        noted = false;
        count();
        return outcome;
    }

    /**
     * Forgets what was set aside for a commit that has not happened: its events come again.
     *
     * @param cursor where the cursor of the letters stands in the sink now
     * @return what is resolved by that
     */
    List<Resolved> takeBack(@Nullable Position cursor) {
        anchor = cursor;
        pendingOpen.forEach(this::release);
        outdated.removeAll(outdatedNews);
        outdatedNews.clear();
        outdatedNoted = false;
        pending.clear();
        pendingOpen.clear();
        noted = false;
        long counting = cursor != null && cursor.path().equals(log.session()) ? cursor.offset() : -1;
        List<Id> uncommitted =
                underWay.keySet().stream().filter(id -> id.index() > counting).toList();
        List<Resolved> resolved =
                uncommitted.isEmpty() ? List.of() : List.of(resolve(uncommitted, Resolution.UNCOMMITTED));
        uncommitted.forEach(underWay::remove);
        return resolved;
    }

    /** Marks letters as done with. The next commit makes that count. */
    Resolved resolve(List<Id> letters, Resolution how) {
        Resolved resolved = new Resolved(letters, how);
        settle();
        append(List.of(resolved));
        noted = true;
        letters.forEach(this::remove);
        count();
        return resolved;
    }

    /**
     * Resolves the letters of replays that have happened: where the cursor of a target in the replay's lane stands. Those that it has
     * passed have been looked at before, as nobody begins a replay without. Tells what is resolved by that.
     */
    List<Resolved> settleReplays(Map<String, Position> cursors) {
        List<Resolved> resolved = new ArrayList<>();
        Map.copyOf(replays).forEach((id, replay) -> {
            if (position(id.session(), replay).equals(cursors.get(replay.target()))) {
                resolved.add(resolve(replay.letters(), Resolution.REPLAYED));
            }
            replays.remove(id);
        });
        return resolved;
    }

    /** Notes that letters are about to be written, and tells where the cursor is when they are. */
    Position beginReplay(String target, List<Id> letters, @Nullable Position cursor) {
        lastReplay = Math.max(lastReplay, cursor == null ? 0 : cursor.epoch()) + 1;
        DeadLetterRecord.Replay replay = new DeadLetterRecord.Replay(lastReplay, target, letters);
        settle();
        append(List.of(replay));
        noted = true;
        return position(log.session(), replay);
    }

    private static Position position(String session, DeadLetterRecord.Replay replay) {
        return Position.of(replay.number(), session, 0);
    }

    /** The lanes of letters that have not been claimed. */
    Set<String> unclaimedLanes() {
        Set<String> lanes = new HashSet<>();
        open.values().forEach(letter -> lanes.add(letter.lane()));
        lanes.removeAll(claimed);
        return lanes;
    }

    /** Visits the letters that are not resolved, and whose events will not come again. */
    void forEachOpen(BiConsumer<Id, Letter> visitor) {
        Map<Id, ParkedLetter> counting = new HashMap<>(open);
        counting.keySet().removeAll(underWay.keySet());
        counting.keySet().removeAll(unpassed.values());
        log.read((id, record) -> {
            if (record instanceof Letter letter && counting.containsKey(id)) {
                visitor.accept(id, letter);
            }
        });
    }

    @Override
    public void close() {
        log.close();
    }
}
