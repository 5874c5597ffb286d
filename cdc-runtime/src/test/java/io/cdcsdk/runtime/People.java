package io.cdcsdk.runtime;

import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.testkit.EventScript;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The tables and rows that the tests of this package use. */
final class People {
    static final TableSchema PERSON = schema("person");
    static final TableSchema ORDER = schema("order");
    static final TableSchema KEYLESS = TableSchema.builder(TableId.of("public", "log"))
            .column("line", LogicalType.STRING)
            .build();

    private People() {}

    private static TableSchema schema(String name) {
        return TableSchema.builder(TableId.of("public", name))
                .key("id", LogicalType.INT64)
                .column("name", LogicalType.STRING)
                .build();
    }

    static Row person(long id, @Nullable String name) {
        return Row.of(PERSON, id, name);
    }

    static Row order(long id, @Nullable String name) {
        return Row.of(ORDER, id, name);
    }

    /** Inserts of persons 1 to {@code count}. */
    static EventScript persons(int count) {
        EventScript script = EventScript.create();
        for (int id = 1; id <= count; id++) {
            script.insert(person(id, "name " + id));
        }
        return script;
    }

    static void eventually(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the condition did not come true within 20 seconds");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
