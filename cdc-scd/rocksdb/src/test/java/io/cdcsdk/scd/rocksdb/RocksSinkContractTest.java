package io.cdcsdk.scd.rocksdb;

import io.cdcsdk.api.Row;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.scd.Scd2Sink;
import io.cdcsdk.testkit.SinkContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** The sink over this store against the contract of sinks: what is current is the source's table. */
class RocksSinkContractTest extends SinkContract {
    @TempDir
    Path directory = Path.of("");

    private RocksHistoryStore.Builder store() {
        return RocksHistoryStore.builder()
                .directory(directory.resolve("history"))
                .writeBuffers(8 << 20);
    }

    @Override
    protected Sink newSink() {
        return Scd2Sink.builder(store().build()).build();
    }

    @Override
    protected List<Row> rows(TableSchema schema) {
        List<Row> rows = new ArrayList<>();
        try (RocksHistoryStore reader = store().build()) {
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

    @Override
    protected List<String> crashPoints() {
        return Arrays.stream(WriteWatcher.Point.values()).map(Enum::name).toList();
    }

    @Override
    protected Sink newSinkFailingAt(String crashPoint) {
        boolean[] died = {false};
        return Scd2Sink.builder(store().watcher(point -> {
                            if (!died[0] && point.name().equals(crashPoint)) {
                                died[0] = true;
                                throw new Died(crashPoint);
                            }
                        })
                        .build())
                .build();
    }

    @Override
    protected Optional<Path> directory() {
        return Optional.of(directory);
    }

    /** Stands for the end of a process. */
    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;

        Died(String point) {
            super(point);
        }
    }
}
