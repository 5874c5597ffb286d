package io.cdcsdk.bench.scd;

/** Takes the changes of a {@link ChangeStream}, and gives them the form it wants. */
@FunctionalInterface
interface ChangeTarget {
    /**
     * Takes one change.
     *
     * @param operation {@code c}, {@code u} or {@code d}
     * @param position where it stands in the transport; a repeat has that of the first
     * @param time when it happened, in microseconds; two changes never have the same
     * @param revision of the image, for {@link Person#of}; for a delete, of the image that was deleted
     */
    void take(char operation, long position, long time, long id, int revision);
}
