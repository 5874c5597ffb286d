package io.cdcsdk.scd;

import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.TableId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps histories, the engine's state, and cursors, and changes them together or not at all. An object of this type is one
 * session with the store: several may be open at a time, and the latest claimer of a lane wins. {@code HistoryStoreContract} in
 * the test kit proves an implementation.
 *
 * <p><b>Threads.</b> One thread at a time.
 *
 * <p><b>Errors.</b> As those of {@link io.cdcsdk.api.Sink}: {@link io.cdcsdk.api.Retryable} (nothing has changed, the same call
 * may be repeated), {@link io.cdcsdk.api.LaneLost}, {@link io.cdcsdk.api.OutcomeUnknown} from a commit, {@link
 * io.cdcsdk.api.Fatal}.
 */
public interface HistoryStore extends AutoCloseable {
    /** Connects, and undoes what a crash left half-done. */
    void open();

    /**
     * Claims lanes: from the return on no earlier claimer of these lanes can commit.
     *
     * @return the cursors of these lanes, for every target that has one
     */
    List<Cursor> claim(Set<String> lanes);

    /** The tables that have a history, sorted. */
    List<TableId> tables();

    /** The state of a table, or null where it has no history yet. */
    @Nullable
    TableState tableState(TableId table);

    /** The keys' states of a table; empty where it has no history yet. */
    KeyReader keys(TableId table);

    /**
     * Makes changes and cursors durable and visible in ONE atomic step, if this session still owns all lanes of {@link
     * HistoryCommit#lanes()} and every cursor stands at its {@code from}, and if no other session has changed one of the tables
     * since ({@link ChangeSet#basedOn()}).
     *
     * @return false if another session has changed a table: nothing has been done, the events are to be merged anew
     * @throws io.cdcsdk.api.LaneLost if a lane belongs to another session or a cursor has moved; nothing has been done
     */
    boolean commit(HistoryCommit commit);

    /**
     * Visits every version of a table, sorted by key ({@link RowKey#compareTo}) and beginning, as rows with the columns of
     * the table's current {@link TableState#schema()}. Sees one state of the store throughout.
     */
    void forEachVersion(TableId table, VersionVisitor visitor);

    /** The versions of one key, sorted by their beginning, as rows of the current schema; empty for an unknown key. */
    List<Version> versions(TableId table, RowKey key);

    /** Releases everything; commits nothing; must not throw. */
    @Override
    void close();

    /** Takes a version. */
    @FunctionalInterface
    interface VersionVisitor {
        /** Takes one version of one key. */
        void visit(RowKey key, Version version);
    }
}
