package io.cdcsdk.runtime;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Commit;
import io.cdcsdk.api.DeadLetterFilter;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.DeadLetterRecord.Resolution;
import io.cdcsdk.api.DeadLetterRecord.Resolved;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Sink;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One replay of dead letters into their sink: in the order in which they came, what comes behind a chosen letter with it, and
 * nothing before what it stands behind. Letters of one target are written in commits of their own, which move the cursor of a lane
 * of their own: after a crash it tells which of them have happened.
 */
final class Replay {
    private static final int LETTERS_OF_A_COMMIT = 1000;
    private static final int MOST_FAILURES = 20;

    private record Ready(Id id, List<String> keys, ChangeEvent event) {}

    private final Sink sink;
    private final SinkRoute route;
    private final TransformChain transforms;
    private final DeadLetters letters;
    private final Calls calls;
    private final Calls letterCalls;
    private final String lane;
    private final Map<String, Position> cursors;
    private final PipelineListener listener;
    private final String id;

    private final Set<String> blocked = new HashSet<>();
    private final List<String> failures = new ArrayList<>();
    private long replayed;
    private long failed;
    private long waiting;

    Replay(
            String id,
            Sink sink,
            SinkRoute route,
            TransformChain transforms,
            DeadLetters letters,
            Calls calls,
            Calls letterCalls,
            String lane,
            Map<String, Position> cursors,
            PipelineListener listener) {
        this.id = id;
        this.sink = sink;
        this.route = route;
        this.transforms = transforms;
        this.letters = letters;
        this.calls = calls;
        this.letterCalls = letterCalls;
        this.lane = lane;
        this.cursors = cursors;
        this.listener = listener;
    }

    ReplayResult run(DeadLetterFilter filter) {
        List<OpenLetter> all = new ArrayList<>();
        letters.forEachOpen((letterId, letter) -> all.add(new OpenLetter(letterId, letter)));
        all.sort(OpenLetter.ORDER);
        Map<String, List<Ready>> byTarget = new LinkedHashMap<>();
        List<Id> done = new ArrayList<>();
        Set<String> chosenKeys = new HashSet<>();
        for (OpenLetter open : all) {
            Letter letter = open.letter();
            boolean behindChosen =
                    letter.fault() == null && letter.keys().stream().anyMatch(chosenKeys::contains);
            if (!behindChosen && !filter.chooses(open.id(), letter)) {
                blocked.addAll(letter.keys());
            } else if (isBlocked(letter.keys())) {
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

    private boolean isBlocked(Collection<String> keys) {
        return keys.stream().anyMatch(blocked::contains);
    }

    /** Takes a letter through the transforms that it lacks; false if it stays. */
    private boolean prepare(OpenLetter open, Map<String, List<Ready>> byTarget, List<Id> done) {
        Letter letter = open.letter();
        ChangeEvent event = letter.event();
        Set<String> keys = new HashSet<>(letter.keys());
        if (event == null) {
            fail(
                    keys,
                    new BadRecord("the record at " + letter.position() + " of lane '" + letter.lane()
                            + "' cannot be decoded; read it again from its source or drop it"));
            return false;
        }
        try {
            ChangeEvent result = transforms.resume(event, letter.transforms());
            String target = result == null ? null : route.target(result.schema());
            if (result == null || target == null) {
                done.add(open.id());
                return true;
            }
            keys.addAll(letters.keys().of(result));
            if (isBlocked(keys)) {
                wait(keys);
                return false;
            }
            byTarget.computeIfAbsent(target, none -> new ArrayList<>())
                    .add(new Ready(open.id(), List.copyOf(keys), result));
            return true;
        } catch (BadRecord e) {
            fail(keys, e);
            return false;
        }
    }

    private void fail(Collection<String> keys, BadRecord e) {
        failed++;
        blocked.addAll(keys);
        if (failures.size() < MOST_FAILURES) {
            failures.add(String.valueOf(e.getMessage()));
        }
    }

    private void commit(String target, List<Ready> ready) {
        List<Id> written = new ArrayList<>();
        write(ready, written);
        if (written.isEmpty()) {
            return;
        }
        Position from = cursors.get(target);
        long number = letterCalls.get(() -> letters.beginReplay(target, written, from));
        Position to = Position.of(number);
        calls.run(() -> sink.commit(
                new Commit(List.of(new Commit.Move(target, lane, from, to)), EventBatch.Boundary.TRANSACTION_END)));
        cursors.put(target, to);
        resolve(written);
    }

    private void resolve(List<Id> done) {
        Resolved resolved = letterCalls.get(() -> letters.resolve(done, Resolution.REPLAYED));
        replayed += done.size();
        listener.resolved(id, resolved);
    }

    private void write(List<Ready> ready, List<Id> written) {
        List<Ready> free = new ArrayList<>();
        for (Ready each : ready) {
            if (isBlocked(each.keys())) {
                wait(each.keys());
            } else {
                free.add(each);
            }
        }
        if (free.isEmpty()) {
            return;
        }
        Position last = cursors.values().stream().max(Position::compareTo).orElse(Position.of(0));
        EventBatch batch = EventBatch.of(
                lane,
                free.stream().map(Ready::event).toList(),
                Position.of(last.offset() + 1),
                free.size() * 500L,
                EventBatch.Boundary.TRANSACTION_END);
        try {
            calls.run(() -> sink.write(batch));
            free.forEach(each -> written.add(each.id()));
        } catch (BadRecord e) {
            if (free.size() == 1) {
                fail(free.get(0).keys(), e);
            } else {
                write(free.subList(0, free.size() / 2), written);
                write(free.subList(free.size() / 2, free.size()), written);
            }
        }
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
