package io.cdcsdk.runtime.deadletter;

import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.DeadLetterRecord.Outdated;
import io.cdcsdk.api.DeadLetterRecord.Replay;
import io.cdcsdk.api.DeadLetterRecord.Resolved;
import io.cdcsdk.api.DeadLetterRecord.Settled;
import io.cdcsdk.format.JsonDeadLetters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes segments of which nothing will ever be asked again. What is deleted at one time depends on nothing else that is, so
 * that it may end anywhere and others may do the same.
 *
 * <p>Only segments of sessions are looked at that were settled by a session that was settled itself: until then, how much of
 * them counts might still be said differently. Of those, a segment goes when
 *
 * <ul>
 *   <li>each of its letters is resolved, by such a session too;
 *   <li>the letters that it resolves or replays are gone, or go with it, and those that it calls outdated are resolved or gone;
 *   <li>the sessions that it settles have no file any more, and so can append nothing;
 *   <li>it does not hold the last replay of a target, whose number the next one goes on from.
 * </ul>
 */
final class LetterCleaner implements LetterFolder.SegmentVisitor {
    private static final Logger LOG = LoggerFactory.getLogger(LetterCleaner.class);

    /** What a segment holds; {@code others} are its records that are not letters, by their index. */
    private record Content(long first, List<Long> letters, Map<Long, DeadLetterRecord> others) {}

    /** Indexes from {@code first} to before {@code end}. */
    private record Range(long first, long end) {
        boolean contains(long index) {
            return first <= index && index < end;
        }
    }

    private final LetterFolder folder;
    private final Disk disk;
    private final TreeMap<SegmentName, Content> contents = new TreeMap<>();
    private final Map<SegmentName, Range> ranges = new HashMap<>();
    private final TreeSet<String> sessions = new TreeSet<>();
    private final Map<String, Long> settled = new HashMap<>();
    private final Map<String, Set<Long>> resolved = new HashMap<>();
    private final Map<String, Long> lastReplays = new HashMap<>();
    private SegmentName current = new SegmentName("", 0);

    private LetterCleaner(LetterFolder folder, Disk disk) {
        this.folder = folder;
        this.disk = disk;
    }

    /** Cleans a folder. */
    static void clean(LetterFolder folder, Disk disk) throws IOException {
        new LetterCleaner(folder, disk).clean();
    }

    @Override
    public void segment(SegmentName segment, long first) {
        current = segment;
        contents.put(segment, new Content(first, new ArrayList<>(), new TreeMap<>()));
        ranges.put(segment, new Range(first, first));
        sessions.add(segment.session());
    }

    @Override
    public void visit(Id id, DeadLetterRecord record) {
        Content content = content(current);
        ranges.put(current, new Range(content.first(), id.index() + 1));
        if (record instanceof Letter) {
            content.letters().add(id.index());
        } else {
            content.others().put(id.index(), record);
        }
        if (record instanceof Replay replay) {
            lastReplays.merge(replay.target(), replay.number(), Math::max);
        }
    }

    /** What a segment holds; nothing where its header was never written to its end. */
    private Content content(SegmentName segment) {
        return contents.getOrDefault(segment, new Content(0, List.of(), Map.of()));
    }

    private void clean() throws IOException {
        List<SegmentName> segments = folder.segments();
        segments.forEach(segment -> sessions.add(segment.session()));
        folder.read(JsonDeadLetters.readerWithoutEvents(), this);
        findSettled();
        findResolved();
        boolean deleted = false;
        for (SegmentName segment : segments) {
            deleted |= isOver(segment) && delete(segment);
        }
        if (deleted) {
            disk.syncDirectory(folder.path());
        }
    }

    /** Whether it is gone now; one that stays does no harm. */
    private boolean delete(SegmentName segment) {
        try {
            disk.delete(segment.in(folder.path()));
            LOG.atDebug().addKeyValue("file", segment.in(folder.path())).log("deleted: all its letters are resolved");
            return true;
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", segment.in(folder.path()))
                    .setCause(e)
                    .log("could not be deleted, though every letter is resolved; the next start tries again");
            return false;
        }
    }

    /** The later of two sessions that settle a third one has read what the earlier one said, or does not let it count. */
    private void findSettled() {
        Map<String, Long> said = new HashMap<>();
        for (String session : sessions.descendingSet()) {
            boolean certain = said.containsKey(session);
            long count = said.getOrDefault(session, Long.MAX_VALUE);
            forEachOther(session, count, record -> {
                if (record instanceof Settled settlement) {
                    settlement.records().forEach((other, records) -> {
                        if (other.compareTo(session) < 0) {
                            said.putIfAbsent(other, records);
                            if (certain && records.equals(said.get(other))) {
                                settled.put(other, records);
                            }
                        }
                    });
                }
            });
        }
    }

    private void findResolved() {
        settled.forEach((session, count) -> forEachOther(session, count, record -> {
            if (record instanceof Resolved resolution) {
                for (Id letter : resolution.letters()) {
                    resolved.computeIfAbsent(letter.session(), name -> new HashSet<>())
                            .add(letter.index());
                }
            }
        }));
    }

    private void forEachOther(String session, long count, Consumer<DeadLetterRecord> visitor) {
        contents.subMap(new SegmentName(session, 0), true, new SegmentName(session, Long.MAX_VALUE), true)
                .values()
                .forEach(content -> content.others().forEach((index, record) -> {
                    if (index < count) {
                        visitor.accept(record);
                    }
                }));
    }

    private boolean isOver(SegmentName segment) {
        Long count = settled.get(segment.session());
        if (count == null) {
            return false;
        }
        Content content = content(segment);
        Set<Long> resolvedHere = resolved.getOrDefault(segment.session(), Set.of());
        return content.letters().stream().allMatch(index -> index >= count || resolvedHere.contains(index))
                && content.others().entrySet().stream()
                        .allMatch(entry -> entry.getKey() >= count || isOver(segment, entry.getValue()));
    }

    private boolean isOver(SegmentName segment, DeadLetterRecord record) {
        if (record instanceof Resolved resolution) {
            return areGone(resolution.letters(), segment);
        } else if (record instanceof Outdated outdated) {
            return areResolved(outdated.letters());
        } else if (record instanceof Replay replay) {
            return replay.number() < lastReplays.getOrDefault(replay.target(), replay.number())
                    && areGone(replay.letters(), segment);
        } else if (record instanceof Settled settlement) {
            return settlement.records().keySet().stream()
                    .noneMatch(other -> other.compareTo(segment.session()) < 0 && sessions.contains(other));
        }
        return false;
    }

    private boolean areResolved(List<Id> letters) {
        return letters.stream()
                .allMatch(letter ->
                        resolved.getOrDefault(letter.session(), Set.of()).contains(letter.index())
                                || !sessions.contains(letter.session()));
    }

    /** Whether letters are in no other segment than this. */
    private boolean areGone(List<Id> letters, SegmentName segment) {
        return letters.stream()
                .allMatch(letter -> contents
                        .subMap(
                                new SegmentName(letter.session(), 0),
                                true,
                                new SegmentName(letter.session(), Long.MAX_VALUE),
                                true)
                        .keySet()
                        .stream()
                        .noneMatch(other -> !other.equals(segment)
                                && ranges.getOrDefault(other, new Range(0, 0)).contains(letter.index())));
    }
}
