package io.cdcsdk.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the {@linkplain JsonColumns JSON form} of values of one type. Safe for any thread. */
sealed interface JsonColumnReader {
    /**
     * Reads the value whose first token is the parser's current one, and leaves the parser at its last.
     *
     * @throws IllegalArgumentException if it is not a value of the type; the message says what is expected, not where
     */
    void read(JsonParser parser, Row.Builder row, int ordinal) throws IOException;

    /** The reader of a type. */
    static JsonColumnReader of(LogicalType type) {
        return type.kind() == LogicalType.Kind.ARRAY ? new Elements(type) : new Scalar(type);
    }

    /** Reads everything but arrays. */
    final class Scalar implements JsonColumnReader {
        private final LogicalType type;
        private final ValueParser parser;

        private Scalar(LogicalType type) {
            this.type = type;
            this.parser = ValueParsers.of(type);
        }

        @Override
        public void read(JsonParser json, Row.Builder row, int ordinal) throws IOException {
            JsonToken token = json.currentToken();
            if (token == null || !token.isScalarValue() || token != JsonToken.VALUE_STRING && !mayBeBare(token)) {
                throw new IllegalArgumentException(
                        "expected " + type + " as " + expectedToken() + ", and found " + name(token));
            }
            parser.parse(json.getTextCharacters(), json.getTextOffset(), json.getTextLength(), row, ordinal);
        }

        private boolean mayBeBare(JsonToken token) {
            return switch (type.kind()) {
                case BOOLEAN -> token.isBoolean();
                case INT32, INT64, FLOAT32, FLOAT64, DECIMAL -> token.isNumeric();
                default -> false;
            };
        }

        private String expectedToken() {
            return switch (type.kind()) {
                case BOOLEAN -> "true or false";
                case INT32, INT64, FLOAT32, FLOAT64, DECIMAL -> "a number or a string";
                default -> "a string";
            };
        }
    }

    /** Reads arrays. */
    final class Elements implements JsonColumnReader {
        private final LogicalType type;
        private final TableSchema schema;
        private final JsonColumnReader element;

        private Elements(LogicalType type) {
            this.type = type;
            this.schema = JsonColumns.elementSchema(type);
            this.element = of(type.element());
        }

        @Override
        public void read(JsonParser json, Row.Builder row, int ordinal) throws IOException {
            if (json.currentToken() != JsonToken.START_ARRAY) {
                throw new IllegalArgumentException(
                        "expected " + type + " as an array, and found " + name(json.currentToken()));
            }
            List<@Nullable Object> values = new ArrayList<>();
            Row.Builder builder = Row.builder(schema);
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (json.currentToken() == JsonToken.VALUE_NULL) {
                    values.add(null);
                } else {
                    element.read(json, builder, 0);
                    values.add(builder.build().value(0));
                }
            }
            row.set(ordinal, values);
        }
    }

    /** A token as a person calls it. */
    static String name(@Nullable JsonToken token) {
        if (token == null) {
            return "the end";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            case FIELD_NAME -> "a field";
            default -> token.asString();
        };
    }
}
