package io.cdcsdk.runtime;

import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.DeadLetterRecord.Outdated;
import io.cdcsdk.api.DeadLetterRecord.Resolved;
import io.cdcsdk.api.DeadLetterRecord.Settled;
import io.cdcsdk.api.Position;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a log of dead letters says at one time, whether it counts or not.
 *
 * @param letters those that nobody has resolved
 * @param outdated which letters snapshots that have begun will make void
 * @param replays those that were begun
 * @param settledBy how many records of earlier sessions count, as each session says
 */
record WrittenLetters(
        Map<Id, ParkedLetter> letters,
        Map<Id, Outdated> outdated,
        Map<Id, DeadLetterRecord.Replay> replays,
        Map<String, Map<String, Long>> settledBy) {
    static WrittenLetters read(DeadLetterLog log) {
        WrittenLetters written =
                new WrittenLetters(new LinkedHashMap<>(), new LinkedHashMap<>(), new HashMap<>(), new HashMap<>());
        // A session may resolve letters of one that began later: it claimed its lanes after that.
        Set<Id> done = new HashSet<>();
        log.read((id, record) -> written.add(id, record, done));
        written.letters.keySet().removeAll(done);
        return written;
    }

    private void add(Id id, DeadLetterRecord record, Set<Id> done) {
        if (record instanceof Letter letter) {
            letters.put(id, ParkedLetter.of(letter));
        } else if (record instanceof Resolved resolved) {
            done.addAll(resolved.letters());
        } else if (record instanceof Outdated each) {
            outdated.put(id, each);
        } else if (record instanceof DeadLetterRecord.Replay replay) {
            replays.put(id, replay);
        } else if (record instanceof Settled settled) {
            settledBy.put(id.session(), settled.records());
        }
    }

    /**
     * Of each session, how many records count.
     *
     * @param cursor where the cursor of the letters stands in the sink
     */
    Map<String, Long> counting(@Nullable Position cursor) {
        if (cursor == null) {
            return Map.of();
        }
        Map<String, Long> counting = new HashMap<>(settledBy.getOrDefault(cursor.path(), Map.of()));
        counting.put(cursor.path(), cursor.offset() + 1);
        return counting;
    }

    /** The number of the last replay. */
    long lastReplay() {
        return replays.values().stream()
                .mapToLong(DeadLetterRecord.Replay::number)
                .max()
                .orElse(0);
    }
}
