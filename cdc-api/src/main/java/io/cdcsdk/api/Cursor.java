package io.cdcsdk.api;

import java.util.Objects;

/**
 * How far one lane has been written to one target table: everything up to the position is durable there, and is dropped when it
 * comes again.
 *
 * @param target the name of the target, as {@link Sink#target} gives it
 * @param lane the lane
 * @param position the last position that the target holds
 */
public record Cursor(String target, String lane, Position position) {
    /**
     * The name of the target that is no table. Its cursor is the lane's watermark in a sink: ALL events up to it are durable, in
     * whatever tables they belong to, so that a restart reads on behind it. It moves last in a commit. A sink keeps it like
     * every other cursor; no data ever comes with it.
     */
    public static final String WHOLE_LANE = "*";

    public Cursor {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(position, "position");
    }
}
