package io.cdcsdk.format;

import com.fasterxml.jackson.core.JsonParser;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import java.io.IOException;

/** Reads arrays of one type from the text of a JSON array. */
final class ArrayParser implements ValueParser {
    private final LogicalType type;
    private final JsonColumnReader reader;

    ArrayParser(LogicalType type) {
        this.type = type;
        this.reader = JsonColumnReader.of(type);
    }

    @Override
    public void parse(char[] buffer, int offset, int length, Row.Builder row, int ordinal) {
        try (JsonParser parser = JsonColumns.FACTORY.createParser(buffer, offset, length)) {
            parser.nextToken();
            reader.read(parser, row, ordinal);
            if (parser.nextToken() == null) {
                return;
            }
        } catch (IOException e) {
            throw malformed();
        }
        throw malformed();
    }

    /** Without a cause, because its message would quote the value. */
    private IllegalArgumentException malformed() {
        return new IllegalArgumentException("expected " + type + ", a JSON array such as [1, null, 2]");
    }
}
