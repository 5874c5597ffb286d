package io.cdcsdk.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of one value: booleans, whole numbers and finite floating-point numbers as themselves, arrays as arrays, and
 * everything else as a string of its {@linkplain ValueText canonical text}. Decimals are strings because most readers make
 * doubles of numbers; JSON documents are, because their text would not survive otherwise.
 */
final class JsonColumns {
    /** Long texts are for the memory to bound, not for the parser; names of fields come from outside and are not interned. */
    static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private JsonColumns() {}

    /** A table of one column, to hold the elements of an array one after the other. */
    static TableSchema elementSchema(LogicalType array) {
        return TableSchema.builder(TableId.of("array"))
                .column("element", array.element())
                .build();
    }

    /**
     * Appends the JSON form of a column.
     *
     * @throws IllegalStateException if the column has no value
     */
    static void append(StringBuilder out, Row row, int ordinal) {
        switch (row.schema().kind(ordinal)) {
            case BOOLEAN, INT32, INT64 -> ValueText.append(out, row, ordinal);
            case FLOAT32 ->
                appendNumber(out, row, ordinal, Float.isFinite(Float.intBitsToFloat((int) row.primitive(ordinal))));
            case FLOAT64 ->
                appendNumber(out, row, ordinal, Double.isFinite(Double.longBitsToDouble(row.primitive(ordinal))));
            case STRING, JSON -> JsonStrings.append(out, row.string(ordinal));
            case DECIMAL, BYTES, DATE, TIME, TIMESTAMP, INSTANT, UUID -> appendQuoted(out, row, ordinal);
            case ARRAY -> appendArray(out, row.schema().column(ordinal).type(), (List<?>) row.reference(ordinal));
        }
    }

    private static void appendNumber(StringBuilder out, Row row, int ordinal, boolean finite) {
        if (finite) {
            ValueText.append(out, row, ordinal);
        } else {
            appendQuoted(out, row, ordinal);
        }
    }

    private static void appendQuoted(StringBuilder out, Row row, int ordinal) {
        ValueText.append(out.append('"'), row, ordinal);
        out.append('"');
    }

    private static void appendArray(StringBuilder out, LogicalType type, List<? extends @Nullable Object> elements) {
        Row.Builder builder = Row.builder(elementSchema(type));
        out.append('[');
        for (int i = 0; i < elements.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            Row element = builder.set(0, elements.get(i)).build();
            if (element.isNull(0)) {
                out.append("null");
            } else {
                append(out, element, 0);
            }
        }
        out.append(']');
    }
}
