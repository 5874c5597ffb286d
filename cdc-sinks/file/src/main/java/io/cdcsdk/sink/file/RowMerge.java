package io.cdcsdk.sink.file;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Walks through the lines of a file and the entries that change them, side by side in the order of their keys. */
final class RowMerge {
    /** What is made of the rows. */
    interface Rows {
        /** A line of the new state of the table; the next call may overwrite the array. */
        void line(byte[] source, int from, int to) throws IOException;

        /** A row that is about to leave its key; what is known of it by then. */
        void departure(EntryCursor departure, RowFold row) throws IOException;
    }

    private final @Nullable BaseLines base;
    private final MergedEntries entries;
    private final Rows rows;
    private final CurrentPayload payload;
    private final RowFold fold;
    private final Bytes key = new Bytes();
    private final Bytes cargo = new Bytes();
    private long cargoSequence = -1;

    RowMerge(@Nullable BaseLines base, MergedEntries entries, SchemaHistory history, Rows rows) {
        this.base = base;
        this.entries = entries;
        this.rows = rows;
        this.payload = new CurrentPayload(history);
        this.fold = new RowFold(history.current());
    }

    /**
     * Tells the lines of the new state in order.
     *
     * @return how many rows could not be told because what they wait for has not arrived
     */
    long run() throws IOException {
        long waiting = 0;
        boolean inBase = base != null && base.next();
        boolean inEntries = entries.next();
        while (inBase || inEntries) {
            int order = compare(inBase, inEntries);
            if (order < 0 && base != null) {
                rows.line(base.array(), base.from(), base.to());
                inBase = base.next();
                continue;
            }
            if (order == 0 && base != null) {
                fold.complete(base.array(), base.from(), base.to());
                inBase = base.next();
            } else {
                fold.reset(RowFold.State.DELETED);
            }
            inEntries = applyEntriesOfKey();
            if (fold.state() == RowFold.State.COMPLETE) {
                rows.line(fold.content().array(), 0, fold.content().length());
            } else if (fold.state() == RowFold.State.WAITING) {
                waiting++;
            }
        }
        return waiting;
    }

    private int compare(boolean inBase, boolean inEntries) {
        if (!inEntries || !inBase || base == null) {
            return inEntries ? 1 : -1;
        }
        EntryCursor entry = entries.current();
        Bytes baseKey = base.key();
        return Arrays.compareUnsigned(
                baseKey.array(), 0, baseKey.length(), entry.buffer, entry.keyFrom(), entry.keyTo());
    }

    private boolean applyEntriesOfKey() throws IOException {
        EntryCursor entry = entries.current();
        key.truncate(0);
        key.append(entry.buffer, entry.keyFrom(), entry.keyTo());
        boolean more = true;
        while (more && entry.hasKey(key)) {
            payload.read(entry);
            apply(entry);
            more = entries.next();
            if (more) {
                entry = entries.current();
            }
        }
        return more;
    }

    private void apply(EntryCursor entry) throws IOException {
        switch (entry.kind()) {
            case COMPLETE, PARTIAL, DELETE -> fold.apply(entry.kind(), payload.array(), payload.from(), payload.to());
            case DEPARTURE -> {
                rows.departure(entry, fold);
                fold.reset(RowFold.State.DELETED);
            }
            case CARGO -> {
                cargoSequence = entry.sequence();
                cargo.truncate(0);
                cargo.append(payload.array(), payload.from(), payload.to());
            }
            case ARRIVAL -> arrive(entry.sequence());
        }
    }

    private void arrive(long sequence) {
        if (cargoSequence != sequence) {
            fold.reset(RowFold.State.WAITING);
            return;
        }
        if (cargo.length() > 0) {
            fold.complete(cargo.array(), 0, cargo.length());
        } else {
            fold.reset(RowFold.State.DELETED);
        }
        fold.partial(payload.array(), payload.from(), payload.to());
    }
}
