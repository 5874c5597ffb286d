package io.cdcsdk.source.dms;

import java.time.Duration;

/** In what order, and when, files are read. */
record ReadRules(
        long epoch,
        DmsOption.FullLoad fullLoad,
        DmsOption.SnapshotCompletion snapshotCompletion,
        DmsOption.LateFiles lateFiles,
        DmsOption.Watch watch,
        Duration listInterval,
        Duration settleTime) {
    boolean watching() {
        return watch == DmsOption.Watch.ON;
    }

    /** The end of every message about files that are gone. */
    String howToStartOver() {
        return "to take everything that is there as a new snapshot, raise the option epoch from " + epoch + " to "
                + (epoch + 1);
    }
}
