package io.cdcsdk.runtime.deadletter;

/** The moments at which the disk may fail, or the process end. */
enum DiskPoint {
    BEFORE_CREATE,
    AFTER_CREATE,
    BEFORE_WRITE,
    AFTER_WRITE,
    BEFORE_SYNC,
    AFTER_SYNC,
    BEFORE_DIRECTORY_SYNC,
    AFTER_DIRECTORY_SYNC,
    BEFORE_LINK,
    AFTER_LINK,
    BEFORE_TRUNCATE,
    AFTER_TRUNCATE,
    BEFORE_DELETE,
    AFTER_DELETE
}
