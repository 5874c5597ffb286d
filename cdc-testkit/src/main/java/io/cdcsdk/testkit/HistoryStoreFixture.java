package io.cdcsdk.testkit;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.scd.HistoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** What {@link HistoryStoreContract} needs to know of a store, and what its checks share. */
abstract class HistoryStoreFixture {
    private final List<HistorySession> sessions = new ArrayList<>();
    private int tables;

    /**
     * Makes a session that has not been opened. Every session of one test method is with the same store, so that a second one is
     * a restart of the first or its rival; every test method starts with an empty store.
     */
    protected abstract HistoryStore newSession();

    /** What lies between two processes, such as dropping what is cached; by default nothing. Called while no session is open. */
    protected void restart() {}

    /**
     * The places at which a session can be made to die, such as "after the data, before the pointer": each one is tried, and a
     * new session must find history and cursors in step. None by default.
     */
    protected List<String> crashPoints() {
        return List.of();
    }

    /**
     * Makes a session with the same store that throws whatever it likes at a crash point, the first time it comes there in {@link
     * HistoryStore#commit}, and leaves everything as it lies there, as a killed process would.
     */
    protected HistoryStore newSessionFailingAt(String crashPoint) {
        throw new UnsupportedOperationException(
                "the fixture names crash point '" + crashPoint + "' but makes no such session");
    }

    /** How many random cases the plain build runs; 2,000 by default. */
    protected int cases() {
        return 2_000;
    }

    /** How many random cases the slow build runs; 20,000 by default. */
    protected int slowCases() {
        return 20_000;
    }

    /** A session, opened; closed after the test unless the test has closed it. */
    final HistorySession open() {
        HistorySession session = new HistorySession(newSession());
        sessions.add(session);
        session.store().open();
        return session;
    }

    /** A session that the caller closes. */
    final HistorySession openUntracked() {
        return opened(newSession());
    }

    final HistorySession openFailingAt(String crashPoint) {
        return opened(newSessionFailingAt(crashPoint));
    }

    private static HistorySession opened(HistoryStore store) {
        store.open();
        return new HistorySession(store);
    }

    /** Runs a case in a table of its own; one that fails is made small first. */
    final void check(HistoryCase world, @Nullable Supplier<HistorySession> dying) {
        Throwable failure = failure(world, dying);
        if (failure != null) {
            HistoryCase smallest = HistoryCaseShrinker.shrink(world, smaller -> failure(smaller, dying) != null);
            Throwable ofSmallest = failure(smallest, dying);
            throw new AssertionError(
                    (ofSmallest == null ? failure : ofSmallest).getMessage() + "\nin " + smallest
                            + "\nexpected of all of it " + HistoryText.of(smallest.oracle())
                            + "\nwhich is what is left of " + world,
                    ofSmallest == null ? failure : ofSmallest);
        }
    }

    @SuppressWarnings("CatchingUnchecked") // whatever goes wrong is made small and told
    private @Nullable Throwable failure(HistoryCase world, @Nullable Supplier<HistorySession> dying) {
        TableId table = TableId.of("shop", "case_" + tables++);
        try {
            new HistoryRun(world, table, this::openUntracked, dying, this::restart).run();
            return null;
        } catch (RuntimeException | AssertionError e) {
            return e;
        }
    }

    static TableSchema schema(String name) {
        return TableSchema.builder(TableId.of("shop", name))
                .key("id", LogicalType.INT64)
                .column("name", LogicalType.STRING)
                .build();
    }

    static Row row(TableSchema schema, long id, String name) {
        return Row.of(schema, id, name);
    }

    @AfterEach
    final void closeSessions() {
        sessions.forEach(HistorySession::close);
    }
}
