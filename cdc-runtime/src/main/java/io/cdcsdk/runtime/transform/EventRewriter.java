package io.cdcsdk.runtime.transform;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.SchemaChange;
import io.cdcsdk.api.SnapshotCompleted;
import io.cdcsdk.api.SnapshotStarted;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Truncate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Carries the rewriting of rows and schemas through events of every type. */
final class EventRewriter {
    private final SchemaCache<RowRewrite> rewrites;

    EventRewriter(Function<TableSchema, RowRewrite> rewrites) {
        this.rewrites = new SchemaCache<>(rewrites);
    }

    TableSchema schema(TableSchema schema) {
        return rewrites.of(schema).schema();
    }

    ChangeEvent apply(ChangeEvent event) {
        RowRewrite rewrite = rewrites.of(event.schema());
        if (event instanceof SchemaChange change) {
            return schemaChange(change, rewrite.schema());
        } else if (rewrite instanceof RowRewrite.Unchanged) {
            return event;
        } else if (event instanceof RowChange change) {
            return RowChange.of(
                    change.operation(),
                    rewritten(change.before(), change, rewrite),
                    rewritten(change.after(), change, rewrite),
                    change.origin());
        } else if (event instanceof Truncate) {
            return new Truncate(rewrite.schema(), event.origin());
        } else if (event instanceof SnapshotStarted) {
            return new SnapshotStarted(rewrite.schema(), event.origin());
        }
        return new SnapshotCompleted(rewrite.schema(), event.origin());
    }

    private static @Nullable Row rewritten(@Nullable Row row, RowChange change, RowRewrite rewrite) {
        return row == null ? null : rewrite.rewrite(row, change);
    }

    private ChangeEvent schemaChange(SchemaChange change, TableSchema schema) {
        TableSchema before = change.before() == null ? null : earlier(change.before());
        return before == change.before() && schema == change.schema()
                ? change
                : new SchemaChange(before, schema, change.origin());
    }

    // A configuration for the table as it is now need not fit the table as it was: then the schema before is not known.
    private @Nullable TableSchema earlier(TableSchema schema) {
        try {
            return schema(schema);
        } catch (Fatal e) {
            return null;
        }
    }
}
