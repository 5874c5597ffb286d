package io.cdcsdk.runtime.deadletter;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Retryable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;

/** Names what is wrong with files by what the caller can do about it. */
final class Failures {
    private Failures() {}

    /** A step that failed and changed nothing. */
    static CdcException of(IOException cause, String step, Path place) {
        if (cause instanceof AccessDeniedException || cause.getCause() instanceof ReadOnlyFileSystemException) {
            return new Fatal("cannot " + step + " " + place + ": no permission for " + cause.getMessage(), cause);
        }
        if (cause instanceof NotDirectoryException || isFileInTheWay(cause)) {
            return new Fatal(
                    "cannot " + step + " " + place + ": " + cause.getMessage()
                            + " is not a directory; name another directory for the dead letters, or remove the file",
                    cause);
        }
        return new Retryable("cannot " + step + " " + place + ": " + cause + ". Nothing was changed", cause);
    }

    private static boolean isFileInTheWay(IOException cause) {
        return cause instanceof FileAlreadyExistsException
                || cause instanceof FileSystemException failure && "Not a directory".equals(failure.getReason());
    }

    /** A line that cannot be read, although others follow or it is whole. */
    static Fatal damaged(Path file, long line, String what, Throwable cause) {
        return new Fatal(
                file + " line " + line + " is damaged: " + what + ". Restore the file from a copy; or, to give up this"
                        + " record and all behind it in the file, cut the file off before this line",
                cause);
    }
}
