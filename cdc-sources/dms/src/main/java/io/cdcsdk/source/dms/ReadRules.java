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

    /** The end of every message about files that are gone. Only a full load takes away what targets hold. */
    String howToStartOver() {
        return "to start over, see that the folder holds a new full load and no changes from before it, and raise the "
                + "option epoch from " + epoch + " to " + (epoch + 1)
                + " (without a full load, rows that targets hold stay)";
    }
}
