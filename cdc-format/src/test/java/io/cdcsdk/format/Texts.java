package io.cdcsdk.format;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Parses and writes single values through rows of one column. */
final class Texts {
    private static final String PADDING = "9-";

    private Texts() {}

    /** The row that a parser makes of a text, which lies in the midst of a buffer. */
    static Row parse(LogicalType type, String text) {
        Row.Builder builder = Row.builder(schema(type));
        char[] buffer = (PADDING + text + PADDING).toCharArray();
        ValueParsers.of(type).parse(buffer, PADDING.length(), text.length(), builder, 0);
        return builder.build();
    }

    static Object value(LogicalType type, String text) {
        return Objects.requireNonNull(parse(type, text).value(0));
    }

    static String text(LogicalType type, @Nullable Object value) {
        return ValueText.of(Row.of(schema(type), value), 0);
    }

    static TableSchema schema(LogicalType type) {
        return TableSchema.builder(TableId.of("test")).column("value", type).build();
    }
}
