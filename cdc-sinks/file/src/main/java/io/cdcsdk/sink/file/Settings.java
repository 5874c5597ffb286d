package io.cdcsdk.sink.file;

import java.nio.file.Path;

/**
 * What a file sink was configured with.
 *
 * @param directory the target directory
 * @param format how lines are written
 * @param names how files are called
 * @param sortMemory how many bytes of changes wait in memory
 * @param watcher sees every step that changes the disk
 */
record Settings(Path directory, LineFormat format, FileNames names, long sortMemory, DiskWatcher watcher) {}
