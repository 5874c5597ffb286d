package io.cdcsdk.runtime.deadletter;

/** The moments at which the disk may fail. */
enum DiskPoint {
    BEFORE_CREATE,
    BEFORE_WRITE,
    BEFORE_SYNC,
    BEFORE_DIRECTORY_SYNC,
    BEFORE_TRUNCATE,
    BEFORE_DELETE
}
