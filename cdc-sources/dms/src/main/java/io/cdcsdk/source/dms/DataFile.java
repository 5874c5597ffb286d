package io.cdcsdk.source.dms;

/**
 * A file of a lane.
 *
 * @param place the path of the positions in it, one instance for all of them; sorts as files are read
 * @param stored where it lies
 * @param segment the segment of a parallel load; 0 for none
 */
record DataFile(String place, StoredFile stored, int segment) implements Comparable<DataFile> {
    /** The name at the end of a place. */
    static String nameIn(String place) {
        return place.substring(place.lastIndexOf('/') + 1);
    }

    String path() {
        return stored.path();
    }

    boolean isLoad() {
        return place.startsWith(FileNames.LOADS);
    }

    @Override
    public int compareTo(DataFile other) {
        return place.compareTo(other.place);
    }
}
