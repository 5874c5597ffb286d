package io.cdcsdk.testkit;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Failures on demand, for {@link InMemorySink} and {@link ScriptedSource}: at the n-th arrival at a point, throw or hang. A test
 * keeps the object and may add faults while the pipeline runs; one object may serve several sinks or sources, and then counts
 * the arrivals of all. Safe for any thread.
 */
public final class Faults {
    /** Where a fault can happen. */
    public enum Point {
        /** On entering {@code open}, before anything is held. */
        OPEN,
        /** On entering a sink's {@code claim}, before any lane is claimed. */
        CLAIM,
        /** On entering a source's {@code poll}, before anything is consumed. */
        POLL,
        /** On entering a source's {@code acknowledge}, before it is recorded. */
        ACKNOWLEDGE,
        /** On entering a sink's {@code write}, before anything is taken. */
        WRITE,
        /** On entering a sink's {@code commit}, before anything is changed. */
        BEFORE_COMMIT,
        /** Inside a sink's {@code commit}: half of its targets, rounded down, hold both data and cursor, the others neither. */
        INSIDE_COMMIT,
        /** At the end of a sink's {@code commit}: everything is durable, only the caller does not know yet. */
        AFTER_COMMIT
    }

    /** A call that hangs until it is released. Safe for any thread. */
    public static final class Hang {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        private Hang() {}

        /**
         * Waits until the call hangs.
         *
         * @return whether it does within 30 seconds
         */
        public boolean awaitReached() throws InterruptedException {
            return reached.await(30, TimeUnit.SECONDS);
        }

        /** Lets the call go on, also if it has not come yet. */
        public void release() {
            released.countDown();
        }

        private void hang() {
            reached.countDown();
            boolean interrupted = false;
            while (true) {
                try {
                    released.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final Map<Point, Integer> arrivals = new EnumMap<>(Point.class);
    private final Map<Point, Map<Integer, Runnable>> planned = new EnumMap<>(Point.class);

    /**
     * Plans a throw.
     *
     * @param arrival which arrival from now on, counted from 1
     * @param failure makes what is thrown
     */
    public synchronized Faults fail(Point point, int arrival, Supplier<? extends RuntimeException> failure) {
        plan(point, arrival, () -> {
            throw failure.get();
        });
        return this;
    }

    /**
     * Plans a hang. Interrupts do not end it: it stands for a client library that does not listen to them.
     *
     * @param arrival which arrival from now on, counted from 1
     */
    public synchronized Hang hang(Point point, int arrival) {
        Hang hang = new Hang();
        plan(point, arrival, hang::hang);
        return hang;
    }

    private void plan(Point point, int arrival, Runnable fault) {
        if (arrival < 1) {
            throw new IllegalArgumentException("arrival " + arrival + " is below 1: arrivals are counted from 1");
        }
        planned.computeIfAbsent(point, none -> new HashMap<>()).put(arrivals(point) + arrival, fault);
    }

    /** How often a point has been reached, faults included. */
    public synchronized int arrivals(Point point) {
        return arrivals.getOrDefault(point, 0);
    }

    /** Counts an arrival and does what is planned for it. */
    void reach(Point point) {
        @Nullable Runnable fault;
        synchronized (this) {
            int arrival = arrivals.merge(point, 1, Integer::sum);
            fault = planned.getOrDefault(point, Map.of()).get(arrival);
        }
        if (fault != null) {
            fault.run();
        }
    }
}
