package io.cdcsdk.api;

import java.util.Objects;

/**
 * The source transaction of an event; one instance is shared by all events of a transaction.
 *
 * @param id the id that the source gives it, unique among transactions that can be open at one time
 * @param eventCount the number of events in it, or {@link #UNKNOWN} until the source knows
 */
public record Transaction(String id, long eventCount) {
    /** The count of a transaction whose end the source has not seen. */
    public static final long UNKNOWN = -1;

    public Transaction {
        Objects.requireNonNull(id, "id");
    }

    /** A transaction of which only the id is known. */
    public static Transaction of(String id) {
        return new Transaction(id, UNKNOWN);
    }
}
