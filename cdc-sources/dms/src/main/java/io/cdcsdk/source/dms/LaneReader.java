package io.cdcsdk.source.dms;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lanes in turn, one file at a time, so that only one is open; looks at the folders between files. Changes in commit
 * order are read when no full load is left to read.
 */
final class LaneReader {
    private static final long SETTLING_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final DmsStorage storage;
    private final List<TableLane> tables;
    private final @Nullable TransactionLane transactions;
    private final List<Lane> lanes;
    private final ReadRules rules;
    private int turn;
    private boolean rootSeen;
    private boolean listed;
    private boolean readSinceListing;
    private boolean exhausted;
    private @Nullable Lane failed;
    private long lastListing;
    private volatile long backlogBytes = -1;

    LaneReader(DmsStorage storage, List<TableLane> tables, @Nullable TransactionLane transactions, ReadRules rules) {
        this.storage = storage;
        this.tables = tables;
        this.transactions = transactions;
        this.rules = rules;
        this.lanes = new ArrayList<>(tables);
        if (transactions != null) {
            lanes.add(transactions);
        }
    }

    List<Lane> lanes() {
        return lanes;
    }

    /** The next events, or null if there are none before the folders are looked at again. */
    @Nullable
    EventBatch next() {
        failed = null;
        if (isListingDue()) {
            list();
        }
        EventBatch batch = nextOfTables();
        if (batch == null) {
            batch = nextOfTransactions();
        }
        exhausted = batch == null;
        readSinceListing |= !exhausted;
        countBacklog();
        return batch;
    }

    private void countBacklog() {
        long bytes = 0;
        for (Lane lane : lanes) {
            bytes += lane.files.unreadBytes();
        }
        if (bytes != backlogBytes) {
            backlogBytes = bytes;
        }
    }

    /** The bytes of files that were there at the last listing and are not read to their end; below zero before the first. */
    long backlogBytes() {
        return backlogBytes;
    }

    private @Nullable EventBatch nextOfTables() {
        for (int i = 0; i < tables.size(); i++) {
            TableLane lane = tables.get(turn);
            EventBatch batch = nextOf(lane);
            if (!lane.isReading()) {
                turn = (turn + 1) % tables.size();
            }
            if (batch != null) {
                return batch;
            }
        }
        return null;
    }

    private @Nullable EventBatch nextOfTransactions() {
        if (transactions == null || !transactions.isReading() && !transactions.isReady()) {
            return null;
        }
        for (TableLane table : tables) {
            table.changesElsewhere();
            EventBatch batch = nextOf(table);
            if (batch != null) {
                return batch;
            }
        }
        return tables.stream().anyMatch(TableLane::isLoading) ? null : nextOf(transactions);
    }

    private @Nullable EventBatch nextOf(Lane lane) {
        try {
            return lane.next();
        } catch (BadRecord e) {
            failed = lane;
            throw e;
        }
    }

    /**
     * The lane in which {@link #next} has just come to a record that cannot be decoded; the next call knows none.
     *
     * @throws IllegalStateException if there is none
     */
    Lane takeFailed() {
        Lane lane = failed;
        if (lane == null) {
            throw new IllegalStateException("the last poll has not come to a record that cannot be decoded");
        }
        failed = null;
        return lane;
    }

    /** Gives back a lane that stays where it failed. */
    void stillFailed(Lane lane) {
        failed = lane;
    }

    private boolean isListingDue() {
        if (lanes.stream().anyMatch(Lane::isReading)) {
            return false;
        }
        return !listed || System.nanoTime() - lastListing >= nanosBetweenListings();
    }

    private long nanosBetweenListings() {
        if (!rules.watching() && !isWaiting()) {
            return readSinceListing && exhausted ? 0 : Long.MAX_VALUE;
        }
        long interval = rules.listInterval().toNanos();
        return isWaiting() ? Math.min(interval, SETTLING_NANOS) : interval;
    }

    private boolean noneIsReady() {
        // Changes wait for all full loads; one that is halted never comes to its end.
        boolean blocked = tables.stream().anyMatch(table -> table.isHalted() && table.isLoading());
        return lanes.stream().noneMatch(lane -> lane.isReady() && !(blocked && lane == transactions));
    }

    private boolean isWaiting() {
        return lanes.stream().anyMatch(Lane::isWaiting);
    }

    private void list() {
        if (storage.exists()) {
            rootSeen = true;
        } else if (rootSeen || !rules.watching()) {
            throw new Fatal("the directory " + storage.location()
                    + " has vanished. This is not taken for empty tables: check that it is mounted, and that the tables were "
                    + "not truncated or loaded anew at the source; then, " + rules.howToStartOver());
        }
        // Whoever sees changes must see the full loads before them: these are listed last.
        if (transactions != null) {
            transactions.refresh();
        }
        tables.forEach(Lane::refresh);
        if (transactions != null && !listed) {
            tables.forEach(table -> table.checkNotReloaded(transactions));
        }
        listed = true;
        readSinceListing = false;
        lastListing = System.nanoTime();
    }

    /** The nanoseconds until the next look at the folders. */
    long nanosToListing() {
        return nanosBetweenListings() - (System.nanoTime() - lastListing);
    }

    /** Whether everything has been read and nothing more is waited for. */
    boolean isFinished() {
        return !rules.watching() && listed && !readSinceListing && !isWaiting() && noneIsReady();
    }

    void close() {
        lanes.forEach(Lane::close);
    }
}
