package io.cdcsdk.testkit;

import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.InMemoryHistory;

class InMemoryHistoryStoreTest extends HistoryStoreContract {
    private final InMemoryHistory history = new InMemoryHistory();

    @Override
    protected HistoryStore newSession() {
        return history.newSession();
    }
}
