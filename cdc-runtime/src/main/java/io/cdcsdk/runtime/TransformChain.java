package io.cdcsdk.runtime;

import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transform;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The transforms of a pipeline, one after the other. A batch that none of them changes is passed on as it is. */
final class TransformChain {
    /** One transform, with the schemas that it has seen. */
    private static final class Stage {
        private static final int MOST_SCHEMAS = 1000;

        private final Transform transform;
        /** Nothing stands for a schema whose events are dropped. */
        private final IdentityHashMap<TableSchema, Optional<TableSchema>> schemas = new IdentityHashMap<>();

        private @Nullable TableSchema lastIn;
        private @Nullable TableSchema lastOut;

        Stage(Transform transform) {
            this.transform = transform;
        }

        /** What the events of a schema come out with, or null where they are dropped. */
        @Nullable
        TableSchema schema(TableSchema in) {
            if (in == lastIn) {
                return lastOut;
            }
            Optional<TableSchema> out = schemas.get(in);
            if (out == null) {
                if (schemas.size() >= MOST_SCHEMAS) {
                    schemas.clear();
                }
                out = Optional.ofNullable(transform.schema(in));
                schemas.put(in, out);
            }
            lastIn = in;
            lastOut = out.orElse(null);
            return lastOut;
        }
    }

    private final List<Stage> stages;

    TransformChain(List<Transform> transforms) {
        this.stages = transforms.stream().map(Stage::new).toList();
    }

    /** The schema that the events of a schema have behind the last transform, or null where they are dropped. */
    @Nullable
    TableSchema schema(TableSchema schema) {
        TableSchema out = schema;
        for (Stage stage : stages) {
            out = stage.schema(out);
            if (out == null) {
                return null;
            }
        }
        return out;
    }

    EventBatch apply(EventBatch batch) {
        if (stages.isEmpty()) {
            return batch;
        }
        List<ChangeEvent> events = batch.events();
        List<ChangeEvent> changed = null;
        for (int i = 0; i < events.size(); i++) {
            ChangeEvent event = events.get(i);
            ChangeEvent result = apply(event);
            if (changed == null && result != event) {
                changed = new ArrayList<>(events.size());
                changed.addAll(events.subList(0, i));
            }
            if (changed != null && result != null) {
                changed.add(result);
            }
        }
        return changed == null ? batch : batch.withEvents(changed);
    }

    private @Nullable ChangeEvent apply(ChangeEvent event) {
        ChangeEvent result = event;
        for (Stage stage : stages) {
            TableSchema schema = stage.schema(result.schema());
            result = schema == null ? null : stage.transform.apply(result, schema);
            if (result == null) {
                return null;
            }
        }
        return result;
    }
}
