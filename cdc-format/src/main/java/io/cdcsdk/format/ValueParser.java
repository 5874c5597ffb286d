package io.cdcsdk.format;

import io.cdcsdk.api.Row;

/** Reads the text form of the values of one type straight into a row, without a string in between where it can. */
@FunctionalInterface
public interface ValueParser {
    /**
     * Parses characters and sets a column.
     *
     * @param buffer holds the text from {@code offset}; not kept
     * @param length the number of characters
     * @param row the row to set the column in
     * @param ordinal the column, of the type that this parser was made for
     * @throws IllegalArgumentException if the text is not a value of the type; the message says what is expected, not where
     */
    void parse(char[] buffer, int offset, int length, Row.Builder row, int ordinal);
}
