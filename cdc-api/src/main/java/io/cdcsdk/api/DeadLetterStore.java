package io.cdcsdk.api;

/** Where pipelines keep dead letters. Safe for use by several threads. */
public interface DeadLetterStore {
    /**
     * Begins a session on the log of one sink. Two sessions of one log at a time do each other no harm: the later one settles what
     * of the earlier one counts.
     *
     * @throws Retryable if the store cannot be reached now
     * @throws Fatal if it holds something else, or was written by a newer version
     */
    DeadLetterLog open(String pipeline, String sink);
}
