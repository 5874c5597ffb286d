package io.cdcsdk.source.dms;

import io.cdcsdk.api.Origin;

/**
 * Where the reading of a file begins.
 *
 * @param epoch the epoch of the positions
 * @param after the offset behind which to read, or {@link RecordHandler#BEFORE_FILE}
 * @param snapshotTime when the snapshot that the file belongs to started, or {@link Origin#UNKNOWN_TIME}; a file that is a
 *     snapshot of its own tells it itself
 */
record ReadFrom(long epoch, long after, long snapshotTime) {}
