package io.cdcsdk.scd;

import io.cdcsdk.api.ChangeEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The events of a merge by the number of their arrival, and what those are judged by that may be too late. */
final class Arrivals {
    private record Part(int first, int lane, List<? extends ChangeEvent> events) {}

    private final List<Part> parts = new ArrayList<>();
    private int count;

    // The limits of those that may be too late, by arrival.
    private int[] limited = {};
    private long[] bounds = {};
    private long[] edges = {};
    private long[] sweeps = {};
    private int limitedCount;

    /** Begins with events of a lane; the arrival of the first. */
    int begin(int lane, List<? extends ChangeEvent> events) {
        int first = count;
        parts.add(new Part(first, lane, events));
        count += events.size();
        return first;
    }

    /**
     * Notes the limits of an event that may be too late; in order of arrival.
     *
     * @param bound its lane's bound when it came
     * @param edge the window's edge when it came
     * @param newestSweep the greatest time of a sweep that was known then
     */
    void noteLimits(int arrival, long bound, long edge, long newestSweep) {
        if (limitedCount == limited.length) {
            int length = Math.max(16, limitedCount * 2);
            limited = Arrays.copyOf(limited, length);
            bounds = Arrays.copyOf(bounds, length);
            edges = Arrays.copyOf(edges, length);
            sweeps = Arrays.copyOf(sweeps, length);
        }
        limited[limitedCount] = arrival;
        bounds[limitedCount] = bound;
        edges[limitedCount] = edge;
        sweeps[limitedCount] = newestSweep;
        limitedCount++;
    }

    private Part part(int arrival) {
        int index = parts.size() - 1;
        while (parts.get(index).first() > arrival) {
            index--;
        }
        return parts.get(index);
    }

    ChangeEvent event(int arrival) {
        Part part = part(arrival);
        return part.events().get(arrival - part.first());
    }

    int lane(int arrival) {
        return part(arrival).lane();
    }

    private int limitsOf(int arrival) {
        return Arrays.binarySearch(limited, 0, limitedCount, arrival);
    }

    /** The least time at which an event would have been within its limits. */
    long limit(int arrival) {
        int index = limitsOf(arrival);
        return Math.max(bounds[index], edges[index]);
    }

    /**
     * Whether an event whose limits are noted is too late.
     *
     * @param time its time where it would stand
     * @param nextTime the time of the event before which it would stand
     * @param reached whether an event of its key is known at its time or later
     */
    boolean isTooLate(int arrival, long time, long nextTime, boolean reached) {
        int index = limitsOf(arrival);
        long edge = edges[index];
        return time < bounds[index] || nextTime < edge || time < edge && (reached || sweeps[index] >= time);
    }
}
