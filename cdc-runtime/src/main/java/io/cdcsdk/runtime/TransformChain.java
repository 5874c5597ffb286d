package io.cdcsdk.runtime;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transaction;
import io.cdcsdk.api.Transform;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The transforms of a pipeline, one after the other. A batch that none of them changes is passed on as it is. */
final class TransformChain {
    /**
     * What came out of a batch.
     *
     * @param batch the events, up to the one that failed if one did; null if that was the first
     * @param failure why the rest did not come out, or null
     */
    record Result(@Nullable EventBatch batch, @Nullable CdcException failure) {}

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

        /** What a transform of the application throws may quote a value that a later one masks: only its class is kept. */
        @Nullable
        ChangeEvent apply(ChangeEvent event, TableSchema schema) {
            try {
                return transform.apply(event, schema);
            } catch (CdcException e) {
                throw e;
            } catch (RuntimeException e) {
                RuntimeException cause = new RuntimeException(e.getClass().getName());
                cause.setStackTrace(e.getStackTrace());
                throw new BadRecord(
                        event.table() + ": a transform failed with "
                                + e.getClass().getSimpleName() + " (position " + event.position() + ")",
                        cause);
            }
        }

        private @Nullable TableSchema computed(TableSchema in) {
            try {
                return transform.schema(in);
            } catch (CdcException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new Fatal("a transform failed for the schema of " + in.table() + ": " + e, e);
            }
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
                out = Optional.ofNullable(computed(in));
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

    Result apply(EventBatch batch) {
        if (stages.isEmpty()) {
            return new Result(batch, null);
        }
        List<ChangeEvent> events = batch.events();
        List<ChangeEvent> changed = null;
        for (int i = 0; i < events.size(); i++) {
            ChangeEvent event = events.get(i);
            ChangeEvent result;
            try {
                result = apply(event);
            } catch (CdcException e) {
                return new Result(before(batch, i, changed), e);
            }
            if (changed == null && result != event) {
                changed = new ArrayList<>(events.size());
                changed.addAll(events.subList(0, i));
            }
            if (changed != null && result != null) {
                changed.add(result);
            }
        }
        return new Result(changed == null ? batch : batch.withEvents(changed), null);
    }

    /** What the first events of a batch came to, as a batch of its own. */
    private static @Nullable EventBatch before(EventBatch batch, int failed, @Nullable List<ChangeEvent> changed) {
        if (failed == 0) {
            return null;
        }
        ChangeEvent last = batch.events().get(failed - 1);
        Transaction transaction = last.origin().transaction();
        boolean goesOn = transaction != null
                && transaction.equals(batch.events().get(failed).origin().transaction());
        return EventBatch.of(
                batch.lane(),
                changed != null ? changed : batch.events().subList(0, failed),
                last.position(),
                batch.bytes() * failed / batch.events().size(),
                goesOn ? EventBatch.Boundary.INSIDE_TRANSACTION : EventBatch.Boundary.TRANSACTION_END);
    }

    private @Nullable ChangeEvent apply(ChangeEvent event) {
        ChangeEvent result = event;
        for (Stage stage : stages) {
            TableSchema schema = stage.schema(result.schema());
            result = schema == null ? null : stage.apply(result, schema);
            if (result == null) {
                return null;
            }
        }
        return result;
    }
}
