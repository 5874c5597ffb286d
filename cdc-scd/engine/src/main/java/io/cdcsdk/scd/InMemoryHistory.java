package io.cdcsdk.scd;

/**
 * Histories in memory. It outlives its sessions: a new session is a restart, two at a time are rivals. Safe for any thread; a
 * reader waits while a session commits.
 */
public final class InMemoryHistory {
    /** A store without tables. */
    public InMemoryHistory() {}

    /** A session that has not been opened. */
    public HistoryStore newSession() {
        throw new UnsupportedOperationException();
    }
}
