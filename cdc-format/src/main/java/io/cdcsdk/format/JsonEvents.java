package io.cdcsdk.format;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.TableSchema;
import java.util.HashMap;
import java.util.Map;

/**
 * The JSON form of events: one line that holds everything, also the schema, so that it can be understood long after everything
 * around it has gone.
 *
 * <pre>{@code
 * {"format":"cdc-event/1","event":"update","position":"1:0:42:","time":"2024-02-29 23:59:59.000000Z",
 *  "transaction":{"id":"771","events":3},"order":"23423.1",
 *  "schema":{"table":"shop.orders","version":1,"columns":[{"name":"id","type":"int64","required":true},
 *    {"name":"amount","type":"decimal(10,2)"},{"name":"note","type":"string"}],"key":["id"]},
 *  "before":{"id":1},"after":{"id":1,"amount":"12.50","note":{"state":"unavailable"}}}
 * }</pre>
 *
 * <ul>
 *   <li>{@code event} is {@code snapshot-row}, {@code insert}, {@code update}, {@code delete}, {@code truncate}, {@code
 *       schema-change}, {@code snapshot-started} or {@code snapshot-completed};
 *   <li>{@code position} is {@link Position#text()}; {@code time}, {@code transaction}, its {@code events} and {@code order}
 *       are left out where the source did not tell;
 *   <li>{@code schema} is as in {@link JsonSchemas}, but without a format of its own; a schema change may have a {@code
 *       previous-schema};
 *   <li>in {@code before} and {@code after} a column that is left out is absent, and one that is unavailable has the object
 *       shown above, which no value can be; values are as in {@link JsonRows}.
 * </ul>
 *
 * <p>The fields may be read in any order. All static methods are safe for any thread.
 */
public final class JsonEvents {
    /** The version of the form that is written, and the newest that is read. */
    public static final int FORMAT_VERSION = 1;

    static final String FORMAT = "cdc-event";

    private JsonEvents() {}

    /** The JSON form of an event, without a line break. */
    public static String write(ChangeEvent event) {
        StringBuilder out = new StringBuilder();
        append(out, event);
        return out.toString();
    }

    /** Appends the JSON form of an event, without a line break. */
    public static void append(StringBuilder out, ChangeEvent event) {
        JsonEventWriter.append(out, event);
    }

    /**
     * Reads one event, whose schema is an instance of its own. For many events use a {@link #reader()}.
     *
     * @throws BadRecord if the text is not the JSON form of an event; the message names the JSON path
     * @throws Fatal if the text was written by a newer version of this library, or its position is none
     */
    public static ChangeEvent read(String text) {
        return reader().read(text);
    }

    /** A reader of many events, between which it shares their schemas. */
    public static Reader reader() {
        return new Reader();
    }

    /** Reads events one after the other; events with equal schemas get one instance. Not safe for use by several threads. */
    public static final class Reader {
        private final Map<TableSchema, TableSchema> schemas = new HashMap<>();

        private Reader() {}

        /** Reads an event; see {@link JsonEvents#read}. */
        public ChangeEvent read(String text) {
            return JsonEventReader.read(text, this::shared);
        }

        private TableSchema shared(TableSchema schema) {
            TableSchema known = schemas.putIfAbsent(schema, schema);
            return known == null ? schema : known;
        }
    }
}
