package io.cdcsdk.format;

import java.time.LocalDate;

/**
 * Days since 1970-01-01 and the years, months and days of the proleptic Gregorian calendar, without objects, for years of
 * four digits.
 *
 * <p>Years are counted from March on, so that the leap day is the last of its year and the lengths of the months before it
 * follow one linear rule; and from 400 years before the year 0, so that no quotient is negative.
 */
final class CivilDays {
    private static final int YEARS_PER_CYCLE = 400;
    private static final int DAYS_PER_CYCLE = 146_097;
    private static final int DAYS_PER_CENTURY = 36_524;
    private static final int DAYS_PER_FOUR_YEARS = 1_461;
    private static final long FIRST = LocalDate.of(0, 1, 1).toEpochDay();
    private static final long LAST = LocalDate.of(9999, 12, 31).toEpochDay();
    private static final long START_OF_COUNT =
            LocalDate.of(-YEARS_PER_CYCLE, 3, 1).toEpochDay();

    private CivilDays() {}

    static boolean isDate(int year, int month, int day) {
        return year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= lengthOfMonth(year, month);
    }

    private static int lengthOfMonth(int year, int month) {
        if (month == 2) {
            return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    /** The days of a date for which {@link #isDate} holds. */
    static long toDays(int year, int month, int day) {
        int marchYear = year + YEARS_PER_CYCLE - (month <= 2 ? 1 : 0);
        int marchMonth = month <= 2 ? month + 9 : month - 3;
        return START_OF_COUNT
                + 365L * marchYear
                + marchYear / 4
                - marchYear / 100
                + marchYear / 400
                + (153 * marchMonth + 2) / 5
                + day
                - 1;
    }

    /** Appends {@code yyyy-MM-dd}; years beyond four digits take the form of {@link LocalDate#toString()}. */
    static void append(StringBuilder out, long days) {
        if (days < FIRST || days > LAST) {
            out.append(LocalDate.ofEpochDay(days));
            return;
        }
        int counted = (int) (days - START_OF_COUNT);
        int inCycle = counted % DAYS_PER_CYCLE;
        int yearInCycle = (inCycle
                        - inCycle / (DAYS_PER_FOUR_YEARS - 1)
                        + inCycle / DAYS_PER_CENTURY
                        - inCycle / (DAYS_PER_CYCLE - 1))
                / 365;
        int inYear = inCycle - (365 * yearInCycle + yearInCycle / 4 - yearInCycle / 100);
        int marchMonth = (5 * inYear + 2) / 153;
        int day = inYear - (153 * marchMonth + 2) / 5 + 1;
        int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        int year = counted / DAYS_PER_CYCLE * YEARS_PER_CYCLE + yearInCycle - YEARS_PER_CYCLE + (month <= 2 ? 1 : 0);
        appendTwoDigits(out, year / 100);
        appendTwoDigits(out, year % 100);
        appendTwoDigits(out.append('-'), month);
        appendTwoDigits(out.append('-'), day);
    }

    static void appendTwoDigits(StringBuilder out, int number) {
        out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }
}
