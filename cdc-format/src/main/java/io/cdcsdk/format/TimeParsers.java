package io.cdcsdk.format;

import io.cdcsdk.api.Row;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/** The text of dates and times. Whatever is not in the usual form goes through the JDK's parsers, which also find the fault. */
final class TimeParsers {
    static final long MICROS_PER_SECOND = TimeUnit.SECONDS.toMicros(1);
    static final long MICROS_PER_DAY = TimeUnit.DAYS.toMicros(1);

    private static final int DATE_LENGTH = "yyyy-MM-dd".length();
    private static final int TIME_LENGTH = "HH:mm:ss".length();
    private static final int MAXIMAL_FRACTION = 9;
    private static final int KEPT_FRACTION = 6;
    private static final int MAXIMAL_OFFSET_MINUTES = 18 * 60;
    private static final long MALFORMED = Long.MIN_VALUE;

    private static final String EXPECTED_DATE = "expected date, such as 2024-02-29";
    private static final String EXPECTED_TIME = "expected time, such as 23:59:59 or 23:59:59.999999";
    private static final String EXPECTED_TIMESTAMP =
            "expected timestamp, such as 2024-02-29 23:59:59 or 2024-02-29T23:59:59.999999";
    private static final String EXPECTED_INSTANT =
            "expected instant, such as 2024-02-29 23:59:59Z or 2024-02-29T23:59:59.999999+02:00";

    private TimeParsers() {}

    static void parseDate(char[] buffer, int offset, int length, Row.Builder row, int ordinal) {
        row.setPrimitive(ordinal, days(buffer, offset, offset + length, EXPECTED_DATE));
    }

    static void parseTime(char[] buffer, int offset, int length, Row.Builder row, int ordinal) {
        row.setPrimitive(ordinal, microsOfDay(buffer, offset, offset + length, EXPECTED_TIME));
    }

    static void parseTimestamp(char[] buffer, int offset, int length, Row.Builder row, int ordinal) {
        int end = offset + length;
        row.setPrimitive(ordinal, micros(buffer, offset, end, 0, EXPECTED_TIMESTAMP));
    }

    static void parseInstant(char[] buffer, int offset, int length, Row.Builder row, int ordinal) {
        row.setPrimitive(ordinal, instantMicros(buffer, offset, length));
    }

    /** The microseconds since 1970-01-01T00:00Z. */
    static long instantMicros(char[] buffer, int offset, int length) {
        int end = offset + length;
        int zone = startOfZone(buffer, offset, end);
        return micros(buffer, offset, zone, offsetSeconds(buffer, zone, end), EXPECTED_INSTANT);
    }

    /** The microseconds of a date and a time that end at {@code end}, in a zone so many seconds ahead of UTC. */
    private static long micros(char[] buffer, int start, int end, int offsetSeconds, String expected) {
        int separator = separator(buffer, start, end);
        if (separator < 0) {
            throw malformed(expected);
        }
        long days = days(buffer, start, separator, expected);
        long inDay = microsOfDay(buffer, separator + 1, end, expected) - offsetSeconds * MICROS_PER_SECOND;
        try {
            // The first day that counts begins before the first microsecond that does: count from its end.
            return days < 0
                    ? Math.addExact(Math.multiplyExact(days + 1, MICROS_PER_DAY), inDay - MICROS_PER_DAY)
                    : Math.addExact(Math.multiplyExact(days, MICROS_PER_DAY), inDay);
        } catch (ArithmeticException e) {
            throw malformed(expected + ", within 290000 years from 1970");
        }
    }

    /** Without a cause, because its message would quote the value. */
    private static IllegalArgumentException malformed(String expected) {
        return new IllegalArgumentException(expected);
    }

    private static int separator(char[] buffer, int start, int end) {
        int usual = start + DATE_LENGTH;
        if (usual < end && isSeparator(buffer[usual])) {
            return usual;
        }
        for (int i = start; i < end; i++) {
            if (isSeparator(buffer[i])) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isSeparator(char c) {
        return c == ' ' || c == 'T' || c == 't';
    }

    private static long days(char[] buffer, int start, int end, String expected) {
        if (end - start == DATE_LENGTH && buffer[start + 4] == '-' && buffer[start + 7] == '-') {
            int century = Characters.twoDigits(buffer, start);
            int yearInCentury = Characters.twoDigits(buffer, start + 2);
            int year = century < 0 || yearInCentury < 0 ? -1 : century * 100 + yearInCentury;
            int month = Characters.twoDigits(buffer, start + 5);
            int day = Characters.twoDigits(buffer, start + 8);
            if (CivilDays.isDate(year, month, day)) {
                return CivilDays.toDays(year, month, day);
            }
        }
        try {
            return LocalDate.parse(new String(buffer, start, end - start)).toEpochDay();
        } catch (DateTimeException e) {
            throw malformed(expected);
        }
    }

    private static long microsOfDay(char[] buffer, int start, int end, String expected) {
        long micros = usualMicrosOfDay(buffer, start, end);
        if (micros != MALFORMED) {
            return micros;
        }
        try {
            return LocalTime.parse(new String(buffer, start, end - start)).toNanoOfDay() / 1000;
        } catch (DateTimeException e) {
            throw malformed(expected);
        }
    }

    private static long usualMicrosOfDay(char[] buffer, int start, int end) {
        if (end - start < TIME_LENGTH || buffer[start + 2] != ':' || buffer[start + 5] != ':') {
            return MALFORMED;
        }
        int hour = Characters.twoDigits(buffer, start);
        int minute = Characters.twoDigits(buffer, start + 3);
        int second = Characters.twoDigits(buffer, start + 6);
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
            return MALFORMED;
        }
        long fraction = fractionMicros(buffer, start + TIME_LENGTH, end);
        return fraction == MALFORMED ? MALFORMED : ((hour * 60L + minute) * 60 + second) * MICROS_PER_SECOND + fraction;
    }

    private static long fractionMicros(char[] buffer, int point, int end) {
        if (point == end) {
            return 0;
        }
        int digits = end - point - 1;
        if (buffer[point] != '.' || digits > MAXIMAL_FRACTION) {
            return MALFORMED;
        }
        long micros = 0;
        for (int i = 0; i < Math.max(digits, KEPT_FRACTION); i++) {
            int digit = i < digits ? buffer[point + 1 + i] - '0' : 0;
            if (digit < 0 || digit > 9) {
                return MALFORMED;
            }
            micros = i < KEPT_FRACTION ? micros * 10 + digit : micros;
        }
        return micros;
    }

    /** Where the zone starts, looking back from the end; the end if there is none. */
    private static int startOfZone(char[] buffer, int start, int end) {
        for (int i = end - 1; i >= start; i--) {
            char c = buffer[i];
            if (c == 'Z' || c == 'z' || c == '+' || c == '-') {
                return i;
            }
            if (c == '.' || isSeparator(c)) {
                return end;
            }
        }
        return end;
    }

    private static int offsetSeconds(char[] buffer, int start, int end) {
        int length = end - start;
        if (length == 0 || length == 1 && (buffer[start] == 'Z' || buffer[start] == 'z')) {
            return 0;
        }
        int minutes = offsetMinutes(buffer, start, length);
        if (minutes >= 0 && minutes <= MAXIMAL_OFFSET_MINUTES) {
            return buffer[start] == '-' ? -60 * minutes : 60 * minutes;
        }
        try {
            return ZoneOffset.of(new String(buffer, start, length)).getTotalSeconds();
        } catch (DateTimeException e) {
            throw malformed(EXPECTED_INSTANT);
        }
    }

    /** The minutes of a sign and HH, HHmm or HH:mm; below zero if it is none of them. */
    private static int offsetMinutes(char[] buffer, int start, int length) {
        if (length != 3 && length != 5 && !(length == 6 && buffer[start + 3] == ':')) {
            return -1;
        }
        int hours = Characters.twoDigits(buffer, start + 1);
        int minutes = length == 3 ? 0 : Characters.twoDigits(buffer, start + length - 2);
        return hours < 0 || minutes < 0 || minutes > 59 ? -1 : hours * 60 + minutes;
    }
}
