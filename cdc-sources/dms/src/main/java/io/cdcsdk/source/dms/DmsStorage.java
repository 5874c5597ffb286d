package io.cdcsdk.source.dms;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** Where files lie: a directory, or an object store. Called by one thread. */
interface DmsStorage {
    /** Where this is, for messages. */
    String location();

    /** Whether the root is there at all. */
    boolean exists();

    /**
     * All files below a folder, at any depth and in no particular order. What is named like a file of data but cannot be read
     * is listed too, so that {@link #open} tells about it.
     *
     * @param folder relative to the root, with {@code /}; empty for the root
     * @throws NoSuchFileException if nothing has that prefix
     */
    List<StoredFile> list(String folder) throws IOException;

    /** The bytes of a file, from its beginning. */
    InputStream open(String path) throws IOException;
}
