package io.cdcsdk.format;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transaction;
import org.jspecify.annotations.Nullable;

/** Writes the {@linkplain JsonEvents JSON form} of events. */
final class JsonEventWriter {
    private JsonEventWriter() {}

    static void append(StringBuilder out, ChangeEvent event) {
        out.append("{\"format\":\"")
                .append(JsonEvents.FORMAT)
                .append('/')
                .append(JsonEvents.FORMAT_VERSION)
                .append("\",\"event\":\"")
                .append(EventName.of(event).text())
                .append('"');
        appendOrigin(out, event.origin());
        JsonSchemas.append(out.append(",\"schema\":"), event.schema());
        if (event instanceof SchemaChange change) {
            appendPreviousSchema(out, change.before());
        } else if (event instanceof RowChange change) {
            JsonRows rows = JsonRows.of(change.schema());
            appendImage(out, rows, "before", change.before());
            appendImage(out, rows, "after", change.after());
        }
        out.append('}');
    }

    private static void appendOrigin(StringBuilder out, Origin origin) {
        JsonStrings.append(out.append(",\"position\":"), origin.position().text());
        if (origin.hasSourceTime()) {
            ValueText.appendInstant(out.append(",\"time\":\""), origin.sourceTime());
            out.append('"');
        }
        Transaction transaction = origin.transaction();
        if (transaction != null) {
            JsonStrings.append(out.append(",\"transaction\":{\"id\":"), transaction.id());
            if (transaction.eventCount() != Transaction.UNKNOWN) {
                out.append(",\"events\":").append(transaction.eventCount());
            }
            out.append('}');
        }
        if (origin.order() != null) {
            out.append(",\"order\":\"").append(origin.order()).append('"');
        }
    }

    private static void appendPreviousSchema(StringBuilder out, @Nullable TableSchema schema) {
        if (schema != null) {
            JsonSchemas.append(out.append(",\"previous-schema\":"), schema);
        }
    }

    private static void appendImage(StringBuilder out, JsonRows rows, String name, @Nullable Row row) {
        if (row != null) {
            rows.appendImage(out.append(",\"").append(name).append("\":"), row);
        }
    }
}
