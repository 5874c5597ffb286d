package io.cdcsdk.bench.scd;

/**
 * What happens how often in a {@link ChangeStream}, each as a share of all changes.
 *
 * @param deletes of rows; a deleted key is inserted again when it is drawn the next time
 * @param repeats the same change delivered again, up to 20,000 changes later
 * @param late delivered up to 20,000 changes after its turn
 * @param unchanged updates with the image that the row has already
 */
record ChangeMix(double deletes, double repeats, double late, double unchanged) {
    /** 5% deletes, 3% repeats, 5% out of order, 10% unchanged. */
    static final ChangeMix STANDARD = new ChangeMix(0.05, 0.03, 0.05, 0.10);
}
