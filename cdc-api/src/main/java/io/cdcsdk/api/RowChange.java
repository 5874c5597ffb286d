package io.cdcsdk.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The change of one row. A snapshot row and an insert have an {@code after}; an update has an {@code after}, and a {@code
 * before} if the source sent one (it must when the key changed); a delete has a {@code before} that holds at least the key.
 */
public final class RowChange implements ChangeEvent {
    private final Operation operation;
    private final @Nullable Row before;
    private final @Nullable Row after;
    private final Origin origin;

    private RowChange(Operation operation, @Nullable Row before, @Nullable Row after, Origin origin) {
        this.operation = operation;
        this.before = before;
        this.after = after;
        this.origin = Objects.requireNonNull(origin, "origin");
        if (before != null && after != null && before.schema() != after.schema()) {
            throw new IllegalArgumentException("before and after of one change must share one schema instance");
        }
    }

    /**
     * A change from its parts.
     *
     * @throws IllegalArgumentException if an image is missing or one too many for the operation
     */
    public static RowChange of(Operation operation, @Nullable Row before, @Nullable Row after, Origin origin) {
        boolean fits = switch (operation) {
            case SNAPSHOT, INSERT -> before == null && after != null;
            case UPDATE -> after != null;
            case DELETE -> before != null && after == null;
        };
        if (!fits) {
            throw new IllegalArgumentException(
                    operation + " at " + origin.position() + (before == null ? " without" : " with") + " before and "
                            + (after == null ? "without" : "with") + " after");
        }
        return new RowChange(operation, before, after, origin);
    }

    /** A row of a snapshot. */
    public static RowChange snapshot(Row after, Origin origin) {
        return new RowChange(Operation.SNAPSHOT, null, Objects.requireNonNull(after, "after"), origin);
    }

    /** An inserted row. */
    public static RowChange insert(Row after, Origin origin) {
        return new RowChange(Operation.INSERT, null, Objects.requireNonNull(after, "after"), origin);
    }

    /** An updated row; {@code before} may be null if the key did not change. */
    public static RowChange update(@Nullable Row before, Row after, Origin origin) {
        return new RowChange(Operation.UPDATE, before, Objects.requireNonNull(after, "after"), origin);
    }

    /** A deleted row; {@code before} holds at least the key. */
    public static RowChange delete(Row before, Origin origin) {
        return new RowChange(Operation.DELETE, Objects.requireNonNull(before, "before"), null, origin);
    }

    /** What happened. */
    public Operation operation() {
        return operation;
    }

    /** The row before the change, or null where the operation has none or the source did not send it. */
    public @Nullable Row before() {
        return before;
    }

    /** The row after the change, or null for a delete. */
    public @Nullable Row after() {
        return after;
    }

    /** The image that holds the row's key after the change: {@code after}, or {@code before} for a delete. */
    public Row image() {
        return after != null ? after : Objects.requireNonNull(before);
    }

    @Override
    public TableSchema schema() {
        return image().schema();
    }

    @Override
    public Origin origin() {
        return origin;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowChange that
                && operation == that.operation
                && Objects.equals(before, that.before)
                && Objects.equals(after, that.after)
                && origin.equals(that.origin);
    }

    @Override
    public int hashCode() {
        return Objects.hash(operation, before, after, origin);
    }

    @Override
    public String toString() {
        return operation + " " + image() + " at " + origin.position();
    }
}
