package io.cdcsdk.sink.file;

/** What a sorted entry says about the row of its key. */
enum EntryKind {
    /** The row is this line. */
    COMPLETE(0),
    /** These fields of the row change; there is a row with the others, or they are null. */
    PARTIAL(1),
    /** There is no such row any more. */
    DELETE(2),
    /** The row goes to another key, the payload, where an {@link #ARRIVAL} of the same sequence number needs its fields. */
    DEPARTURE(3),
    /** What a {@link #DEPARTURE} of the same sequence number took along: a line, or nothing. Sorts before the arrival. */
    CARGO(4),
    /** The row comes from another key with these fields; the others are in the {@link #CARGO}. */
    ARRIVAL(5);

    private static final EntryKind[] KINDS = values();

    private final byte code;

    EntryKind(int code) {
        this.code = (byte) code;
    }

    /** The number that stands for the kind in files; entries of one key and sequence number sort by it. */
    byte code() {
        return code;
    }

    static EntryKind ofCode(byte code) {
        return KINDS[code];
    }
}
