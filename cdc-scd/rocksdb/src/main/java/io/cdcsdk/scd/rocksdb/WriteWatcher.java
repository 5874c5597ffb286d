package io.cdcsdk.scd.rocksdb;

/** Sees every commit, for tests: what it throws leaves the database as a crash at that moment would. */
@FunctionalInterface
interface WriteWatcher {
    /** Where a commit stands. */
    enum Point {
        BEFORE_WRITE,
        AFTER_WRITE
    }

    /** A commit has come to a point. */
    void at(Point point);
}
