package io.cdcsdk.scd;

import io.cdcsdk.api.Row;

/**
 * One version of a key: a row of the history.
 *
 * @param row the columns; complete, in the history's schema at the time it was written
 * @param validFrom when it begins, inclusive, in microseconds since 1970-01-01T00:00Z
 * @param validTo when it ends, exclusive, or {@link #CURRENT}; greater than {@code validFrom}
 * @param operation {@code c} when it was opened by an insert or a row of a snapshot, {@code u} by an update, {@code d} for the
 *     marker of a delete
 */
public record Version(Row row, long validFrom, long validTo, char operation) {
    /** The end of a version that is current. */
    public static final long CURRENT = Long.MAX_VALUE;

    /** The operation of a delete marker. */
    public static final char MARKER = 'd';

    /** Whether nothing has ended it. */
    public boolean isCurrent() {
        return validTo == CURRENT;
    }

    /** Whether it says that the row is deleted. */
    public boolean isMarker() {
        return operation == MARKER;
    }

    Version until(long end) {
        return new Version(row, validFrom, end, operation);
    }

    Version withRow(Row other) {
        return new Version(other, validFrom, validTo, operation);
    }

    /** Shows no values. */
    @Override
    public String toString() {
        return operation + " [" + validFrom + ", " + (isCurrent() ? "current" : validTo) + ") " + row;
    }
}
