package io.cdcsdk.sink.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Small JSON documents as maps, lists, strings and longs. */
final class JsonTree {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final Map<?, ?> members;

    private JsonTree(Map<?, ?> members) {
        this.members = members;
    }

    static byte[] write(Map<String, ?> object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator generator = FACTORY.createGenerator(bytes)) {
            generator.useDefaultPrettyPrinter();
            write(generator, object);
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
        if (value instanceof Map<?, ?> object) {
            generator.writeStartObject();
            for (Map.Entry<?, ?> member : object.entrySet()) {
                generator.writeFieldName((String) member.getKey());
                write(generator, member.getValue());
            }
            generator.writeEndObject();
        } else if (value instanceof List<?> list) {
            generator.writeStartArray();
            for (Object element : list) {
                write(generator, element);
            }
            generator.writeEndArray();
        } else if (value instanceof Number number) {
            generator.writeNumber(number.longValue());
        } else if (value == null) {
            generator.writeNull();
        } else {
            generator.writeString(value.toString());
        }
    }

    /** Reads an object; an exception if the bytes are anything else. */
    static JsonTree read(byte[] bytes) throws IOException {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            parser.nextToken();
            if (value(parser) instanceof Map<?, ?> object && parser.nextToken() == null) {
                return new JsonTree(object);
            }
            throw new IOException("not one JSON object");
        }
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                object.put(name, value(parser));
            }
            return object;
        }
        if (token == JsonToken.START_ARRAY) {
            List<@Nullable Object> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(parser));
            }
            return list;
        }
        if (token == JsonToken.VALUE_NUMBER_INT) {
            return parser.getLongValue();
        }
        return token == JsonToken.VALUE_STRING ? parser.getText() : null;
    }

    String text(String name) throws IOException {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw new IOException("no text '" + name + "'");
    }

    long number(String name) throws IOException {
        if (members.get(name) instanceof Long number) {
            return number;
        }
        throw new IOException("no number '" + name + "'");
    }

    /** An object, or null where there is none. */
    @Nullable
    JsonTree object(String name) {
        return members.get(name) instanceof Map<?, ?> object ? new JsonTree(object) : null;
    }

    List<JsonTree> objects(String name) throws IOException {
        List<JsonTree> objects = new ArrayList<>();
        for (Object element : list(name)) {
            if (!(element instanceof Map<?, ?> object)) {
                throw new IOException("'" + name + "' holds something else than objects");
            }
            objects.add(new JsonTree(object));
        }
        return objects;
    }

    List<String> texts(String name) throws IOException {
        List<String> texts = new ArrayList<>();
        for (Object element : list(name)) {
            texts.add(String.valueOf(element));
        }
        return texts;
    }

    private List<?> list(String name) throws IOException {
        if (members.get(name) instanceof List<?> list) {
            return list;
        }
        throw new IOException("no list '" + name + "'");
    }

    List<String> names() {
        return members.keySet().stream().map(String::valueOf).toList();
    }
}
