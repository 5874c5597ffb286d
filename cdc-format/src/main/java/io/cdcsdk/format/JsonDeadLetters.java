package io.cdcsdk.format;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.Fatal;
import java.util.Objects;

/**
 * The JSON form of what a dead-letter log holds, one line for each record:
 *
 * <pre>{@code
 * {"format":"cdc-dead-letters/1","session":"20261121T193300123456Z-7c9e6679f3b1a20d","first":0}
 * {"record":"letter","lane":"1","position":"1:0:42:","target":"shop.orders","keys":["9f3b"],"transforms":2,
 *  "fault":{"category":"sink","message":"amount is too large","failure":"io.cdcsdk.api.BadRecord"},"attempts":1,
 *  "time":"2026-11-21T19:33:07.120Z","event":{"format":"cdc-event/1","event":"insert"}}
 * {"record":"replay","number":1,"target":"shop.orders","letters":[{"session":"20261121T…","indexes":[0,2]}]}
 * {"record":"outdated","letters":[{"session":"20261121T…","indexes":[0,2]}]}
 * {"record":"resolved","how":"replayed","letters":[{"session":"20261121T…","indexes":[0,2]}]}
 * {"record":"settled","records":{"20261121T…":3}}
 * }</pre>
 *
 * <ul>
 *   <li>the first line is the {@link Header} of a file or another piece of a log: a session, and the number of its first record
 *       there;
 *   <li>{@code target}, {@code fault}, {@code event} and {@code content} are left out where a letter has none; the event
 *       (shortened above) is as in {@link JsonEvents}, the content is the text of a record that could not be decoded;
 *   <li>{@code category} and {@code how} are names in lower case with dashes; {@code time} is ISO 8601, in UTC;
 *   <li>neighbours of one session in a list of letters share one object.
 * </ul>
 *
 * <p>The fields may be read in any order. All static methods are safe for any thread.
 */
public final class JsonDeadLetters {
    /** The version of the form that is written, and the newest that is read. */
    public static final int FORMAT_VERSION = 1;

    static final String FORMAT = "cdc-dead-letters";

    private JsonDeadLetters() {}

    /**
     * What stands before records: whose they are.
     *
     * @param session the session that appended them
     * @param first the index of the first of them
     */
    public record Header(String session, long first) {
        public Header {
            Objects.requireNonNull(session, "session");
            if (first < 0) {
                throw new IllegalArgumentException("first is " + first + ", and indexes begin with 0");
            }
        }
    }

    /** The JSON form of a header, without a line break. */
    public static String write(Header header) {
        return JsonDeadLetterWriter.write(header);
    }

    /** The JSON form of a record, without a line break. */
    public static String write(DeadLetterRecord record) {
        StringBuilder out = new StringBuilder();
        append(out, record);
        return out.toString();
    }

    /** Appends the JSON form of a record, without a line break. */
    public static void append(StringBuilder out, DeadLetterRecord record) {
        JsonDeadLetterWriter.append(out, record);
    }

    /**
     * Reads a header.
     *
     * @throws BadRecord if the text is not the JSON form of a header; the message names the JSON path
     * @throws Fatal if the text was written by a newer version of this library
     */
    public static Header readHeader(String text) {
        return JsonDeadLetterReader.readHeader(text);
    }

    /** A reader of many records, between whose events it shares their schemas. */
    public static Reader reader() {
        return new Reader(Events.ALL);
    }

    /** A reader that leaves out the events and contents of letters: for those who only look what has become of them. */
    public static Reader readerWithoutEvents() {
        return new Reader(Events.NONE);
    }

    private enum Events {
        ALL,
        NONE
    }

    /** Reads records one after the other. Not safe for use by several threads. */
    public static final class Reader {
        private final JsonEvents.Reader events = JsonEvents.reader();
        private final Events wanted;

        private Reader(Events wanted) {
            this.wanted = wanted;
        }

        /**
         * Reads a record.
         *
         * @throws BadRecord if the text is not the JSON form of a record; the message names the JSON path
         * @throws Fatal if the event was written by a newer version of this library, or a position is none
         */
        public DeadLetterRecord read(String text) {
            return JsonDeadLetterReader.read(text, wanted == Events.ALL ? events::read : null);
        }
    }
}
