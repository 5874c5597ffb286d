package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.testkit.HistoryStoreContract;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The store against its contract. A session stays open, so that not every one of some thousands opens the database. */
class RocksHistoryStoreTest extends HistoryStoreContract {
    private static final int SESSIONS_OF_AN_OPENING = 40;

    @TempDir
    Path directory = Path.of("");

    private HistoryStore keeper = store().build();
    private int restarts = -1;

    private RocksHistoryStore.Builder store() {
        return RocksHistoryStore.builder()
                .directory(directory)
                .sync(RocksHistoryStore.Sync.OFF)
                .writeBuffers(4 << 20);
    }

    private void keep() {
        if (++restarts % SESSIONS_OF_AN_OPENING == 0) {
            keeper.close();
            keeper = store().build();
            keeper.open();
        }
    }

    @Override
    protected HistoryStore newSession() {
        if (restarts < 0) {
            keep();
        }
        return store().build();
    }

    @Override
    protected void restart() {
        keep();
    }

    @AfterEach
    void closeKeeper() {
        keeper.close();
    }

    @Override
    protected int cases() {
        return 400;
    }

    @Override
    protected int slowCases() {
        return 4_000;
    }

    @Override
    protected List<String> crashPoints() {
        return Arrays.stream(WriteWatcher.Point.values()).map(Enum::name).toList();
    }

    @Override
    protected HistoryStore newSessionFailingAt(String crashPoint) {
        boolean[] died = {false};
        return store().watcher(point -> {
                    if (!died[0] && point.name().equals(crashPoint)) {
                        died[0] = true;
                        throw new IllegalStateException(crashPoint);
                    }
                })
                .build();
    }
}
