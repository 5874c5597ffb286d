package io.cdcsdk.sink.file;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Retryable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;
import java.util.Locale;

/** Names a failure of the disk by what the caller can do about it. */
final class DiskFailure {
    private static final List<String> FULL = List.of("no space left", "quota exceeded", "not enough space");

    private DiskFailure() {}

    /**
     * The error of a step that writes tables and changed nothing.
     *
     * @param bytesNeeded about how many bytes the step had to write
     */
    static CdcException of(IOException cause, String step, Path directory, long bytesNeeded) {
        if (isFull(cause)) {
            return new Retryable(
                    step + " failed because the disk is full: about " + bytesNeeded + " bytes are needed in "
                            + directory + ", and " + usable(directory)
                            + " are free. Nothing was changed; free some space",
                    cause);
        }
        return of(cause, step, directory);
    }

    /** The error of a step that writes small records only, and after which each table is as one of its commits left it. */
    static CdcException of(IOException cause, String step, Path directory) {
        if (isFull(cause)) {
            return new Retryable(
                    step + " failed because the disk is full: not even a small record could be written in "
                            + directory + ", of which " + usable(directory)
                            + " bytes are free. Each table holds its last whole commit; free some space",
                    cause);
        }
        if (cause instanceof AccessDeniedException || cause.getCause() instanceof ReadOnlyFileSystemException) {
            return new Fatal(step + " failed: no permission for " + cause.getMessage(), cause);
        }
        if (cause instanceof NoSuchFileException) {
            return new Fatal(
                    step + " failed: " + cause.getMessage()
                            + " has been removed by somebody else: put it back, or take a"
                            + " new snapshot into an empty directory",
                    cause);
        }
        return new Retryable(step + " in " + directory + " failed: " + cause, cause);
    }

    private static boolean isFull(IOException cause) {
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return FULL.stream().anyMatch(message::contains);
    }

    private static String usable(Path directory) {
        try {
            return String.valueOf(Files.getFileStore(directory).getUsableSpace());
        } catch (IOException e) {
            return "an unknown number";
        }
    }
}
