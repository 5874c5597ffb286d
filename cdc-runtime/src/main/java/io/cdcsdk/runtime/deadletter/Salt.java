package io.cdcsdk.runtime.deadletter;

import io.cdcsdk.api.Fatal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.UUID;

/** The random bytes of a log, in a file of their own. */
final class Salt {
    static final String FILE = "salt";
    static final int LENGTH = 32;
    private static final String TEMPORARY = ".tmp";

    private static final SecureRandom RANDOM = new SecureRandom();

    private Salt() {}

    /** The salt of a folder, which is made if there is none. Of several that make one at a time, all get the same. */
    static byte[] of(LetterFolder folder, Disk disk) throws IOException {
        Path file = folder.path().resolve(FILE);
        if (!Files.exists(file)) {
            if (!folder.segments().isEmpty() && !Files.exists(file)) {
                throw new Fatal(
                        file + " is missing, though there are letters beside it, whose keys were hashed with it:"
                                + " restore it from a copy");
            }
            make(file, folder.path(), disk);
        }
        deleteUnfinished(folder.path());
        byte[] salt = Files.readAllBytes(file);
        if (salt.length != LENGTH) {
            throw new Fatal(file + " has " + salt.length + " bytes instead of " + LENGTH
                    + ": restore it from a copy, as the keys of letters were hashed with it");
        }
        return salt;
    }

    /** Deletes what a process has left that ended while it made the salt; one that is still making its own gets the salt that is there. */
    private static void deleteUnfinished(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, FILE + ".*" + TEMPORARY)) {
            for (Path left : files) {
                Files.deleteIfExists(left);
            }
        }
    }

    private static void make(Path file, Path folder, Disk disk) throws IOException {
        byte[] bytes = new byte[LENGTH];
        RANDOM.nextBytes(bytes);
        Path temporary = folder.resolve(FILE + "." + UUID.randomUUID() + TEMPORARY);
        try {
            try (RandomAccessFile output = disk.create(temporary)) {
                disk.write(output, temporary, bytes);
                disk.sync(output, temporary);
            }
            // A move would replace a salt that another process has made meanwhile.
            disk.link(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
        disk.syncDirectory(folder);
    }
}
