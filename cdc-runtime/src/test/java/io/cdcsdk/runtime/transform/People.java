package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import org.jspecify.annotations.Nullable;

/** A table to test with, and the calls that a pipeline makes. */
final class People {
    static final TableSchema SCHEMA = TableSchema.builder(TableId.of("public", "person"))
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .column("city", LogicalType.STRING)
            .column("age", LogicalType.INT32)
            .build();

    static final TableSchema PLACES = TableSchema.builder(TableId.of("public", "place"))
            .key("id", LogicalType.INT64)
            .column("name", LogicalType.STRING)
            .build();

    private People() {}

    static Row person(long id, @Nullable String name, @Nullable String city, @Nullable Integer age) {
        return Row.of(SCHEMA, id, name, city, age);
    }

    /** A row of which the source sent the key alone. */
    static Row keyOnly(long id) {
        return Row.builder(SCHEMA).set("id", id).build();
    }

    static Origin at(long offset) {
        return Origin.at(Position.of(offset));
    }

    static @Nullable ChangeEvent apply(Transform transform, ChangeEvent event) {
        TableSchema schema = transform.schema(event.schema());
        return schema == null ? null : transform.apply(event, schema);
    }
}
