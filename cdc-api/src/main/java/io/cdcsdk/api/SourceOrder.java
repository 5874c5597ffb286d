package io.cdcsdk.api;

/**
 * Where a change stands in the database's own order, as far as the source tells: an LSN and an index, a change sequence, a
 * binlog file and place. It is not the {@link Position}: the LSNs of interleaved transactions run backwards in a stream, and
 * lanes split and merge. Both numbers are compared as unsigned.
 *
 * @param major the coarser number, such as an LSN
 * @param minor the finer one, such as the index within the LSN
 */
public record SourceOrder(long major, long minor) implements Comparable<SourceOrder> {
    @Override
    public int compareTo(SourceOrder other) {
        int byMajor = Long.compareUnsigned(major, other.major);
        return byMajor != 0 ? byMajor : Long.compareUnsigned(minor, other.minor);
    }

    /** Reads the form that {@link #toString()} writes. */
    public static SourceOrder parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 0) {
            throw new IllegalArgumentException("'" + text + "' is not a source order; expected major.minor");
        }
        return new SourceOrder(
                Long.parseUnsignedLong(text.substring(0, dot)), Long.parseUnsignedLong(text.substring(dot + 1)));
    }

    /** {@code major.minor}, both unsigned. */
    @Override
    public String toString() {
        return Long.toUnsignedString(major) + '.' + Long.toUnsignedString(minor);
    }
}
