package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.format.ValueText;
import java.math.BigDecimal;

/** The text of a value that hashes and tokens are made of. */
final class ComparableText {
    private ComparableText() {}

    /** The canonical text; for decimals without trailing zeros, since 1.0 and 1.00 are one number and may be one key. */
    static String of(Row row, int ordinal) {
        if (row.schema().kind(ordinal) == LogicalType.Kind.DECIMAL) {
            return ((BigDecimal) row.reference(ordinal)).stripTrailingZeros().toPlainString();
        }
        return ValueText.of(row, ordinal);
    }
}
