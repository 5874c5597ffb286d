package io.cdcsdk.sink.file;

import java.io.IOException;

/** Writes sorted entries into a run, those of one key folded into as few as can be. */
final class RunWriter {
    private final FileOutput output;
    private final CurrentPayload payload;
    private final RowFold fold;
    private final Bytes key = new Bytes();
    private final Bytes entry = new Bytes();
    private long sequence;

    RunWriter(FileOutput output, SchemaHistory history) {
        this.output = output;
        this.payload = new CurrentPayload(history);
        this.fold = new RowFold(history.current());
    }

    void write(MergedEntries entries) throws IOException {
        while (entries.next()) {
            EntryCursor current = entries.current();
            if (!current.hasKey(key)) {
                flush();
                key.truncate(0);
                key.append(current.buffer, current.keyFrom(), current.keyTo());
            }
            payload.read(current);
            EntryKind kind = current.kind();
            switch (kind) {
                case COMPLETE, PARTIAL, DELETE -> {
                    fold.apply(kind, payload.array(), payload.from(), payload.to());
                    sequence = current.sequence();
                }
                case DEPARTURE, CARGO, ARRIVAL -> {
                    flush();
                    write(kind, current.sequence(), payload.array(), payload.from(), payload.to());
                }
            }
        }
        flush();
    }

    private void flush() throws IOException {
        EntryKind kind = switch (fold.state()) {
            case PARTIAL -> EntryKind.PARTIAL;
            case COMPLETE -> EntryKind.COMPLETE;
            case DELETED -> EntryKind.DELETE;
            case NOTHING, WAITING -> null;
        };
        if (kind != null) {
            write(kind, sequence, fold.content().array(), 0, fold.content().length());
            fold.reset(RowFold.State.NOTHING);
        }
    }

    private void write(EntryKind kind, long number, byte[] source, int from, int to) throws IOException {
        entry.truncate(0);
        EntryCursor.begin(entry, key.array(), 0, key.length(), number, kind);
        entry.append(source, from, to);
        EntryCursor.end(entry, 0);
        output.write(entry.array(), 0, entry.length());
    }
}
