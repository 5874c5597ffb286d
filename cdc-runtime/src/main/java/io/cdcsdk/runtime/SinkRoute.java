package io.cdcsdk.runtime;

import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.SinkCapability;
import io.cdcsdk.api.TableSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which tables go to a sink, and which of them it cannot take. */
final class SinkRoute {
    private final String id;
    private final Sink sink;
    private final List<TablePattern> tables;

    /** A route for the tables of these patterns; for all tables if there is none. */
    SinkRoute(String id, Sink sink, List<TablePattern> tables) {
        this.id = id;
        this.sink = sink;
        this.tables = tables;
    }

    private boolean takes(TableSchema schema) {
        return tables.isEmpty() || tables.stream().anyMatch(pattern -> pattern.matches(schema.table()));
    }

    /** Says what is wrong with sending this table to the sink, or null if nothing is. */
    @Nullable
    String refusal(TableSchema schema) {
        if (!schema.hasKey() && takes(schema) && !sink.capabilities().contains(SinkCapability.KEYLESS_TABLES)) {
            return "sink '" + id + "' cannot take table " + schema.table()
                    + ", which has no key: declare its key columns, or route it to a sink that appends";
        }
        return null;
    }

    /**
     * The target of a table, or null where the table does not go to this sink.
     *
     * @throws Fatal if the sink cannot take it
     */
    @Nullable
    String target(TableSchema schema) {
        if (!takes(schema)) {
            return null;
        }
        String refusal = refusal(schema);
        if (refusal != null) {
            throw new Fatal(ErrorCategory.SCHEMA, refusal);
        }
        return sink.target(schema.table());
    }
}
