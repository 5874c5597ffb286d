package io.cdcsdk.runtime;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.DeadLetterFilter;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.DeadLetterRecord.Resolution;
import io.cdcsdk.api.DeadLetterRecord.Resolved;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.EventsRefused;
import io.cdcsdk.api.LaneLost;
import io.cdcsdk.api.OutcomeUnknown;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replay of dead letters into their sink: in the order in which they came, what comes behind a chosen letter with it, and
 * nothing before what it stands behind. Letters of one target are written in commits of their own, which move the cursor of a lane
 * of their own: after a crash it tells which of them have happened.
 */
final class Replay {
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
    private static final int LETTERS_OF_A_COMMIT = 1000;
    private static final int MOST_FAILURES = 20;
    private static final int MOST_ATTEMPTS = 20;

    private record Ready(Id id, List<String> keys, ChangeEvent event) {}

    private final String pipeline;
    private final Sink sink;
    private final SinkRoute route;
    private final TransformChain transforms;
    private final DeadLetters letters;
    private final Calls calls;
    private final Calls letterCalls;
    private final String lane;
    private final Map<String, Position> cursors;
    private final Function<OutcomeUnknown, List<Cursor>> reopen;
    private final PipelineListener listener;
    private final String id;

    private final BlockedKeys blocked = new BlockedKeys();
    private final List<String> failures = new ArrayList<>();
    private long replayed;
    private long failed;
    private long waiting;

    Replay(
            String pipeline,
            String id,
            Sink sink,
            SinkRoute route,
            TransformChain transforms,
            DeadLetters letters,
            Calls calls,
            Calls letterCalls,
            String lane,
            Map<String, Position> cursors,
            Function<OutcomeUnknown, List<Cursor>> reopen,
            PipelineListener listener) {
        this.pipeline = pipeline;
        this.id = id;
        this.sink = sink;
        this.route = route;
        this.transforms = transforms;
        this.letters = letters;
        this.calls = calls;
        this.letterCalls = letterCalls;
        this.lane = lane;
        this.cursors = cursors;
        this.reopen = reopen;
        this.listener = listener;
    }

    ReplayResult run(DeadLetterFilter filter) {
        List<OpenLetter> all = new ArrayList<>();
        letters.forEachOpen((letterId, letter) -> all.add(new OpenLetter(letterId, letter)));
        Map<String, List<Ready>> byTarget = new LinkedHashMap<>();
        List<Id> done = new ArrayList<>();
        BlockedKeys chosenKeys = new BlockedKeys();
        for (OpenLetter open : OpenLetter.inOrder(all)) {
            Letter letter = open.letter();
            boolean behindChosen = letter.fault() == null && chosenKeys.containsAnyOf(letter.keys());
            if (!behindChosen && !filter.chooses(open.id(), letter)) {
                blocked.addAll(letter.keys());
            } else if (blocked.containsAnyOf(letter.keys()) || letters.isOutdated(open.id())) {
                wait(letter.keys());
            } else if (prepare(open, byTarget, done)) {
                chosenKeys.addAll(letter.keys());
            }
        }
        if (!done.isEmpty()) {
            resolve(done);
        }
        // From here on only what fails in the sink holds others back: all that is ready stands behind nothing else.
        blocked.clear();
        byTarget.forEach((target, ready) -> {
            for (int from = 0; from < ready.size(); from += LETTERS_OF_A_COMMIT) {
                commit(target, ready.subList(from, Math.min(ready.size(), from + LETTERS_OF_A_COMMIT)));
            }
        });
        return new ReplayResult(replayed, failed, waiting, failures);
    }

    private void wait(Collection<String> keys) {
        waiting++;
        blocked.addAll(keys);
    }

    /** Takes a letter through the transforms that it lacks; false if it stays. */
    private boolean prepare(OpenLetter open, Map<String, List<Ready>> byTarget, List<Id> done) {
        Letter letter = open.letter();
        ChangeEvent event = letter.event();
        Set<String> keys = new HashSet<>(letter.keys());
        if (event == null) {
            fail(
                    keys,
                    "the record at " + letter.position() + " of lane '" + letter.lane()
                            + "' cannot be decoded; read it again from its source or drop it");
            return false;
        }
        String chain = letter.chain();
        int passed = chain == null ? letter.transforms() : transforms.passed(chain, letter.transforms());
        if (passed < 0) {
            fail(
                    keys,
                    "the letter of " + event
                            + " was set aside by a pipeline with other masks, or other transforms in front of "
                            + "the one that failed: replay it with those, or drop it");
            return false;
        }
        try {
            ChangeEvent result = transforms.resume(event, passed);
            String target = result == null ? null : route.target(result.schema());
            if (result == null || target == null) {
                done.add(open.id());
                return true;
            }
            keys.addAll(letters.keys().of(result));
            if (blocked.containsAnyOf(keys)) {
                wait(keys);
                return false;
            }
            byTarget.computeIfAbsent(target, none -> new ArrayList<>())
                    .add(new Ready(open.id(), List.copyOf(keys), result));
            return true;
        } catch (BadRecord e) {
            fail(keys, e.getMessage());
            return false;
        }
    }

    private void fail(Collection<String> keys, @Nullable String message) {
        failed++;
        blocked.addAll(keys);
        if (failures.size() < MOST_FAILURES) {
            failures.add(String.valueOf(message));
        }
    }

    private void commit(String target, List<Ready> ready) {
        List<Ready> written = new ArrayList<>();
        write(ready, written);
        if (written.isEmpty()) {
            return;
        }
        // One more also where the sink has refused them all: it holds them until a commit passes them over.
        for (int attempt = 1; !commit(target, written, attempt); attempt++) {
            LOG.debug("committing what is left of a replay, {} letters", written.size());
        }
        if (!written.isEmpty()) {
            resolve(written.stream().map(Ready::id).toList());
        }
    }

    /** Commits what was written; if it has not happened, what is left of it has been written again. */
    private boolean commit(String target, List<Ready> written, int attempt) {
        Position from = cursors.get(target);
        Position to = letterCalls.get(() ->
                letters.beginReplay(target, written.stream().map(Ready::id).toList(), from));
        Commit commit =
                new Commit(List.of(new Commit.Move(target, lane, from, to)), EventBatch.Boundary.TRANSACTION_END);
        long began = System.nanoTime();
        try {
            calls.run(() -> sink.commit(commit));
        } catch (EventsRefused e) {
            refused(written, e);
            return false;
        } catch (OutcomeUnknown e) {
            if (attempt == MOST_ATTEMPTS) {
                throw e;
            }
            if (!hasHappened(commit.moves().get(0), e)) {
                if (!written.isEmpty()) {
                    calls.run(() -> sink.write(batch(written)));
                }
                return written.isEmpty();
            }
        }
        cursors.put(target, to);
        LOG.atDebug()
                .addKeyValue("pipeline", pipeline)
                .addKeyValue("sink", id)
                .addKeyValue("rows", written.size())
                .addKeyValue("millis", (System.nanoTime() - began) / 1_000_000)
                .log("committed a replay");
        return true;
    }

    private void refused(List<Ready> written, EventsRefused e) {
        Map<ChangeEvent, EventsRefused.Refusal> refusals = new IdentityHashMap<>();
        e.refusals().forEach(refusal -> refusals.put(refusal.event(), refusal));
        boolean less = written.removeIf(each -> {
            EventsRefused.Refusal refusal = refusals.get(each.event());
            if (refusal != null) {
                fail(each.keys(), refusal.message());
            }
            return refusal != null;
        });
        if (!less) {
            throw e;
        }
    }

    private boolean hasHappened(Commit.Move move, OutcomeUnknown cause) {
        Position now = null;
        List<Cursor> standing = reopen.apply(cause);
        if (!sink.capabilities().contains(SinkCapability.CURSOR)) {
            return false;
        }
        for (Cursor cursor : standing) {
            if (cursor.lane().equals(lane) && cursor.target().equals(move.target())) {
                now = cursor.position();
            }
        }
        if (!move.to().equals(now) && !Objects.equals(move.from(), now)) {
            throw new LaneLost(
                    lane, "another pipeline has replayed into target " + move.target() + " in sink '" + id + "'");
        }
        return move.to().equals(now);
    }

    private void resolve(List<Id> done) {
        Resolved resolved = letterCalls.get(() -> letters.resolve(done, Resolution.REPLAYED));
        replayed += done.size();
        listener.resolved(id, resolved);
    }

    private void write(List<Ready> ready, List<Ready> written) {
        List<Ready> free = new ArrayList<>();
        for (Ready each : ready) {
            if (blocked.containsAnyOf(each.keys())) {
                wait(each.keys());
            } else {
                free.add(each);
            }
        }
        if (free.isEmpty()) {
            return;
        }
        try {
            calls.run(() -> sink.write(batch(free)));
            written.addAll(free);
        } catch (BadRecord e) {
            if (free.size() == 1) {
                fail(free.get(0).keys(), e.getMessage());
            } else {
                write(free.subList(0, free.size() / 2), written);
                write(free.subList(free.size() / 2, free.size()), written);
            }
        }
    }

    private EventBatch batch(List<Ready> ready) {
        long last = cursors.values().stream().mapToLong(Position::epoch).max().orElse(0);
        return EventBatch.of(
                lane,
                ready.stream().map(Ready::event).toList(),
                Position.of(last + 1, "", 0),
                ready.size() * 500L,
                EventBatch.Boundary.TRANSACTION_END);
    }

    /** Forgets letters; tells how many. */
    static long drop(
            DeadLetters letters, DeadLetterFilter filter, Calls letterCalls, String id, PipelineListener listener) {
        List<Id> gone = new ArrayList<>();
        letters.forEachOpen((letterId, letter) -> {
            if (filter.chooses(letterId, letter)) {
                gone.add(letterId);
            }
        });
        if (!gone.isEmpty()) {
            listener.resolved(id, letterCalls.get(() -> letters.resolve(gone, Resolution.DROPPED)));
        }
        return gone.size();
    }
}
