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
    private static final int PATIENCE_FACTOR = 10;

    boolean watching() {
        return watch == DmsOption.Watch.ON;
    }

    /** How long to wait for a file that has settled and yet is not whole: writers may pause longer than they usually do. */
    Duration patience() {
        return watching() ? settleTime.multipliedBy(PATIENCE_FACTOR) : Duration.ZERO;
    }

    /** The end of every message about files that are gone. Only a full load takes away what targets hold. */
    String howToStartOver() {
        return "to start over, see that the folder holds a new full load and no changes from before it, and raise the "
                + "option epoch from " + epoch + " to " + (epoch + 1)
                + " (without a full load, rows that targets hold stay)";
    }
}
