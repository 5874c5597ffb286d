package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.Column;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import org.jspecify.annotations.Nullable;

/**
 * All characters but the last ones become stars.
 *
 * @param kept the number of characters to keep, 1 or more
 */
record PartialMask(int kept) implements ColumnMask {
    @Override
    public String name() {
        return "partial";
    }

    @Override
    public boolean keepsApart() {
        return false;
    }

    @Override
    public @Nullable String objection(Column column) {
        return column.type().kind() == LogicalType.Kind.STRING
                ? null
                : "the column '" + column.name() + "' is of type " + column.type()
                        + ", and only strings have a part to keep";
    }

    @Override
    public void mask(Row row, int ordinal, Row.Builder masked) {
        String text = row.string(ordinal);
        int characters = text.codePointCount(0, text.length());
        String end = characters <= kept ? "" : text.substring(text.offsetByCodePoints(text.length(), -kept));
        int stars = characters <= kept ? characters : characters - kept;
        masked.setString(ordinal, "*".repeat(stars) + end);
    }
}
