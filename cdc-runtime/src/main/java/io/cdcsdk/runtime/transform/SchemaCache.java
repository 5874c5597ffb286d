package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.TableSchema;
import java.util.IdentityHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a transform works out once for each schema; one comparison finds it as long as the schema stays the same. Each thread has
 * its own results, so that they may hold builders and a transform may serve several pipelines.
 */
final class SchemaCache<T> {
    // A source that makes schemas anew again and again must not fill the heap.
    private static final int MOST_SCHEMAS = 1000;

    private static final class Results<T> {
        final IdentityHashMap<TableSchema, T> bySchema = new IdentityHashMap<>();

        @Nullable
        TableSchema lastSchema;

        @Nullable
        T last;
    }

    private final Function<TableSchema, T> compute;
    private final ThreadLocal<Results<T>> results = ThreadLocal.withInitial(Results::new);

    SchemaCache(Function<TableSchema, T> compute) {
        this.compute = compute;
    }

    T of(TableSchema schema) {
        Results<T> mine = results.get();
        T result = mine.last;
        if (schema == mine.lastSchema && result != null) {
            return result;
        }
        result = mine.bySchema.get(schema);
        if (result == null) {
            if (mine.bySchema.size() >= MOST_SCHEMAS) {
                mine.bySchema.clear();
            }
            result = compute.apply(schema);
            mine.bySchema.put(schema, result);
        }
        mine.lastSchema = schema;
        mine.last = result;
        return result;
    }
}
