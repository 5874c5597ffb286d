package io.cdcsdk.examples;

import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Which keys of a generated table exist at the moment: one bit for each key that ever did, so that ten million take little more
 * than a megabyte.
 */
final class LiveKeys {
    private static final int REMEMBERED_DEAD = 1024;
    private static final int HOT_KEYS = 1000;
    private static final int HOT_PERCENT = 25;

    private final BitSet live = new BitSet();
    private final int[] recentlyDead = new int[REMEMBERED_DEAD];
    private int deaths;
    private int next;

    /** Keys 1 to {@code count} exist. */
    LiveKeys(int count) {
        live.set(1, count + 1);
        next = count + 1;
    }

    boolean isEmpty() {
        return live.isEmpty();
    }

    int count() {
        return live.cardinality();
    }

    /** A key that exists; a quarter of the draws fall on the first thousand keys. There must be one. */
    int draw(SplittableRandom random) {
        boolean hot = random.nextInt(100) < HOT_PERCENT;
        int from = random.nextInt(1, hot ? Math.min(HOT_KEYS + 1, next) : next);
        int key = live.nextSetBit(from);
        return key > 0 ? key : live.nextSetBit(1);
    }

    /** Brings a key into being: now and then one that was deleted lately, else a new one. */
    int insert(SplittableRandom random) {
        int key = next;
        if (deaths > 0 && random.nextInt(3) == 0) {
            int dead = recentlyDead[random.nextInt(Math.min(deaths, REMEMBERED_DEAD))];
            key = live.get(dead) ? next : dead;
        }
        if (key == next) {
            next++;
        }
        live.set(key);
        return key;
    }

    void delete(int key) {
        live.clear(key);
        recentlyDead[deaths % REMEMBERED_DEAD] = key;
        deaths++;
    }
}
