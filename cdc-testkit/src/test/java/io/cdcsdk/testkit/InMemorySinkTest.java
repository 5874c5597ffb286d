package io.cdcsdk.testkit;

import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Retryable;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.Sink;
import io.cdcsdk.api.TableSchema;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

class InMemorySinkTest extends SinkContract {
    final InMemoryTarget target = new InMemoryTarget();

    InMemorySink.Builder builder() {
        return InMemorySink.builder(target);
    }

    @Override
    protected Sink newSink() {
        return builder().build();
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
        return List.of(
                "BEFORE_COMMIT",
                "INSIDE_COMMIT",
                "AFTER_COMMIT",
                "BEFORE_COMMIT, retryable",
                "AFTER_COMMIT, retryable");
    }

    @Override
    protected Sink newSinkFailingAt(String crashPoint) {
        Faults.Point point = Faults.Point.valueOf(crashPoint.split(",", -1)[0]);
        boolean retryable = crashPoint.endsWith("retryable");
        Faults faults = new Faults().fail(point, 1, () -> retryable ? new Retryable("crash") : new Fatal("crash"));
        return builder().faults(faults).build();
    }
}
