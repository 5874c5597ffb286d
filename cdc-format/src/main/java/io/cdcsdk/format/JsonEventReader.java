package io.cdcsdk.format;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Operation;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.SourceOrder;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transaction;
import io.cdcsdk.api.Truncate;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@linkplain JsonEvents JSON form} of one event. Goes through the text twice, because tools sort fields, and rows
 * cannot be read without the schema.
 */
final class JsonEventReader {
    private static final String SUBJECT = "JSON event";
    private static final List<String> REQUIRED = List.of("format", "event", "position", "schema");

    private final UnaryOperator<TableSchema> shared;
    private final Set<String> seen = new HashSet<>();
    private @Nullable EventName name;
    private @Nullable Position position;
    private long time = Origin.UNKNOWN_TIME;
    private @Nullable Transaction transaction;
    private @Nullable SourceOrder order;
    private @Nullable TableSchema schema;
    private @Nullable TableSchema previousSchema;
    private @Nullable Row before;
    private @Nullable Row after;

    private JsonEventReader(UnaryOperator<TableSchema> shared) {
        this.shared = shared;
    }

    /** Reads an event; {@code shared} gives the instance to use in place of an equal schema. */
    static ChangeEvent read(String text, UnaryOperator<TableSchema> shared) {
        JsonEventReader reader = new JsonEventReader(shared);
        JsonCursor.read(text, SUBJECT, reader::readAllButRows);
        if (reader.seen.contains("before") || reader.seen.contains("after")) {
            JsonCursor.read(text, SUBJECT, reader::readRows);
        }
        return reader.event();
    }

    private JsonEventReader readAllButRows(JsonCursor cursor) throws IOException {
        cursor.startObject();
        while (cursor.nextField(seen)) {
            switch (cursor.name()) {
                case "format" -> cursor.format(JsonEvents.FORMAT, JsonEvents.FORMAT_VERSION);
                case "event" -> name = cursor.value(EventName::parse);
                case "position" -> position = Position.parse(cursor.text());
                case "time" -> time = cursor.value(JsonEventReader::micros);
                case "transaction" -> transaction = readTransaction(cursor);
                case "order" -> order = cursor.value(JsonEventReader::order);
                case "schema" -> schema = shared.apply(JsonSchemas.read(cursor));
                case "previous-schema" -> previousSchema = shared.apply(JsonSchemas.read(cursor));
                case "before", "after" -> cursor.skip();
                default -> throw cursor.bad("is not a field of an event");
            }
        }
        for (String field : REQUIRED) {
            if (!seen.contains(field)) {
                throw cursor.bad("an event needs the field '" + field + "'");
            }
        }
        return this;
    }

    private static long micros(String text) {
        return TimeParsers.instantMicros(text.toCharArray(), 0, text.length());
    }

    private static SourceOrder order(String text) {
        try {
            return SourceOrder.parse(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a source order, two whole numbers such as 23423.1", e);
        }
    }

    private static Transaction readTransaction(JsonCursor cursor) throws IOException {
        String id = null;
        long events = Transaction.UNKNOWN;
        Set<String> fields = new HashSet<>();
        cursor.startObject();
        while (cursor.nextField(fields)) {
            switch (cursor.name()) {
                case "id" -> id = cursor.text();
                case "events" -> events = cursor.number();
                default -> throw cursor.bad("is not a field of a transaction; expected id and events");
            }
        }
        if (id == null) {
            throw cursor.bad("a transaction needs the field 'id'");
        }
        return new Transaction(id, events);
    }

    private JsonEventReader readRows(JsonCursor cursor) throws IOException {
        JsonRows rows = JsonRows.of(Objects.requireNonNull(schema));
        cursor.startObject();
        while (cursor.nextField()) {
            switch (cursor.name()) {
                case "before" -> before = rows.readImage(cursor);
                case "after" -> after = rows.readImage(cursor);
                default -> cursor.skip();
            }
        }
        return this;
    }

    private ChangeEvent event() {
        EventName event = Objects.requireNonNull(name);
        TableSchema table = Objects.requireNonNull(schema);
        Origin origin = new Origin(Objects.requireNonNull(position), time, transaction, order);
        Operation operation = event.operation();
        refuseIf(operation == null && (before != null || after != null), "has no row");
        refuseIf(event != EventName.SCHEMA_CHANGE && previousSchema != null, "has no previous schema");
        if (operation != null) {
            return rowChange(operation, origin);
        }
        return switch (event) {
            case TRUNCATE -> new Truncate(table, origin);
            case SCHEMA_CHANGE -> new SchemaChange(previousSchema, table, origin);
            case SNAPSHOT_STARTED -> new SnapshotStarted(table, origin);
            default -> new SnapshotCompleted(table, origin);
        };
    }

    private RowChange rowChange(Operation operation, Origin origin) {
        try {
            return RowChange.of(operation, before, after, origin);
        } catch (IllegalArgumentException e) {
            throw new BadRecord(SUBJECT + ", as a whole: " + e.getMessage(), e);
        }
    }

    private void refuseIf(boolean fault, String message) {
        if (fault) {
            throw new BadRecord(
                    SUBJECT + ", /event: " + Objects.requireNonNull(name).text() + " " + message);
        }
    }
}
