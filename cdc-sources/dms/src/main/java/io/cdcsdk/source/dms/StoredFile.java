package io.cdcsdk.source.dms;

import java.time.Instant;

/**
 * A file as a listing shows it.
 *
 * @param path relative to the storage's root, with {@code /}
 * @param size in bytes
 * @param modified when it was last written
 */
record StoredFile(String path, long size, Instant modified) {
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
