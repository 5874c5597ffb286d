package io.cdcsdk.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.Fatal;
import java.io.IOException;
import java.util.Set;

/** Walks through one JSON text, and names the place of whatever is wrong there. */
final class JsonCursor {
    private final JsonParser parser;
    private final char[] buffer;
    private final String subject;

    private JsonCursor(JsonParser parser, char[] buffer, String subject) {
        this.parser = parser;
        this.buffer = buffer;
        this.subject = subject;
    }

    /** Reads something from a walk through a text. */
    @FunctionalInterface
    interface Reading<T> {
        T from(JsonCursor cursor) throws IOException;
    }

    /**
     * Reads a text that is one JSON object.
     *
     * @param subject what the text is, as it stands in messages
     * @throws BadRecord if the text is not JSON, or something follows the object
     */
    static <T> T read(String text, String subject, Reading<T> reading) {
        char[] buffer = text.toCharArray();
        return read(buffer, 0, buffer.length, subject, reading);
    }

    /** Reads a part of a buffer that is one JSON object; see {@link #read(String, String, Reading)}. */
    static <T> T read(char[] buffer, int offset, int length, String subject, Reading<T> reading) {
        try (JsonParser parser = JsonColumns.FACTORY.createParser(buffer, offset, length)) {
            JsonCursor cursor = new JsonCursor(parser, buffer, subject);
            parser.nextToken();
            T result = reading.from(cursor);
            if (parser.nextToken() != null) {
                throw new BadRecord(subject + " goes on after its end: there is "
                        + JsonColumnReader.name(parser.currentToken()) + " at character "
                        + parser.currentTokenLocation().getColumnNr());
            }
            return result;
        } catch (IOException e) {
            throw malformed(subject, e);
        }
    }

    /** Without the exception itself, because its message quotes the text, which may be personal data. */
    private static BadRecord malformed(String subject, IOException e) {
        int character = e instanceof JsonProcessingException json && json.getLocation() != null
                ? json.getLocation().getColumnNr()
                : 0;
        return new BadRecord(
                e instanceof JsonEOFException
                        ? subject + " is cut off: the JSON ends at character " + character
                        : subject + " is not valid JSON at character " + character);
    }

    /** A fault at the current place. */
    BadRecord bad(String message) {
        return new BadRecord(subject + ", " + place() + ": " + message);
    }

    /** A fault at the current place, with the exception that showed it. */
    BadRecord bad(IllegalArgumentException cause) {
        return new BadRecord(subject + ", " + place() + ": " + cause.getMessage(), cause);
    }

    private String place() {
        String pointer = parser.getParsingContext().pathAsPointer().toString();
        return pointer.isEmpty() ? "as a whole" : pointer;
    }

    /** The parser, which stands at the first token of a value. */
    JsonParser parser() {
        return parser;
    }

    boolean isAt(JsonToken token) {
        return parser.currentToken() == token;
    }

    void startObject() {
        require(JsonToken.START_OBJECT, "an object");
    }

    void startArray() {
        require(JsonToken.START_ARRAY, "an array");
    }

    private void require(JsonToken token, String expected) {
        if (!isAt(token)) {
            throw bad("expected " + expected + ", and found " + JsonColumnReader.name(parser.currentToken()));
        }
    }

    /** Goes on to the next element of an array, or tells that there is none. */
    boolean nextElement() throws IOException {
        return parser.nextToken() != JsonToken.END_ARRAY;
    }

    /** Goes on to the value of the next field of an object, or tells that there is none. */
    boolean nextField() throws IOException {
        if (parser.nextToken() == JsonToken.END_OBJECT) {
            return false;
        }
        parser.nextToken();
        return true;
    }

    /** The same as {@link #nextField()}, for an object in which no name may stand twice. */
    boolean nextField(Set<String> seen) throws IOException {
        if (!nextField()) {
            return false;
        }
        if (!seen.add(name())) {
            throw bad("stands there twice");
        }
        return true;
    }

    /** The name of the current field. */
    String name() throws IOException {
        return parser.currentName();
    }

    /** Skips the value of the current field. */
    void skip() throws IOException {
        parser.skipChildren();
    }

    /** The JSON text of the current object, as it stands there; goes on to its end. For a cursor over a whole text. */
    String object() throws IOException {
        startObject();
        int start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
        parser.skipChildren();
        return new String(
                buffer, start, Math.toIntExact(parser.currentLocation().getCharOffset()) - start);
    }

    String text() throws IOException {
        require(JsonToken.VALUE_STRING, "a string");
        return parser.getText();
    }

    boolean truth() {
        if (!isAt(JsonToken.VALUE_TRUE)) {
            require(JsonToken.VALUE_FALSE, "true or false");
        }
        return isAt(JsonToken.VALUE_TRUE);
    }

    long number() throws IOException {
        require(JsonToken.VALUE_NUMBER_INT, "a whole number");
        try {
            return parser.getLongValue();
        } catch (InputCoercionException e) {
            throw bad("expected a whole number from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE);
        }
    }

    /** Reads a text that a parser understands; what it throws is a fault at this place. */
    <T> T value(Parsing<T> parsing) throws IOException {
        String text = text();
        try {
            return parsing.of(text);
        } catch (IllegalArgumentException e) {
            throw bad(e);
        }
    }

    /** Makes a value of a text. */
    @FunctionalInterface
    interface Parsing<T> {
        T of(String text);
    }

    /**
     * Reads a format's name and version, such as {@code cdc-event/1}.
     *
     * @throws Fatal if the version is newer than the one that this library reads
     */
    void format(String name, int newest) throws IOException {
        String text = text();
        int version = 0;
        if (text.startsWith(name + '/')) {
            try {
                version = Integer.parseInt(text.substring(name.length() + 1));
            } catch (NumberFormatException e) {
                throw bad("'" + text + "' is not a format; expected " + name + '/' + newest);
            }
        }
        if (version > newest) {
            throw new Fatal(subject + " has the format " + text + ", and this library reads up to " + name + '/'
                    + newest + ": run the version that wrote it, or a newer one");
        }
        if (version < 1) {
            throw bad("'" + text + "' is not a format; expected " + name + '/' + newest);
        }
    }
}
