package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.Source;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

class ScriptedSourceTest extends SourceContract {
    private final TableSchema schema = SchemaGenerator.everyType(TableId.of("shop", "orders"));
    final ScriptedOrigin origin = new ScriptedOrigin().append("even", List.of()).append("odd", List.of());
    private final EventScript numbering = EventScript.create();
    private int transactions;

    @Override
    protected Source newSource() {
        return ScriptedSource.over(origin)
                .batchSize(4)
                .endless()
                .skipsUndecodable()
                .build();
    }

    @Override
    protected TableSchema schema() {
        return schema;
    }

    @Override
    protected void produce(List<? extends ChangeEvent> changes) {
        numbering.transaction("transaction-" + transactions++);
        changes.forEach(numbering::renumbered);
        Map<String, List<ChangeEvent>> lanes = new TreeMap<>();
        for (ChangeEvent event : numbering.take()) {
            lanes.computeIfAbsent(lane(event), none -> new ArrayList<>()).add(event);
        }
        lanes.forEach(origin::append);
    }

    @Override
    protected void produceUndecodable() {
        numbering.transaction("spoilt").insert(new RowGenerator(99).row(schema, states()));
        ChangeEvent event = numbering.take().get(0);
        origin.append("odd", List.of(event)).spoil("odd", event.position(), "?");
    }

    private static String lane(ChangeEvent event) {
        return event instanceof RowChange change && Images.key(change.image()).hashCode() % 2 != 0 ? "odd" : "even";
    }

    @Override
    protected void produceSnapshot(List<Row> rows) {
        origin.append(
                "even", numbering.snapshot(schema, rows.toArray(Row[]::new)).take());
    }

    @Override
    protected boolean loseHistory() {
        origin.forget("even").forget("odd");
        return true;
    }

    @Override
    protected Set<ColumnState> states() {
        return EnumSet.allOf(ColumnState.class);
    }
}
