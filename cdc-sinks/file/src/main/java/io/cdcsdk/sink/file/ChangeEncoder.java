package io.cdcsdk.sink.file;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Turns the change of a row into sorted entries. Not safe for several threads. */
final class ChangeEncoder {
    /** Where entries go. */
    interface Entries {
        void add(Bytes entry);
    }

    private final Bytes entry = new Bytes();
    private final Bytes key = new Bytes();
    private final Bytes oldKey = new Bytes();

    /**
     * Encodes a change.
     *
     * @param change what happened, for messages
     * @param before the row before, in the schema of the layout
     * @param after the row after, in the schema of the layout
     * @return whether the row goes to another key, and fields of its old row are needed there
     * @throws BadRecord if the key lacks a value, or a value cannot be written; nothing was added then
     */
    boolean encode(
            RowChange change, @Nullable Row before, @Nullable Row after, Layout layout, long sequence, Entries out) {
        if (after == null) {
            encodeKey(change, before, key);
            add(key, sequence, EntryKind.DELETE, out);
            return false;
        }
        Row image = change.operation() == Operation.UPDATE && before != null ? withKeyOf(before, after) : after;
        encodeKey(change, image, key);
        boolean moves = change.operation() == Operation.UPDATE && before != null && hasKey(before);
        if (moves) {
            encodeKey(change, before, oldKey);
            moves = !Arrays.equals(oldKey.array(), 0, oldKey.length(), key.array(), 0, key.length());
        }
        boolean complete = image.isComplete();
        entry.truncate(0);
        EntryKind kind = complete ? EntryKind.COMPLETE : moves ? EntryKind.ARRIVAL : EntryKind.PARTIAL;
        EntryCursor.begin(entry, key.array(), 0, key.length(), sequence, kind);
        appendImage(change, image, layout);
        EntryCursor.end(entry, 0);
        out.add(entry);
        if (moves && complete) {
            add(oldKey, sequence, EntryKind.DELETE, out);
        } else if (moves) {
            entry.truncate(0);
            EntryCursor.begin(entry, oldKey.array(), 0, oldKey.length(), sequence, EntryKind.DEPARTURE);
            entry.append(key.array(), 0, key.length());
            EntryCursor.end(entry, 0);
            out.add(entry);
        }
        return moves && !complete;
    }

    private void appendImage(RowChange change, Row image, Layout layout) {
        try {
            if (image.isComplete()) {
                layout.appendLine(image, entry);
            } else {
                layout.appendPartial(image, entry);
            }
        } catch (IllegalArgumentException e) {
            throw new BadRecord(change + ": " + e.getMessage(), e);
        }
    }

    private void add(Bytes entryKey, long sequence, EntryKind kind, Entries out) {
        entry.truncate(0);
        EntryCursor.begin(entry, entryKey.array(), 0, entryKey.length(), sequence, kind);
        EntryCursor.end(entry, 0);
        out.add(entry);
    }

    private static boolean hasKey(Row row) {
        for (int i = 0; i < row.schema().keySize(); i++) {
            if (!row.hasValue(row.schema().keyOrdinal(i))) {
                return false;
            }
        }
        return true;
    }

    /** A minimal image of an update leaves out the key where it has not changed. */
    private static Row withKeyOf(Row before, Row after) {
        if (hasKey(after)) {
            return after;
        }
        Row.Builder builder = after.toBuilder();
        for (int i = 0; i < after.schema().keySize(); i++) {
            int ordinal = after.schema().keyOrdinal(i);
            ColumnState state = after.state(ordinal);
            if (state == ColumnState.ABSENT || state == ColumnState.UNAVAILABLE) {
                builder.copy(ordinal, before, ordinal);
            }
        }
        return builder.build();
    }

    private static void encodeKey(RowChange change, @Nullable Row row, Bytes out) {
        out.truncate(0);
        for (int i = 0; row != null && i < row.schema().keySize(); i++) {
            int ordinal = row.schema().keyOrdinal(i);
            if (!row.hasValue(ordinal)) {
                throw new BadRecord(change + ": key column '"
                        + row.schema().column(ordinal).name() + "' is " + row.state(ordinal)
                        + ", and without it the row cannot be found");
            }
            KeyEncoder.append(row, ordinal, out);
        }
    }
}
