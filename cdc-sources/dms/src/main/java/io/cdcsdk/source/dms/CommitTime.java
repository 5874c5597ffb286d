package io.cdcsdk.source.dms;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.concurrent.TimeUnit;

/** Reads the times that DMS writes, {@code yyyy-MM-dd HH:mm:ss.SSSSSS} in UTC, with 0 to 6 digits of a second. */
final class CommitTime {
    private static final String EXPECTED = "expected a time such as 2026-01-31 23:59:59.123456";
    private static final int WHOLE_SECONDS = "yyyy-MM-dd HH:mm:ss".length();
    private static final int DATE_LENGTH = "yyyy-MM-dd".length();
    private static final long MICROS_PER_SECOND = TimeUnit.SECONDS.toMicros(1);
    private static final long SECONDS_PER_DAY = TimeUnit.DAYS.toSeconds(1);

    private final char[] lastDate = new char[DATE_LENGTH];
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
        long micros = 0;
        int digits = Math.max(0, length - WHOLE_SECONDS - 1);
        if (digits > 0) {
            micros = number(text, offset + WHOLE_SECONDS + 1, digits);
            for (int i = digits; i < 6; i++) {
                micros *= 10;
            }
        }
        long seconds = day(text, offset) * SECONDS_PER_DAY + hour * 3600L + minute * 60L + second;
        return seconds * MICROS_PER_SECOND + micros;
    }

    /** Changes come in the order of their commits, so that the date is nearly always the one before. */
    private long day(char[] text, int offset) {
        boolean same = true;
        for (int i = 0; i < DATE_LENGTH && same; i++) {
            same = text[offset + i] == lastDate[i];
        }
        if (!same) {
            try {
                lastDay = LocalDate.of(
                                number(text, offset, 4), number(text, offset + 5, 2), number(text, offset + 8, 2))
                        .toEpochDay();
            } catch (DateTimeException e) {
                throw new FieldError(EXPECTED, e);
            }
            System.arraycopy(text, offset, lastDate, 0, DATE_LENGTH);
        }
        return lastDay;
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
