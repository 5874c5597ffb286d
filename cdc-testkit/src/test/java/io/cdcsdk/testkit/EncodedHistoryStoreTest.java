package io.cdcsdk.testkit;

import io.cdcsdk.scd.HistoryStore;
import java.util.List;

/** States survive as bytes. */
class EncodedHistoryStoreTest extends HistoryStoreContract {
    final EncodedHistoryStore.Disk disk = new EncodedHistoryStore.Disk();

    @Override
    protected HistoryStore newSession() {
        return new EncodedHistoryStore(disk, EncodedHistoryStore.CrashPoint.NEVER);
    }

    @Override
    protected List<String> crashPoints() {
        return List.of("BEFORE_COMMIT", "AFTER_COMMIT");
    }

    @Override
    protected HistoryStore newSessionFailingAt(String crashPoint) {
        return new EncodedHistoryStore(disk, EncodedHistoryStore.CrashPoint.valueOf(crashPoint));
    }
}
