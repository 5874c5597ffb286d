package io.cdcsdk.runtime;

/** What becomes of records that the source cannot decode. */
enum UndecodablePolicy {
    /** Their lanes are read no further. */
    HALT,
    /** They go to the dead letters, whole. */
    SKIP,
    /** They go to the dead letters without their content: what cannot be decoded cannot be masked. */
    SKIP_WITHOUT_CONTENT
}
