package io.cdcsdk.scd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The newest time of each lane, and the edge of the window that follows from them. */
final class LaneClock {
    static final long UNLIMITED = Long.MAX_VALUE;
    private static final long NEVER = Long.MIN_VALUE;

    private final long lateness;
    private final List<String> names;
    private long[] newest;
    private long edge;
    /** The lane that holds the edge back. */
    private int slowest = -1;

    LaneClock(long lateness) {
        this.lateness = lateness;
        this.names = new ArrayList<>();
        this.newest = new long[4];
        this.edge = Long.MIN_VALUE;
    }

    LaneClock(long lateness, TableState state) {
        this.lateness = lateness;
        this.names = new ArrayList<>(state.lanes);
        this.newest = Arrays.copyOf(state.newest, Math.max(4, state.newest.length));
        this.edge = state.edge;
    }

    /** The index of a lane, new or known. */
    int lane(String name) {
        int index = names.indexOf(name);
        if (index >= 0) {
            return index;
        }
        names.add(name);
        if (names.size() > newest.length) {
            newest = Arrays.copyOf(newest, names.size() * 2);
        }
        newest[names.size() - 1] = NEVER;
        return names.size() - 1;
    }

    String name(int lane) {
        return names.get(lane);
    }

    boolean isSilent(int lane) {
        return newest[lane] == NEVER;
    }

    long newest(int lane) {
        return newest[lane];
    }

    /** The least time at which an event of a lane is not too late. */
    long bound(int lane) {
        return less(newest[lane]);
    }

    /** Everything before it may be folded for good: the least bound of all lanes that ever had an event; never goes back. */
    long edge() {
        return edge;
    }

    private long less(long time) {
        return lateness == UNLIMITED || time < Long.MIN_VALUE + lateness ? Long.MIN_VALUE : time - lateness;
    }

    /** Notes the time of an event. */
    void note(int lane, long time) {
        if (time <= newest[lane]) {
            return;
        }
        boolean first = newest[lane] == NEVER;
        newest[lane] = time;
        if (first || slowest < 0 || slowest == lane) {
            slowest = lane;
            for (int i = 0; i < names.size(); i++) {
                if (newest[i] != NEVER && newest[i] < newest[slowest]) {
                    slowest = i;
                }
            }
            edge = Math.max(edge, less(newest[slowest]));
        }
    }

    List<String> names() {
        return List.copyOf(names);
    }

    long[] newest() {
        return Arrays.copyOf(newest, names.size());
    }
}
