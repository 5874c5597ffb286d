package io.cdcsdk.sink.file;

/** What a sorted entry says about the row of its key. */
enum EntryKind {
    /** The row is this line. */
    COMPLETE,
    /** These fields of the row change; there is a row with the others, or they are null. */
    PARTIAL,
    /** There is no such row any more. */
    DELETE,
    /** The row goes to another key, the payload, where an {@link #ARRIVAL} of the same sequence number needs its fields. */
    DEPARTURE,
    /** What a {@link #DEPARTURE} of the same sequence number took along: a line, or nothing. Sorts before the arrival. */
    CARGO,
    /** The row comes from another key with these fields; the others are in the {@link #CARGO}. */
    ARRIVAL
}
