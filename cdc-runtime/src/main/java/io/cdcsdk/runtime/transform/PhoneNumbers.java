package io.cdcsdk.runtime.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds phone numbers; see {@link PersonalData#PHONE_NUMBER}. A text with fewer digits than a number needs is not searched. */
final class PhoneNumbers {
    private static final int FEWEST_DIGITS = 8;
    private static final int FEWEST_NATIONAL = 9;
    private static final int MOST_NATIONAL = 12;
    private static final int MOST_INTERNATIONAL = 15;

    private static final String SPACE = " \\u00a0\\u202f";
    private static final String SIGN = SPACE + "./\\u2010-\\u2013-";
    private static final String ONE_SIGN = "[" + SIGN + "]";
    private static final String SIGNS = "[" + SIGN + "()]";

    /** Not inside a word. A JSON escape before the number is no word. */
    private static final String NO_WORD_BEFORE = "(?:(?<![\\p{L}\\p{N}_+])|(?<=\\\\[bfnrt])|(?<=\\\\u\\p{XDigit}{4}))";
    /** Not inside a UUID, a token, a decimal, a time or an IBAN, either. */
    private static final String NO_GROUP_BEFORE =
            NO_WORD_BEFORE + "(?<![\\p{L}\\p{N}_-][/_-])(?<!\\p{N}[.,:])(?<!\\p{N}[" + SPACE + "])";

    private static final String EXTENSION = "(?: ?(?:x|ext\\.?) ?\\d{1,5})?+";
    private static final String NO_WORD_AFTER = "(?![\\p{L}\\p{N}_])";
    private static final String NO_GROUP_AFTER =
            EXTENSION + NO_WORD_AFTER + "(?![-.,:/]\\p{N})(?!-\\p{L})(?![" + SPACE + "]\\p{N})";

    private static final String AFTER_PLUS = "\\+[1-9](?:" + SIGNS + "{0,3}\\d){7,14}";
    private static final String AFTER_ZEROS =
            "00" + ONE_SIGN + "?[1-9]\\d{0,2}" + SIGNS + "{1,3}\\d(?:" + SIGNS + "{0,3}\\d){5,12}";
    private static final String IN_PARENTHESES = "(?:1" + ONE_SIGN + "?)?\\((?:0\\d{1,4}|\\d{2,3})\\)" + ONE_SIGN
            + "{0,2}\\d{3,8}(?:" + ONE_SIGN + "\\d{2,5}){0,3}";
    private static final String AFTER_ZERO =
            "0[1-9]\\d{0,3}(?:(?: ?(?:[.\\u2010-\\u2013-]|\\\\?/) ?|[" + SPACE + "])\\d{1,8}){1,5}";
    private static final String NORTH_AMERICAN =
            "(?:1" + ONE_SIGN + ")?[2-9]\\d{2}" + ONE_SIGN + "\\d{3}" + ONE_SIGN + "\\d{4}";

    // Most characters start no number: saying so first spares them all that looks back.
    private static final Pattern CANDIDATE = Pattern.compile("(?=[+(\\d])(?:" + NO_WORD_BEFORE + AFTER_PLUS + EXTENSION
            + NO_WORD_AFTER + "|" + NO_GROUP_BEFORE + "(?<national>" + AFTER_ZEROS + "|" + IN_PARENTHESES + "|"
            + AFTER_ZERO + "|" + NORTH_AMERICAN + ")" + NO_GROUP_AFTER + ")");

    /** What has the digits of a national number, and is none: dates, American postal codes, hardware addresses. */
    private static final Pattern OTHER = Pattern.compile(
            "(?<!\\d)(?:\\d{1,2}([-./])\\d{1,2}\\1(?:19|20)\\d{2}|(?:19|20)\\d{2}([-./])\\d{1,2}\\2\\d{1,2})(?!\\d)"
                    + "|^\\d{5}-\\d{4}$|^\\d{2}(?:-\\d{2}){5}$");

    private PhoneNumbers() {}

    /** The numbers in a part of a text, in order. What stands around the part is not looked at. */
    static List<Span> in(String text, int from, int to) {
        if (!hasEnoughDigits(text, from, to)) {
            return List.of();
        }
        List<Span> found = new ArrayList<>();
        Matcher candidate = CANDIDATE.matcher(text).region(from, to);
        while (candidate.find()) {
            String national = candidate.group("national");
            if (national == null || isNational(national)) {
                found.add(new Span(candidate.start(), candidate.end()));
                // A number may follow at once: the one before must not count as a group before it.
                candidate.region(candidate.end(), to);
            }
        }
        return found;
    }

    private static boolean isNational(String number) {
        long digits = number.chars().filter(c -> c >= '0' && c <= '9').count();
        int most = number.startsWith("00") ? "00".length() + MOST_INTERNATIONAL : MOST_NATIONAL;
        return digits >= FEWEST_NATIONAL
                && digits <= most
                && !OTHER.matcher(number).find();
    }

    private static boolean hasEnoughDigits(String text, int from, int to) {
        int digits = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9' && ++digits == FEWEST_DIGITS) {
                return true;
            }
        }
        return false;
    }
}
