package io.cdcsdk.source.dms;

import io.cdcsdk.api.SourceOrder;

/** Reads the 35 digits of {@code AR_H_CHANGE_SEQ}: 16 of a time, 19 of a number that orders what has one time. */
final class ChangeSequence {
    private static final int TIME_DIGITS = 16;
    private static final int DIGITS = 35;

    private ChangeSequence() {}

    /**
     * The order that the digits state; the number is unsigned.
     *
     * @throws FieldError if these are not 35 digits
     */
    static SourceOrder parse(char[] text, int offset, int length) {
        if (length != DIGITS) {
            throw new FieldError("expected 35 digits");
        }
        return new SourceOrder(
                number(text, offset, TIME_DIGITS), number(text, offset + TIME_DIGITS, DIGITS - TIME_DIGITS));
    }

    private static long number(char[] text, int offset, int digits) {
        long number = 0;
        for (int i = offset; i < offset + digits; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                throw new FieldError("expected 35 digits");
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
