package io.cdcsdk.source.dms;

import io.cdcsdk.api.Position;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells from the times of files whether a table was loaded anew while nobody looked at its folder. */
final class Reloads {
    private static final DateTimeFormatter NAME_TIME = DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT);
    private static final int NAME_TIME_DIGITS = 14;
    private static final Duration LONGEST_UPLOAD = Duration.ofDays(1);

    private Reloads() {}

    /**
     * The first load file that was written after the change file up to which changes have been read, or null if there is none,
     * or if that cannot be told.
     *
     * @param files the files of the table's folder
     * @param readUpTo a position among change files
     * @param changes the change files that are still there
     */
    static @Nullable DataFile newerLoad(List<DataFile> files, Position readUpTo, List<DataFile> changes) {
        Instant lastRead = written(readUpTo.path(), changes);
        if (lastRead == null) {
            return null;
        }
        return files.stream()
                .filter(file -> file.isLoad() && file.stored().modified().isAfter(lastRead))
                .findFirst()
                .orElse(null);
    }

    /** When the change file was written: by its own time, or by its name if it has gone. */
    private static @Nullable Instant written(String place, List<DataFile> changes) {
        Instant named = nameTime(DataFile.nameIn(place));
        if (named == null) {
            return null;
        }
        for (DataFile file : changes) {
            if (file.place().equals(place)) {
                Instant modified = file.stored().modified();
                // Copying gives all files times of its own, load files often the later ones: those tell nothing.
                boolean copied = Duration.between(named, modified).abs().compareTo(LONGEST_UPLOAD) > 0;
                return copied ? null : modified;
            }
        }
        return named;
    }

    private static @Nullable Instant nameTime(String name) {
        String digits = name.replaceAll("[^0-9]", "");
        if (digits.length() < NAME_TIME_DIGITS) {
            return null;
        }
        try {
            return LocalDateTime.parse(digits.substring(0, NAME_TIME_DIGITS), NAME_TIME)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
