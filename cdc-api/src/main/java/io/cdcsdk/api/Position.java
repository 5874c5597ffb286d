package io.cdcsdk.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A place in ONE lane (source partition), totally ordered within it. Every event has one that no other event of its lane
 * has; replaying gives the same events the same positions.
 *
 * <p>Three parts are compared one after the other:
 *
 * <ul>
 *   <li>the epoch, a number that a source raises when it starts over: a repeated snapshot, a failover that renumbers a log;
 *   <li>the path, a text that sorts by its UTF-16 units: a file's name, a padded sequence number; empty where a source needs
 *       none. Events in one file share one instance, so that comparing them looks at no character;
 *   <li>the offset within the path.
 * </ul>
 *
 * <p>Positions of different sources, or of different lanes, must not be compared.
 */
public final class Position implements Comparable<Position> {
    /** The version of the text form that {@link #text()} writes. */
    public static final int FORMAT_VERSION = 1;

    private final long epoch;
    private final String path;
    private final long offset;

    private Position(long epoch, String path, long offset) {
        this.epoch = epoch;
        this.path = Objects.requireNonNull(path, "path");
        this.offset = offset;
    }

    /** A place in a lane with epochs and paths. */
    public static Position of(long epoch, String path, long offset) {
        return new Position(epoch, path, offset);
    }

    /** A place in a lane that is one run of numbers. */
    public static Position of(long offset) {
        return new Position(0, "", offset);
    }

    /**
     * Reads the text form.
     *
     * @throws Fatal if the text was written by a newer version of this library, or is not a position at all
     */
    public static Position parse(String text) {
        String[] parts = text.split(":", 4);
        try {
            int version = Integer.parseInt(parts[0]);
            if (version > FORMAT_VERSION) {
                throw new Fatal(
                        "position '" + text + "' has format version " + version + ", and this library reads up to "
                                + FORMAT_VERSION + ": run the version that wrote it, or a newer one");
            }
            if (version == FORMAT_VERSION && parts.length == 4) {
                return new Position(Long.parseLong(parts[1]), parts[3], Long.parseLong(parts[2]));
            }
        } catch (NumberFormatException e) {
            throw new Fatal("'" + text + "' is not a position; expected version:epoch:offset:path", e);
        }
        throw new Fatal("'" + text + "' is not a position; expected version:epoch:offset:path");
    }

    /** The epoch: raised when a source starts over. */
    public long epoch() {
        return epoch;
    }

    /** The path; empty where a source needs none. */
    public String path() {
        return path;
    }

    /** The offset within the path. */
    public long offset() {
        return offset;
    }

    /** The stable text form, {@code version:epoch:offset:path}; {@link #parse} reads it back. */
    public String text() {
        return FORMAT_VERSION + ":" + epoch + ":" + offset + ":" + path;
    }

    /** Whether this place lies behind the other, or the other is none at all. */
    public boolean isAfter(@Nullable Position other) {
        return other == null || compareTo(other) > 0;
    }

    @Override
    public int compareTo(Position other) {
        if (epoch != other.epoch) {
            return Long.compare(epoch, other.epoch);
        }
        int byPath = path == other.path ? 0 : path.compareTo(other.path);
        return byPath != 0 ? byPath : Long.compare(offset, other.offset);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Position that && epoch == that.epoch && offset == that.offset && path.equals(that.path);
    }

    @Override
    public int hashCode() {
        return (31 * path.hashCode() + Long.hashCode(offset)) * 31 + Long.hashCode(epoch);
    }

    /** The text form. */
    @Override
    public String toString() {
        return text();
    }
}
