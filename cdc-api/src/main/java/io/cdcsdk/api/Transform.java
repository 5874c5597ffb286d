package io.cdcsdk.api;

import org.jspecify.annotations.Nullable;

/**
 * Changes or drops events on their way. A pipeline calls all methods from one thread, and {@link #apply} from one more while dead
 * letters are replayed; a transform that is given to several pipelines is called by threads of each.
 *
 * <p>A transform is a function of the event: replaying the same event gives the same result, also after a restart. It keeps the
 * event's {@link Origin}, and it must not map two keys to one.
 */
public interface Transform {
    /**
     * The schema that the events of a schema come out with, or null to drop them all. Called once for each schema instance, before
     * its first event, and when the pipeline is built for schemas known by then; the result is cached. Returns the same instance
     * where nothing changes.
     *
     * @throws Fatal if this transform cannot be applied to the table, saying why
     */
    default @Nullable TableSchema schema(TableSchema schema) {
        return schema;
    }

    /**
     * The event as it goes on, or null to drop it.
     *
     * @param event the event as the transforms before left it
     * @param schema what {@link #schema} returned for the event's schema
     * @throws BadRecord if this one event cannot be transformed, or is not valid
     */
    @Nullable
    ChangeEvent apply(ChangeEvent event, TableSchema schema);
}
