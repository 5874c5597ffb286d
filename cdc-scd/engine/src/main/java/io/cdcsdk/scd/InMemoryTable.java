package io.cdcsdk.scd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The history of one table in memory: an open-addressed table of its keys. */
final class InMemoryTable implements KeyReader {
    /** Versions of one key that its state does not hold any more, and those that left it before. */
    private record Archive(List<Version> versions, @Nullable Archive older) {}

    private @Nullable KeyState[] states = new KeyState[1024];
    private long[] tags = new long[1024];
    private @Nullable Archive[] archives = new Archive[1024];
    private int size;
    private @Nullable TableState state;
    private int sweepHand;

    // Where the states of the last reading were found: those that a merge then changes come in the same order.
    private @Nullable KeyState[] lastRead = new KeyState[0];
    private int[] lastPlaces = {};
    private int lastCount;

    @Nullable
    TableState state() {
        return state;
    }

    long revision() {
        return state == null ? 0 : state.revision();
    }

    /** Where a key is looked for first; by its tag alone, so that a table can grow without a look at its keys. */
    private static int slot(long tag, int mask) {
        return RowKey.hashOfBits(tag) & mask;
    }

    private int find(RowKey key) {
        long tag = key.tag();
        int mask = states.length - 1;
        int index = slot(tag, mask);
        while (true) {
            KeyState found = states[index];
            if (found == null || tags[index] == tag && (key.isTold() || found.key.equals(key))) {
                return index;
            }
            index = (index + 1) & mask;
        }
    }

    @Override
    public void read(RowKey[] keys, @Nullable KeyState[] into, int count) {
        if (lastPlaces.length < count) {
            lastPlaces = new int[count];
        }
        for (int i = 0; i < count; i++) {
            lastPlaces[i] = find(keys[i]);
        }
        for (int i = 0; i < count; i++) {
            into[i] = states[lastPlaces[i]];
        }
        lastRead = into;
        lastCount = count;
    }

    @Override
    public void forEach(KeyVisitor visitor) {
        for (KeyState each : states) {
            if (each != null) {
                visitor.visit(each);
            }
        }
    }

    @Override
    public void forEachExpired(long edge, int limit, KeyVisitor visitor) {
        for (int i = 0; i < Math.min(limit, states.length); i++) {
            sweepHand = (sweepHand + 1) & (states.length - 1);
            KeyState each = states[sweepHand];
            if (each != null && each.oldestEventTime() < edge) {
                visitor.visit(each);
            }
        }
    }

    void apply(ChangeSet changes) {
        int next = 0;
        boolean grown = false;
        for (KeyUpdate update : changes.updates()) {
            KeyState before = update.before();
            int index = -1;
            if (before != null && !grown) {
                while (next < lastCount && lastRead[next] != before) {
                    next++;
                }
                if (next < lastCount) {
                    index = lastPlaces[next];
                }
            }
            if (index < 0 || states[index] != before) {
                index = find(update.key());
            }
            if (states[index] == null) {
                tags[index] = update.key().tag();
                size++;
            }
            states[index] = update.after();
            if (!update.archived().isEmpty()) {
                archives[index] = new Archive(update.archived(), archives[index]);
            }
            if (size * 2 > states.length) {
                grow();
                grown = true;
            }
        }
        state = changes.state();
        lastRead = new KeyState[0];
        lastCount = 0;
    }

    private void grow() {
        @Nullable KeyState[] oldStates = states;
        long[] oldTags = tags;
        @Nullable Archive[] oldArchives = archives;
        states = new KeyState[oldStates.length * 2];
        tags = new long[oldStates.length * 2];
        archives = new Archive[oldStates.length * 2];
        int mask = states.length - 1;
        for (int i = 0; i < oldStates.length; i++) {
            KeyState each = oldStates[i];
            if (each != null) {
                int index = slot(oldTags[i], mask);
                while (states[index] != null) {
                    index = (index + 1) & mask;
                }
                states[index] = each;
                tags[index] = oldTags[i];
                archives[index] = oldArchives[i];
            }
        }
    }

    List<Version> versions(RowKey key) {
        int index = find(key);
        return states[index] == null ? List.of() : versions(index);
    }

    private List<Version> versions(int index) {
        TableState table = Objects.requireNonNull(state);
        List<Version> versions = new ArrayList<>();
        Deque<Archive> archived = new ArrayDeque<>();
        for (Archive archive = archives[index]; archive != null; archive = archive.older()) {
            archived.push(archive);
        }
        archived.forEach(archive -> archive.versions().forEach(version -> versions.add(Versions.in(version, table))));
        versions.addAll(Objects.requireNonNull(states[index]).versions(table));
        return versions;
    }

    void forEachVersion(HistoryStore.VersionVisitor visitor) {
        List<KeyState> sorted = new ArrayList<>(size);
        forEach(sorted::add);
        sorted.sort(Comparator.comparing(KeyState::key));
        for (KeyState each : sorted) {
            versions(find(each.key)).forEach(version -> visitor.visit(each.key, version));
        }
    }
}
