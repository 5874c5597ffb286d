package io.cdcsdk.runtime.deadletter;

import io.cdcsdk.api.Fatal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.UUID;

/** The random bytes of a log, in a file of their own. */
final class Salt {
    static final String FILE = "salt";
    static final int LENGTH = 32;

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
        byte[] salt = Files.readAllBytes(file);
        if (salt.length != LENGTH) {
            throw new Fatal(file + " has " + salt.length + " bytes instead of " + LENGTH
                    + ": restore it from a copy, as the keys of letters were hashed with it");
        }
        return salt;
    }

    private static void make(Path file, Path folder, Disk disk) throws IOException {
        byte[] bytes = new byte[LENGTH];
        RANDOM.nextBytes(bytes);
        Path temporary = folder.resolve(FILE + "." + UUID.randomUUID() + ".tmp");
        try {
            try (RandomAccessFile output = disk.create(temporary)) {
                disk.write(output, temporary, bytes);
                disk.sync(output, temporary);
            }
            moveUnlessThere(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
        disk.syncDirectory(folder);
    }

    /** A move would replace a salt that another process has made meanwhile; a link does not. */
    private static void moveUnlessThere(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (FileAlreadyExistsException e) {
            // Another one was faster: its salt holds.
        } catch (UnsupportedOperationException e) {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
