package io.cdcsdk.scd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The history of one table in memory: an open-addressed table of its keys. */
final class InMemoryTable implements KeyReader {
    /** A key's state, and its versions that the state does not hold any more. */
    private static final class Slot {
        private KeyState state;
        private Version[] archived = KeyState.NO_VERSIONS;
        private int archivedCount;

        Slot(KeyState state) {
            this.state = state;
        }

        void archive(List<Version> versions) {
            int count = versions.size();
            if (archivedCount + count > archived.length) {
                archived = Arrays.copyOf(archived, Math.max(archivedCount + count, archived.length * 3 / 2));
            }
            for (int i = 0; i < count; i++) {
                archived[archivedCount++] = versions.get(i);
            }
        }
    }

    private @Nullable Slot[] slots = new Slot[1024];
    private int[] hashes = new int[1024];
    private int size;
    private @Nullable TableState state;
    private int sweepHand;

    @Nullable
    TableState state() {
        return state;
    }

    long revision() {
        return state == null ? 0 : state.revision();
    }

    private int find(RowKey key) {
        int hash = key.hashCode();
        int mask = slots.length - 1;
        int index = hash & mask;
        while (true) {
            Slot slot = slots[index];
            if (slot == null || hashes[index] == hash && slot.state.key.equals(key)) {
                return index;
            }
            index = (index + 1) & mask;
        }
    }

    @Override
    public void read(RowKey[] keys, @Nullable KeyState[] into, int count) {
        for (int i = 0; i < count; i++) {
            Slot slot = slots[find(keys[i])];
            into[i] = slot == null ? null : slot.state;
        }
    }

    @Override
    public void forEach(KeyVisitor visitor) {
        for (Slot slot : slots) {
            if (slot != null) {
                visitor.visit(slot.state);
            }
        }
    }

    @Override
    public void forEachExpired(long edge, int limit, KeyVisitor visitor) {
        for (int i = 0; i < Math.min(limit, slots.length); i++) {
            sweepHand = (sweepHand + 1) & (slots.length - 1);
            Slot slot = slots[sweepHand];
            if (slot != null && slot.state.oldestEventTime() < edge) {
                visitor.visit(slot.state);
            }
        }
    }

    void apply(ChangeSet changes) {
        for (KeyUpdate update : changes.updates()) {
            int index = find(update.key());
            Slot slot = slots[index];
            if (slot == null) {
                slot = new Slot(update.after());
                slots[index] = slot;
                hashes[index] = update.key().hashCode();
                if (++size * 2 > slots.length) {
                    grow();
                }
            } else {
                slot.state = update.after();
            }
            if (!update.archived().isEmpty()) {
                slot.archive(update.archived());
            }
        }
        state = changes.state();
    }

    private void grow() {
        @Nullable Slot[] old = slots;
        int[] oldHashes = hashes;
        slots = new Slot[old.length * 2];
        hashes = new int[old.length * 2];
        int mask = slots.length - 1;
        for (int i = 0; i < old.length; i++) {
            if (old[i] != null) {
                int index = oldHashes[i] & mask;
                while (slots[index] != null) {
                    index = (index + 1) & mask;
                }
                slots[index] = old[i];
                hashes[index] = oldHashes[i];
            }
        }
    }

    List<Version> versions(RowKey key) {
        Slot slot = slots[find(key)];
        return slot == null ? List.of() : versions(slot);
    }

    private List<Version> versions(Slot slot) {
        TableState table = Objects.requireNonNull(state);
        List<Version> versions = new ArrayList<>();
        for (int i = 0; i < slot.archivedCount; i++) {
            versions.add(Versions.in(slot.archived[i], table));
        }
        versions.addAll(slot.state.versions(table));
        return versions;
    }

    void forEachVersion(HistoryStore.VersionVisitor visitor) {
        List<Slot> sorted = new ArrayList<>(size);
        for (Slot slot : slots) {
            if (slot != null) {
                sorted.add(slot);
            }
        }
        sorted.sort(Comparator.comparing(slot -> slot.state.key));
        for (Slot slot : sorted) {
            versions(slot).forEach(version -> visitor.visit(slot.state.key, version));
        }
    }
}
