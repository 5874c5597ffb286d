package io.cdcsdk.testkit;

import io.cdcsdk.api.Row;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.scd.HistoryStore;
import io.cdcsdk.scd.InMemoryHistory;
import io.cdcsdk.scd.Scd2Sink;
import java.util.ArrayList;
import java.util.List;

/** The sink of histories, in memory, against the contract of sinks: what is current is the source's table. */
class Scd2SinkTest extends SinkContract {
    private final InMemoryHistory history = new InMemoryHistory();

    @Override
    protected Sink newSink() {
        return Scd2Sink.builder(history.newSession()).build();
    }

    @Override
    protected List<Row> rows(TableSchema schema) {
        List<Row> rows = new ArrayList<>();
        try (HistoryStore reader = history.newSession()) {
            reader.open();
            reader.forEachVersion(schema.table(), (key, version) -> {
                if (version.isCurrent() && !version.isMarker()) {
                    rows.add(in(schema, version.row()));
                }
            });
        }
        return rows;
    }

    /** The columns that the table has now; the history keeps those that were dropped. */
    private static Row in(TableSchema schema, Row row) {
        Row.Builder builder = Row.builder(schema);
        for (int i = 0; i < schema.size(); i++) {
            builder.set(i, row.value(schema.column(i).name()));
        }
        return builder.build();
    }
}
