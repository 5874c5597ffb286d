package io.cdcsdk.runtime.deadletter;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of sessions: the time at which one began, in microseconds and UTC, and 64 random bits. They sort by their beginning, and
 * two that begin at the same time on two machines have two names.
 */
final class SessionName {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSSSSS'Z'", Locale.ROOT);
    private static final Pattern NAME = Pattern.compile("[0-9]{8}T[0-9]{12}Z-[0-9a-f]{16}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private SessionName() {}

    static boolean isOne(String text) {
        return NAME.matcher(text).matches();
    }

    /** A name for a session that begins now, and after the last one, whatever the clock says. */
    static String after(@Nullable String last, Instant now) {
        String time = TIME.format(LocalDateTime.ofInstant(now, ZoneOffset.UTC));
        if (last != null) {
            String previous = last.substring(0, last.indexOf('-'));
            if (time.compareTo(previous) <= 0) {
                time = TIME.format(LocalDateTime.parse(previous, TIME).plus(1, ChronoUnit.MICROS));
            }
        }
        return time + String.format(Locale.ROOT, "-%016x", RANDOM.nextLong());
    }
}
