package io.cdcsdk.source.dms;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the text of the files is to be taken apart, and what errors may show of it. */
record CsvFormat(
        DmsOption.Header header,
        char delimiter,
        char quote,
        String nullText,
        @Nullable String noSupplementalText,
        int maxFieldLength,
        DmsOption.LastLine lastLine,
        DmsOption.ErrorValues errorValues) {
    private static final int SHOWN_VALUE_LENGTH = 80;

    /** That a column cannot take a value, for the reason that the cause states. */
    FieldError cannotTake(String column, char[] buffer, int offset, int length, RuntimeException cause) {
        String size = "a value of " + length + (length == 1 ? " character" : " characters");
        String withoutValue = column + " cannot take " + size + ": " + cause.getMessage();
        if (hidesValues()) {
            // Whatever lies behind a cause may quote the value.
            return new FieldError(withoutValue);
        }
        String message = column + " cannot take " + shown(buffer, offset, length) + ": " + cause.getMessage();
        return new FieldError(message, withoutValue, cause);
    }

    private static String shown(char[] buffer, int offset, int length) {
        String text = new String(buffer, offset, Math.min(length, SHOWN_VALUE_LENGTH));
        return '\'' + (length > SHOWN_VALUE_LENGTH ? text + "..." : text) + '\'';
    }

    /** Names in a header that may be values, one or more. */
    String shown(List<String> names) {
        if (hidesValues()) {
            return names.size() == 1 ? "a column" : names.size() + " columns";
        }
        return quoted(names);
    }

    static String quoted(List<String> names) {
        return (names.size() == 1 ? "the column '" : "the columns '") + String.join("', '", names) + '\'';
    }

    boolean hidesValues() {
        return errorValues == DmsOption.ErrorValues.HIDE;
    }
}
