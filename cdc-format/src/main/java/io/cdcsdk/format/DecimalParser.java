package io.cdcsdk.format;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Reads decimals of one precision and scale; never rounds. */
final class DecimalParser implements ValueParser {
    private final LogicalType type;

    DecimalParser(LogicalType type) {
        this.type = type;
    }

    @Override
    public void parse(char[] buffer, int offset, int length, Row.Builder row, int ordinal) {
        row.set(ordinal, fitted(number(buffer, offset, length)));
    }

    private BigDecimal number(char[] buffer, int offset, int length) {
        int end = offset + length;
        int start = Characters.afterSign(buffer, offset, end);
        if (Characters.endOfDigitsAndPoint(buffer, start, end) == end) {
            long digits = Characters.mantissa(buffer, start, end);
            if (digits >= 0) {
                return BigDecimal.valueOf(
                        buffer[offset] == '-' ? -digits : digits, Characters.fractionDigits(buffer, start, end));
            }
        }
        try {
            return new BigDecimal(buffer, offset, length);
        } catch (NumberFormatException e) {
            throw malformed();
        }
    }

    /** Without a cause, because its message would quote the value. */
    private IllegalArgumentException malformed() {
        return new IllegalArgumentException("expected " + type + ", a decimal number such as -12.50");
    }

    private BigDecimal fitted(BigDecimal value) {
        if (value.signum() == 0) {
            return value.scale() < 0 || value.scale() > type.scale() ? BigDecimal.valueOf(0, type.scale()) : value;
        }
        long integerDigits = (long) value.precision() - value.scale();
        if (integerDigits > type.precision() - type.scale()) {
            throw tooManyDigits();
        }
        if (value.scale() <= type.scale()) {
            return value;
        }
        // Known without lowering the scale, which would take the time and heap of the power of ten.
        if (value.scale() - type.scale() >= value.precision()) {
            throw tooManyDigits();
        }
        try {
            return value.setScale(type.scale(), RoundingMode.UNNECESSARY);
        } catch (ArithmeticException e) {
            throw tooManyDigits();
        }
    }

    private IllegalArgumentException tooManyDigits() {
        return new IllegalArgumentException("expected " + type + ", a number of at most "
                + (type.precision() - type.scale()) + " digits before the point and " + type.scale() + " behind it");
    }
}
