package io.cdcsdk.runtime.deadletter;

import java.io.IOException;
import java.nio.file.Path;

/** Is called before and after each step that changes the disk, so that tests can fail there. */
@FunctionalInterface
interface DiskWatcher {
    /** A watcher that lets everything happen. */
    DiskWatcher NONE = (point, path) -> {};

    void reached(DiskPoint point, Path path) throws IOException;
}
