package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.TableSchema;
import java.util.IdentityHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a transform works out once for each schema; one comparison finds it as long as the schema stays the same. */
final class SchemaCache<T> {
    // A source that makes schemas anew again and again must not fill the heap.
    private static final int MOST_SCHEMAS = 1000;

    private final Function<TableSchema, T> compute;
    private final IdentityHashMap<TableSchema, T> computed = new IdentityHashMap<>();
    private @Nullable TableSchema lastSchema;
    private @Nullable T last;

    SchemaCache(Function<TableSchema, T> compute) {
        this.compute = compute;
    }

    T of(TableSchema schema) {
        T result = last;
        if (schema == lastSchema && result != null) {
            return result;
        }
        result = computed.get(schema);
        if (result == null) {
            if (computed.size() >= MOST_SCHEMAS) {
                computed.clear();
            }
            result = compute.apply(schema);
            computed.put(schema, result);
        }
        lastSchema = schema;
        last = result;
        return result;
    }
}
