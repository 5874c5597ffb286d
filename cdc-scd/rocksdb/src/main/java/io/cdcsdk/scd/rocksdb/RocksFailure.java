package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Retryable;
import java.nio.file.Path;
import java.util.Locale;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Names a failure of the database by what the caller can do about it. */
final class RocksFailure {
    private RocksFailure() {}

    /**
     * The error of a step that has changed nothing.
     *
     * @param step what failed, as the beginning of a sentence
     */
    static CdcException of(RocksDBException cause, String step, Path directory) {
        String message = String.valueOf(cause.getMessage());
        String text = message.toLowerCase(Locale.ROOT);
        String failed = step + " failed in " + directory + ": ";
        if (isFull(cause, text)) {
            return new Retryable(
                    step + " failed because the disk of " + directory + " is full, or a quota is used up. Nothing was"
                            + " changed; free some space",
                    cause);
        }
        if (text.contains("permission denied") || text.contains("read-only file system")) {
            return new Fatal(failed + "no permission; let this process write there (" + message + ")", cause);
        }
        Status status = cause.getStatus();
        if (status == null) {
            return new Fatal(failed + message, cause);
        }
        return switch (status.getCode()) {
            case Corruption -> damaged(cause, failed, message);
            case IOError ->
                text.contains("no such file")
                        ? damaged(cause, failed, message)
                        : new Retryable(failed + "the disk does not answer as it should (" + message + ")", cause);
            case Busy, TimedOut, TryAgain, Incomplete, Aborted, MergeInProgress ->
                new Retryable(failed + message, cause);
            case NotSupported, InvalidArgument ->
                new Fatal(
                        failed + "it is not a history of this library, or a newer version has written it: " + message,
                        cause);
            default -> new Fatal(failed + message, cause);
        };
    }

    private static Fatal damaged(RocksDBException cause, String failed, String message) {
        return new Fatal(
                failed + "the database is damaged (" + message
                        + "). Restore the directory from a copy, or delete it and" + " take a new snapshot",
                cause);
    }

    private static boolean isFull(RocksDBException cause, String text) {
        Status status = cause.getStatus();
        return text.contains("no space left")
                || text.contains("quota exceeded")
                || status != null && status.getSubCode() == Status.SubCode.NoSpace;
    }

    /** Whether the database belongs to another process. */
    static boolean isLocked(RocksDBException cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return text.contains("lock") && (text.contains("lock file") || text.contains("lock hold"));
    }
}
