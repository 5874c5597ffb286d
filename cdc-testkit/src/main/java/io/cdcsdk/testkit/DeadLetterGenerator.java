package io.cdcsdk.testkit;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.ColumnState;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterRecord.Fault;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.DeadLetterRecord.Outdated;
import io.cdcsdk.api.DeadLetterRecord.Replay;
import io.cdcsdk.api.DeadLetterRecord.Resolution;
import io.cdcsdk.api.DeadLetterRecord.Resolved;
import io.cdcsdk.api.DeadLetterRecord.Settled;
import io.cdcsdk.api.ErrorCategory;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.SourceOrder;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a dead-letter log holds, awkward texts and extremes among it. The same seed gives the same records in the same
 * order. Not safe for use by several threads.
 */
final class DeadLetterGenerator {
    private static final int MOST_IDS = 30;

    private final Random random;
    private final RowGenerator rows;
    private final SchemaGenerator schemas;
    private TableSchema schema = SchemaGenerator.everyType(TableId.of("shop", "every type"));

    DeadLetterGenerator(long seed) {
        random = new Random(seed);
        rows = new RowGenerator(seed);
        schemas = new SchemaGenerator(seed);
    }

    /** One event of every kind, with every type and state, or of a schema made at random. */
    List<ChangeEvent> events() {
        Row before = rows.row(schema, EnumSet.allOf(ColumnState.class));
        Row after = rows.row(schema, EnumSet.allOf(ColumnState.class));
        TableSchema next = schemas.evolved(schema);
        List<ChangeEvent> events = EventScript.create()
                .insert(rows.complete(schema))
                .update(before, after)
                .update(null, after)
                .delete(before)
                .truncate(schema)
                .schemaChange(null, schema)
                .schemaChange(schema, next)
                .snapshotStarted(schema)
                .snapshotRow(rows.complete(schema))
                .snapshotCompleted(schema)
                .take();
        schema = schemas.next(TableId.of("", text() + "t"));
        return events.stream().map(event -> EventScript.at(event, origin())).toList();
    }

    private Origin origin() {
        Transaction transaction = switch (random.nextInt(3)) {
            case 0 -> Transaction.of(text());
            case 1 -> new Transaction(text(), random.nextInt(1000));
            default -> null;
        };
        return new Origin(
                position(),
                random.nextBoolean() ? Origin.UNKNOWN_TIME : random.nextInt(),
                transaction,
                random.nextBoolean() ? null : new SourceOrder(random.nextLong(), random.nextLong()));
    }

    private Position position() {
        return Position.of(random.nextLong(), text(), random.nextLong());
    }

    /** A letter with the event, or without one. */
    Letter letter(@Nullable ChangeEvent event) {
        return new Letter(
                text(),
                position(),
                random.nextBoolean() ? null : text(),
                random.ints(random.nextInt(3), 0, 9)
                        .mapToObj(key -> key + text())
                        .toList(),
                event,
                event != null || random.nextBoolean() ? null : text(),
                random.nextInt(10),
                random.nextBoolean() ? null : text(),
                random.nextBoolean() ? null : fault(),
                random.nextInt(10),
                time());
    }

    private Fault fault() {
        return new Fault(choice(ErrorCategory.values()), text(), text());
    }

    private Instant time() {
        return switch (random.nextInt(8)) {
            case 0 -> Instant.EPOCH;
            case 1 -> Instant.parse("9999-12-31T23:59:59.999999999Z");
            default -> Instant.ofEpochSecond(1_700_000_000L + random.nextInt(1 << 30), random.nextInt(1_000_000_000));
        };
    }

    /** Records of every kind, as many letters as others and more. */
    List<DeadLetterRecord> records() {
        List<DeadLetterRecord> records = new ArrayList<>();
        for (ChangeEvent event : events()) {
            records.add(letter(event));
            records.add(other());
        }
        records.add(letter(null));
        records.add(letter(null));
        return records;
    }

    private DeadLetterRecord other() {
        return switch (random.nextInt(5)) {
            case 0 -> new Replay(random.nextLong(), text(), ids());
            case 1 -> settled();
            case 2 -> new Outdated(ids());
            default -> new Resolved(ids(), choice(Resolution.values()));
        };
    }

    private Settled settled() {
        Map<String, Long> records = new HashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            records.put(text(), random.nextLong() >>> 1);
        }
        return new Settled(records);
    }

    private List<Id> ids() {
        List<Id> ids = new ArrayList<>();
        String session = text();
        for (int i = random.nextInt(MOST_IDS); i > 0; i--) {
            session = random.nextInt(4) == 0 ? text() : session;
            ids.add(new Id(session, random.nextLong() >>> random.nextInt(1, 64)));
        }
        return ids;
    }

    private <E> E choice(E[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String text() {
        return (String) rows.value(LogicalType.STRING);
    }
}
