package io.cdcsdk.runtime;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Cursor;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Undecodable;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the reader hands to one sink's writer, bounded in bytes. A batch larger than the bound passes when it is alone. */
final class SinkQueue {
    /** One thing for the writer to do. */
    sealed interface Item {
        /** Events, some of which may be stopped; or none, and a record behind which the source goes on. */
        record Events(
                EventBatch batch,
                Map<ChangeEvent, Stopped> stopped,
                @Nullable Undecodable skipped) implements Item {}

        /** Nothing more of a lane will come, though it has not ended. */
        record Halt(String lane) implements Item {}

        /** Something else for the thread that owns the sink, and who is told if it never comes to that. */
        record Task(Runnable work, Consumer<Throwable> onClose) implements Item {}

        record Claim(Set<String> lanes, CompletableFuture<List<Cursor>> cursors) implements Item {}

        /** Commit what there is, and end: either the source has, or the pipeline stops before it has. */
        record Finish(Reason reason) implements Item {
            enum Reason {
                END_OF_SOURCE,
                STOP
            }
        }
    }

    private final long limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    SinkQueue(long limit) {
        this.limit = limit;
    }

    /**
     * Appends events, waiting for room.
     *
     * @return whether they were taken; false after the time, or when the queue has been closed
     */
    boolean offer(EventBatch batch, Map<ChangeEvent, Stopped> stopped, long nanos) throws InterruptedException {
        return offer(new Item.Events(batch, stopped, null), nanos);
    }

    /** The same with a record that may have been skipped. */
    boolean offer(Item.Events events, long nanos) throws InterruptedException {
        EventBatch batch = events.batch();
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (!closed && bytes > 0 && bytes + batch.bytes() > limit) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            if (closed) {
                return false;
            }
            bytes += batch.bytes();
            items.add(events);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The bytes of events that wait. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Appends a claim or the end, without waiting; tells whether it was taken. */
    boolean add(Item item) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            items.add(item);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the next item, or null after the time. */
    @Nullable
    Item poll(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (items.isEmpty()) {
                if (left <= 0) {
                    return null;
                }
                left = changed.awaitNanos(left);
            }
            Item item = items.remove();
            if (item instanceof Item.Events events) {
                bytes -= events.batch().bytes();
                changed.signalAll();
            }
            return item;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing any more and lets whoever waits go; claims that nobody will answer fail with the cause. */
    void close(Throwable cause) {
        lock.lock();
        try {
            closed = true;
            for (Item item : items) {
                if (item instanceof Item.Claim claim) {
                    claim.cursors().completeExceptionally(cause);
                } else if (item instanceof Item.Task task) {
                    task.onClose().accept(cause);
                }
            }
            items.clear();
            bytes = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
