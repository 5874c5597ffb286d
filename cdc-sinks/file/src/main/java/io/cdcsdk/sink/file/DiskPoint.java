package io.cdcsdk.sink.file;

/** The moments at which the power may fail. */
enum DiskPoint {
    BEFORE_WRITE,
    AFTER_WRITE,
    BEFORE_SYNC,
    AFTER_SYNC,
    BEFORE_RENAME,
    AFTER_RENAME,
    BEFORE_DIRECTORY_SYNC,
    AFTER_DIRECTORY_SYNC,
    BEFORE_DELETE,
    AFTER_DELETE
}
