package io.cdcsdk.api;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a commit moves: for each target and lane, from which cursor to which.
 *
 * @param moves the cursors to move, at most one for each target and lane; those of {@link Cursor#WHOLE_LANE} stand behind all
 *     others, and must not be durable before them
 * @param boundary whether the commit ends on a transaction boundary of the source
 */
public record Commit(List<Move> moves, EventBatch.Boundary boundary) {
    /**
     * One cursor to move.
     *
     * @param target the name of the target, as {@link Sink#target} gives it
     * @param lane the lane
     * @param from the position where the target's cursor must stand now, or null if it must have none
     * @param to the position to which it goes; behind {@code from}
     */
    public record Move(String target, String lane, @Nullable Position from, Position to) {
        public Move {
            Objects.requireNonNull(target, "target");
            Objects.requireNonNull(lane, "lane");
            Objects.requireNonNull(to, "to");
        }
    }

    public Commit {
        moves = List.copyOf(moves);
        Objects.requireNonNull(boundary, "boundary");
    }
}
