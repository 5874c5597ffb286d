package io.cdcsdk.sink.file;

/**
 * What is known of one row while its entries are applied one after the other: the last writer wins, column by column. All
 * images have the current schema. Not safe for several threads.
 */
final class RowFold {
    /** What is known. */
    enum State {
        /** Nothing: no entry has been applied. */
        NOTHING,
        /** Some fields; the others are as they were before. */
        PARTIAL,
        /** The whole line. */
        COMPLETE,
        /** There is no row. */
        DELETED,
        /** There is a row, but some of its fields wait for what arrives from another key. */
        WAITING
    }

    private final Fields fields;
    private State state = State.NOTHING;
    private Bytes content = new Bytes();
    private Bytes spare = new Bytes();

    RowFold(Layout layout) {
        fields = new Fields(layout);
    }

    State state() {
        return state;
    }

    /** The line or the partial image, depending on the state. */
    Bytes content() {
        return content;
    }

    /** Goes to a state that has no content. */
    void reset(State empty) {
        state = empty;
        content.truncate(0);
    }

    void complete(byte[] source, int from, int to) {
        state = State.COMPLETE;
        content.truncate(0);
        content.append(source, from, to);
    }

    void partial(byte[] source, int from, int to) {
        if (state == State.WAITING) {
            return;
        }
        fields.clear();
        if (state == State.COMPLETE) {
            fields.putLine(content.array(), 0, content.length());
        } else if (state == State.PARTIAL) {
            fields.putPartial(content.array(), 0, content.length());
        }
        fields.putPartial(source, from, to);
        spare.truncate(0);
        if (state == State.NOTHING || state == State.PARTIAL) {
            fields.appendPartial(spare);
            state = State.PARTIAL;
        } else {
            fields.appendLine(spare);
            state = State.COMPLETE;
        }
        Bytes old = content;
        content = spare;
        spare = old;
    }

    /** Applies one of the kinds that need no other key. */
    void apply(EntryKind kind, byte[] source, int from, int to) {
        switch (kind) {
            case COMPLETE -> complete(source, from, to);
            case PARTIAL -> partial(source, from, to);
            case DELETE -> reset(State.DELETED);
            case DEPARTURE, CARGO, ARRIVAL -> throw new IllegalArgumentException(kind + " needs another key");
        }
    }
}
