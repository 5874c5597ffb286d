package io.cdcsdk.api;

import java.util.Objects;

/**
 * How far one lane has been written to one target table: everything up to the position is durable there.
 *
 * @param target the name of the target, as {@link Sink#target} gives it
 * @param lane the lane
 * @param position the last position that the target holds
 */
public record Cursor(String target, String lane, Position position) {
    /**
     * The name of the target that is no table: its cursor tells how far a lane has been read of which no event has gone to this
     * sink yet. A sink keeps it like every other cursor, and keeps it alone: no data ever comes with it.
     */
    public static final String WHOLE_LANE = "*";

    public Cursor {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(position, "position");
    }
}
