package io.cdcsdk.source.dms;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Column;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Positions;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads sources to their end, and shows events as text. */
final class Reading {
    static final TableSchema PERSON = schema("public.person", "person_id:int64:key,full_name:string,city:string");
    static final Duration SHORT = Duration.ofMillis(20);

    private Reading() {}

    static TableSchema schema(String table, String columns) {
        return TableText.schema(TableId.parse(table), columns, List.of());
    }

    /** A builder with nothing to wait for, and nothing to hide. */
    static DmsFileSourceBuilder person(Path directory) {
        return DmsFileSource.builder()
                .directory(directory)
                .table(PERSON)
                .errorValues(DmsOption.ErrorValues.SHOW)
                .settleTime(Duration.ZERO);
    }

    static List<EventBatch> batches(DmsFileSource source, Positions cursors) {
        try (source) {
            source.open(lanes -> cursors);
            List<EventBatch> batches = new ArrayList<>();
            while (true) {
                EventBatch batch = poll(source);
                if (batch.isEndOfSource()) {
                    return batches;
                }
                if (!batch.isIdle()) {
                    batches.add(batch);
                }
            }
        }
    }

    static EventBatch poll(DmsFileSource source) {
        try {
            return source.poll(SHORT);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static List<ChangeEvent> events(DmsFileSource source, Positions cursors) {
        return batches(source, cursors).stream()
                .flatMap(batch -> batch.events().stream())
                .toList();
    }

    static List<ChangeEvent> events(DmsFileSourceBuilder builder) {
        return events(builder.build(), Positions.none());
    }

    static List<String> texts(DmsFileSourceBuilder builder) {
        return events(builder).stream().map(Reading::text).toList();
    }

    /** Operation, images and position: {@code u (1, Ann, Ulm) -> (1, Ann, Bonn) @2/20200101-000000000.csv#1}. */
    static String text(ChangeEvent event) {
        String at =
                " @" + event.position().path() + '#' + offset(event.position().offset());
        if (event instanceof RowChange change) {
            return change.operation().code() + " "
                    + (change.before() == null ? "" : values(change.before()) + (change.after() == null ? "" : " -> "))
                    + (change.after() == null ? "" : values(change.after())) + at;
        }
        return event.getClass().getSimpleName() + at;
    }

    private static String offset(long offset) {
        return offset == RecordHandler.COMPLETED ? "completed" : Long.toString(offset);
    }

    private static String values(@Nullable Row row) {
        if (row == null) {
            return "";
        }
        List<Column> columns = row.schema().columns();
        return IntStream.range(0, columns.size())
                .mapToObj(i -> switch (row.state(i)) {
                    case VALUE, NULL -> String.valueOf(row.value(i));
                    case ABSENT -> "absent";
                    case UNAVAILABLE -> "unavailable";
                })
                .collect(Collectors.joining(", ", "(", ")"));
    }
}
