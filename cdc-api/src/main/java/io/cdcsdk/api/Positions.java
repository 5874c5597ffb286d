package io.cdcsdk.api;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A position for each of some lanes; immutable. A lane that is missing stands at its very beginning. */
public final class Positions {
    private static final Positions NONE = new Positions(new TreeMap<>());

    private final SortedMap<String, Position> byLane;

    private Positions(SortedMap<String, Position> byLane) {
        this.byLane = byLane;
    }

    /** No lane at all: everything stands at the beginning. */
    public static Positions none() {
        return NONE;
    }

    /** The position of one lane. */
    public static Positions of(String lane, Position position) {
        return of(Map.of(lane, position));
    }

    /** The positions of a map, which is copied. */
    public static Positions of(Map<String, Position> byLane) {
        return new Positions(new TreeMap<>(byLane));
    }

    /** These positions with one lane's set. */
    public Positions with(String lane, Position position) {
        TreeMap<String, Position> copy = new TreeMap<>(byLane);
        copy.put(lane, position);
        return new Positions(copy);
    }

    /** The position of a lane, or null where the lane stands at its beginning. */
    public @Nullable Position of(String lane) {
        return byLane.get(lane);
    }

    /** The lanes that have a position; unmodifiable. */
    public Set<String> lanes() {
        return Collections.unmodifiableSet(byLane.keySet());
    }

    /** An unmodifiable view by lane. */
    public Map<String, Position> asMap() {
        return Collections.unmodifiableMap(byLane);
    }

    /** Whether no lane has a position. */
    public boolean isEmpty() {
        return byLane.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Positions that && byLane.equals(that.byLane);
    }

    @Override
    public int hashCode() {
        return byLane.hashCode();
    }

    @Override
    public String toString() {
        return byLane.toString();
    }
}
