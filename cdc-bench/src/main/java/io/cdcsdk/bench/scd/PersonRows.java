package io.cdcsdk.bench.scd;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;

/** {@link Person} as a row of the SDK. */
final class PersonRows {
    static final TableId TABLE = TableId.of("bench", "person");
    static final TableSchema SCHEMA = TableSchema.builder(TABLE)
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .column("city", LogicalType.STRING)
            .column("status", LogicalType.STRING)
            .column("score", LogicalType.FLOAT64)
            .column("active", LogicalType.BOOLEAN)
            .column("logins", LogicalType.INT32)
            .column("updated", LogicalType.TIMESTAMP)
            .build();

    private PersonRows() {}

    /** A change in the order of {@link ChangeTarget#take}. */
    static RowChange change(Row.Builder rows, char operation, long position, long time, long id, int revision) {
        Person person = Person.of(id, revision);
        Row row = rows.setPrimitive(0, person.id())
                .setString(1, person.name())
                .setString(2, person.city())
                .setString(3, person.status())
                .setPrimitive(4, Double.doubleToRawLongBits(person.score()))
                .setPrimitive(5, person.active() ? 1 : 0)
                .setPrimitive(6, person.logins())
                .setPrimitive(7, person.updated())
                .build();
        Origin origin = Origin.at(Position.of(position), time);
        return switch (operation) {
            case 'c' -> RowChange.insert(row, origin);
            case 'u' -> RowChange.update(null, row, origin);
            default -> RowChange.delete(row, origin);
        };
    }

    static Person person(Row row) {
        return new Person(
                row.primitive(0),
                row.string(1),
                row.string(2),
                row.string(3),
                Double.longBitsToDouble(row.primitive(4)),
                row.primitive(5) != 0,
                (int) row.primitive(6),
                row.primitive(7));
    }
}
