package io.cdcsdk.runtime.deadletter;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which piece of which session a file holds.
 *
 * @param session the session, as {@link SessionName} makes them
 * @param number the segment's number in the session, from 1
 */
record SegmentName(String session, long number) implements Comparable<SegmentName> {
    private static final Pattern FILE = Pattern.compile("letters-(.+)-([0-9]{6,18})\\.jsonl");
    private static final Comparator<SegmentName> ORDER =
            Comparator.comparing(SegmentName::session).thenComparingLong(SegmentName::number);

    /** The segment of a file, or null if its name is not that of one. */
    static @Nullable SegmentName of(Path file) {
        Matcher matcher = FILE.matcher(String.valueOf(file.getFileName()));
        return matcher.matches() && SessionName.isOne(matcher.group(1))
                ? new SegmentName(matcher.group(1), Long.parseLong(matcher.group(2)))
                : null;
    }

    Path in(Path folder) {
        return folder.resolve(String.format(Locale.ROOT, "letters-%s-%06d.jsonl", session, number));
    }

    SegmentName next() {
        return new SegmentName(session, number + 1);
    }

    @Override
    public int compareTo(SegmentName other) {
        return ORDER.compare(this, other);
    }
}
