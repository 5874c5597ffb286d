package io.cdcsdk.bench.scd;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * An endless stream of changes, the same for the same parameters. A change comes about every millisecond. No two have the same
 * time, so that no peer needs a rule for ties.
 */
final class ChangeStream {
    /** How the key of a change is chosen. */
    enum Choice {
        /** The key of rank r is drawn in proportion to 1/r. */
        ZIPF,
        /** Every key alike. */
        UNIFORM
    }

    static final int REVISIONS = 127;
    private static final long START = 1_760_000_000_000_000L;
    private static final int MEAN_STEP = 1000;
    private static final int MAXIMUM_DELAY = 20_000;

    private record Held(long due, char operation, long position, long time, long id, int revision) {}

    private final int keys;
    private final Choice choice;
    private final ChangeMix mix;
    private final SplittableRandom random;
    private final double logarithm;
    private final byte[] revisions; // by key; 0 while it is not there
    private final PriorityQueue<Held> held = new PriorityQueue<>(Comparator.comparingLong(Held::due));
    private long time = START;
    private long delivered;
    private long positions;
    private long versions;

    ChangeStream(int keys, Choice choice, ChangeMix mix, long seed) {
        this.keys = keys;
        this.choice = choice;
        this.mix = mix;
        this.random = new SplittableRandom(seed);
        this.logarithm = Math.log(keys);
        this.revisions = new byte[keys];
    }

    /**
     * How many versions a right history has of everything that was made so far. It is exact as soon as nothing is held back, that is
     * before the first {@link #next} and after {@link #last}.
     */
    long versions() {
        return versions;
    }

    /** How many changes were delivered. */
    long delivered() {
        return delivered;
    }

    /** Inserts some keys that have not been there, in no order of their ids. Together the calls must name every key once. */
    void insertAll(int from, int to, ChangeTarget target) {
        for (int rank = from; rank < to; rank++) {
            int key = scattered(rank);
            revisions[key] = 1;
            versions++;
            deliver(target, 'c', ++positions, nextTime(), key, 1);
        }
    }

    /** Delivers some changes. */
    void next(int count, ChangeTarget target) {
        for (int i = 0; i < count; i++) {
            step(target);
        }
    }

    /** Delivers the last changes: as {@link #next}, but in the end nothing is held back any more. */
    void last(int count, ChangeTarget target) {
        for (int left = count; left > 0; left--) {
            if (held.size() >= left) {
                release(target);
            } else {
                step(target);
            }
        }
    }

    private void step(ChangeTarget target) {
        while (true) {
            Held due = held.peek();
            if (due != null && due.due() <= delivered) {
                release(target);
                return;
            }
            int key = scattered(choice == Choice.UNIFORM ? random.nextInt(keys) : rank());
            char operation = changed(key);
            int revision = revisions[key];
            if (operation == 'd') {
                revisions[key] = 0;
            }
            long now = nextTime();
            if (random.nextDouble() < mix.late()) {
                held.add(new Held(later(), operation, 0, now, key, revision));
                continue;
            }
            long position = ++positions;
            if (random.nextDouble() < mix.repeats()) {
                held.add(new Held(later(), operation, position, now, key, revision));
            }
            deliver(target, operation, position, now, key, revision);
            return;
        }
    }

    private char changed(int key) {
        int revision = revisions[key];
        double draw = random.nextDouble();
        if (revision == 0) {
            revisions[key] = (byte) (1 + random.nextInt(REVISIONS));
            versions++;
            return 'c';
        } else if (draw < mix.deletes()) {
            return 'd';
        } else if (draw >= mix.deletes() + mix.unchanged()) {
            revisions[key] = (byte) (revision % REVISIONS + 1);
            versions++;
        }
        return 'u';
    }

    private void release(ChangeTarget target) {
        Held next = held.remove();
        long position = next.position() == 0 ? ++positions : next.position();
        deliver(target, next.operation(), position, next.time(), next.id(), next.revision());
    }

    private void deliver(ChangeTarget target, char operation, long position, long when, long id, int revision) {
        delivered++;
        target.take(operation, position, when, id, revision);
    }

    private long later() {
        return delivered + 1 + random.nextInt(MAXIMUM_DELAY);
    }

    private long nextTime() {
        time += 1 + random.nextInt(2 * MEAN_STEP - 1);
        return time;
    }

    private int rank() {
        return Math.min(keys, (int) Math.exp(random.nextDouble() * logarithm)) - 1;
    }

    /** Keys of neighbouring ranks lie apart. The factor is a prime, so that every rank has a key of its own. */
    private int scattered(int rank) {
        return (int) (rank * 2_654_435_761L % keys);
    }
}
