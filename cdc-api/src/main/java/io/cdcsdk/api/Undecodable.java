package io.cdcsdk.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record that a source cannot decode, and has gone past. Its {@code toString} shows no content.
 *
 * @param lane the lane in which it stands
 * @param position its position there, which no event has; resuming after it reads what follows
 * @param boundary how its end lies to the source's transactions
 * @param message where it stands and what is wrong with it, without any value of it
 * @param content the record as it stands at the origin; null where the source cannot tell it or must not
 */
public record Undecodable(
        String lane,
        Position position,
        EventBatch.Boundary boundary,
        String message,
        @Nullable String content) {
    public Undecodable {
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(position, "position");
        Objects.requireNonNull(boundary, "boundary");
        Objects.requireNonNull(message, "message");
    }

    /** The same without its content. */
    public Undecodable withoutContent() {
        return new Undecodable(lane, position, boundary, message, null);
    }

    @Override
    public String toString() {
        return "undecodable record of lane " + lane + " at " + position + ": " + message;
    }
}
