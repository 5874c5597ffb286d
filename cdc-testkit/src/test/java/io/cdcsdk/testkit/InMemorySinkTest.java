package io.cdcsdk.testkit;

import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.TableSchema;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

class InMemorySinkTest extends SinkContract {
    private final InMemoryTarget target = new InMemoryTarget();

    @Override
    protected Sink newSink() {
        return InMemorySink.on(target);
    }

    @Override
    protected List<Row> rows(TableSchema schema) {
        return target.rows(schema);
    }

    @Override
    protected Set<ColumnState> storedStates() {
        return EnumSet.allOf(ColumnState.class);
    }

    @Override
    protected List<String> crashPoints() {
        return List.of("BEFORE_COMMIT", "INSIDE_COMMIT", "AFTER_COMMIT");
    }

    @Override
    protected Sink newSinkFailingAt(String crashPoint) {
        Faults faults = new Faults().fail(Faults.Point.valueOf(crashPoint), 1, () -> new Fatal("crash"));
        return InMemorySink.builder(target).faults(faults).build();
    }
}
