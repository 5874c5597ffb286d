package io.cdcsdk.api;

import java.util.List;

/**
 * The dead letters of one sink of one pipeline, as one session sees them: it reads what all have written, and appends what is its
 * own. For one thread.
 */
public interface DeadLetterLog extends AutoCloseable {
    /**
     * With what the name of a lane begins by which letters are replayed; the pipeline and the sink follow. Its events come from other
     * lanes: a sink must not conclude from them how far time has got, nor from its silence that it has stopped.
     */
    String LANE_PREFIX = "dead-letters/";

    /** The name of this session; no other session of the log ever has it. */
    String session();

    /** Random bytes, at least 16, that stay the same as long as the log exists: hashes of keys are made with them. */
    byte[] salt();

    /**
     * Visits every record that is there: those of one session in their order, the sessions in the order in which they began.
     * Letters whose session, or all around which, are resolved may be missing.
     *
     * @throws Retryable if the log cannot be read now
     * @throws Fatal if it is damaged; the message tells where
     */
    void read(Visitor visitor);

    /**
     * Appends records, in one piece: after a crash either all of them are there or the last ones are missing. Durable on return.
     *
     * @throws Retryable if nothing counts as appended, and the same call may be repeated
     * @throws Fatal if this session can append no more
     */
    void append(List<DeadLetterRecord> records);

    /** Releases everything. */
    @Override
    void close();

    /** Takes records. */
    @FunctionalInterface
    interface Visitor {
        /** Takes a record. */
        void visit(DeadLetterRecord.Id id, DeadLetterRecord record);
    }
}
