package io.cdcsdk.scd.rocksdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is given up when the disk is full, so that the database can be opened anew, which needs a little room, to find out
 * whether the last commit is in it.
 */
final class Reserve {
    private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);
    private static final int SIZE = 1 << 20;

    private final Path file;
    private boolean there;

    Reserve(Path directory) {
        this.file = directory.resolve("reserve");
    }

    /** Takes the room again, if the disk has it. */
    void take() {
        if (there) {
            return;
        }
        try {
            if (!Files.exists(file) || Files.size(file) < SIZE) {
                // Bytes that no file system can make smaller.
                byte[] bytes = new byte[SIZE];
                new Random(SIZE).nextBytes(bytes);
                Files.write(file, bytes);
            }
            there = true;
        } catch (IOException e) {
            LOG.debug("no room for {}", file, e);
        }
    }

    /** Gives the room to the database. */
    void giveUp() {
        there = false;
        try {
            boolean unused = Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("{} cannot be deleted", file, e);
        }
    }
}
