package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.scd.ChangeSet;
import io.cdcsdk.scd.KeyUpdate;
import io.cdcsdk.scd.RowKey;
import io.cdcsdk.scd.StateCodec;
import io.cdcsdk.scd.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes the changes of a table as a batch, on several threads, each of them its keys in order. */
final class CommitEncoder {
    private static final int LEAST_PART = 500;
    private static final int EXPECTED_BYTES = 384;
    private static final long MOST_KEPT = 32 << 20;

    private final Workers workers;
    // Room that commits share.
    private final List<BatchWriter> writers = new ArrayList<>();
    private int taken;

    CommitEncoder(Workers workers) {
        this.workers = workers;
    }

    /** Begins a batch, with the room of the one before, as far as it is kept. */
    void begin() {
        taken = 0;
        long kept = 0;
        for (int i = 0; i < writers.size(); i++) {
            kept += writers.get(i).room();
            if (kept > MOST_KEPT) {
                writers.subList(i, writers.size()).clear();
            }
        }
    }

    private BatchWriter writer(int expectedBytes) {
        if (taken == writers.size()) {
            writers.add(new BatchWriter(expectedBytes));
        }
        BatchWriter writer = writers.get(taken++);
        writer.clear();
        return writer;
    }

    /** Adds the changes to the parts of a batch. */
    void encode(ChangeSet changes, StoredTable table, Natives natives, List<BatchWriter> into) {
        List<KeyUpdate> updates = changes.updates();
        int parts = workers.parts(updates.size(), LEAST_PART);
        BatchWriter[] states = new BatchWriter[parts];
        BatchWriter[] versions = new BatchWriter[parts];
        for (int part = 0; part < parts; part++) {
            states[part] = writer(updates.size() / parts * EXPECTED_BYTES);
            versions[part] = writer(0);
        }
        workers.run(parts, part -> {
            int from = (int) ((long) updates.size() * part / parts);
            int to = (int) ((long) updates.size() * (part + 1) / parts);
            encode(updates.subList(from, to), table, natives, states[part], versions[part]);
        });
        into.addAll(Arrays.asList(states));
        into.addAll(Arrays.asList(versions));
    }

    private static void encode(
            List<KeyUpdate> updates, StoredTable table, Natives natives, BatchWriter states, BatchWriter versions) {
        int stateFamily = natives.state().getID();
        int historyFamily = natives.history().getID();
        StateCodec codec = new StateCodec(table.state);
        SortedKeys keys = new SortedKeys(table, updates.size(), i -> key(updates.get(i)));
        for (int i = 0; i < updates.size(); i++) {
            byte[] key = keys.bytes(i);
            KeyUpdate update = updates.get(keys.index(i));
            int length = codec.encodeInPlace(update.after());
            states.put(stateFamily, key, key.length, codec.written(), length);
            List<Version> archived = update.archived();
            if (!archived.isEmpty()) {
                byte[] versionKey = Arrays.copyOf(key, key.length + Long.BYTES);
                for (Version version : archived) {
                    Numbers.putTime(versionKey, key.length, version.validFrom());
                    versions.put(historyFamily, versionKey, codec.encode(version));
                }
            }
        }
    }

    private static RowKey key(KeyUpdate update) {
        return update.key();
    }
}
