package io.cdcsdk.source.dms;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.concurrent.TimeUnit;

/** Reads the times that DMS writes, {@code yyyy-MM-dd HH:mm:ss.SSSSSS} in UTC, with 0 to 6 digits of a second. */
final class CommitTime {
    private static final String EXPECTED = "expected a time such as 2026-01-31 23:59:59.123456";
    private static final int WHOLE_SECONDS = "yyyy-MM-dd HH:mm:ss".length();
    private static final int MICRO_DIGITS = 6;
    private static final long MICROS_PER_SECOND = TimeUnit.SECONDS.toMicros(1);
    private static final long SECONDS_PER_DAY = TimeUnit.DAYS.toSeconds(1);

    private int lastDate = -1;
    private long lastDay;

    /**
     * The microseconds since 1970-01-01T00:00Z.
     *
     * @throws FieldError if the text is not such a time
     */
    long parse(char[] text, int offset, int length) {
        boolean separators = length >= WHOLE_SECONDS
                && text[offset + 4] == '-'
                && text[offset + 7] == '-'
                && text[offset + 10] == ' '
                && text[offset + 13] == ':'
                && text[offset + 16] == ':'
                && (length == WHOLE_SECONDS || text[offset + 19] == '.' && length <= WHOLE_SECONDS + 7);
        if (!separators) {
            throw new FieldError(EXPECTED);
        }
        int hour = twoDigits(text, offset + 11);
        int minute = twoDigits(text, offset + 14);
        int second = twoDigits(text, offset + 17);
        if (hour > 23 || minute > 59 || second > 59) {
            throw new FieldError(EXPECTED);
        }
        int digits = Math.max(0, length - WHOLE_SECONDS - 1);
        int micros = digits == 0 ? 0 : micros(text, offset + WHOLE_SECONDS + 1, digits);
        long seconds = day(text, offset) * SECONDS_PER_DAY + hour * 3600L + minute * 60L + second;
        return seconds * MICROS_PER_SECOND + micros;
    }

    /** Changes come in the order of their commits, so that the date is nearly always the one before. */
    private long day(char[] text, int offset) {
        int year = twoDigits(text, offset) * 100 + twoDigits(text, offset + 2);
        int month = twoDigits(text, offset + 5);
        int day = twoDigits(text, offset + 8);
        int date = (year * 100 + month) * 100 + day;
        if (date != lastDate) {
            try {
                lastDay = LocalDate.of(year, month, day).toEpochDay();
            } catch (DateTimeException e) {
                throw new FieldError(EXPECTED, e);
            }
            lastDate = date;
        }
        return lastDay;
    }

    private static int micros(char[] text, int offset, int digits) {
        if (digits == MICRO_DIGITS) {
            return (twoDigits(text, offset) * 100 + twoDigits(text, offset + 2)) * 100 + twoDigits(text, offset + 4);
        }
        int micros = number(text, offset, digits);
        for (int i = digits; i < MICRO_DIGITS; i++) {
            micros *= 10;
        }
        return micros;
    }

    private static int twoDigits(char[] text, int offset) {
        int tens = text[offset] - '0';
        int ones = text[offset + 1] - '0';
        // A difference below zero is, read as unsigned, above every digit.
        if (Integer.compareUnsigned(tens, 9) > 0 || Integer.compareUnsigned(ones, 9) > 0) {
            throw new FieldError(EXPECTED);
        }
        return tens * 10 + ones;
    }

    private static int number(char[] text, int offset, int digits) {
        int number = 0;
        for (int i = offset; i < offset + digits; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                throw new FieldError(EXPECTED);
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
