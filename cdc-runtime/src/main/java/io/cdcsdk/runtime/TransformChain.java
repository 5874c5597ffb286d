package io.cdcsdk.runtime;

import io.cdcsdk.api.BadRecord;
import io.cdcsdk.api.CdcException;
import io.cdcsdk.api.ChangeEvent;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.TableSchema;
import io.cdcsdk.api.Transaction;
import io.cdcsdk.api.Transform;
import io.cdcsdk.runtime.transform.Mask;
import io.cdcsdk.runtime.transform.Validate;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The transforms of a pipeline, one after the other. A batch that none of them changes is passed on as it is. */
final class TransformChain {
    /**
     * What came out of a batch.
     *
     * @param batch the events, those that are stopped among them; up to the one that failed if one did; null if that was the first
     * @param stopped by the event in the batch
     * @param failure why the rest did not come out, or null
     */
    record Result(
            @Nullable EventBatch batch,
            Map<ChangeEvent, Stopped> stopped,
            @Nullable CdcException failure) {}

    /** What becomes of events that fail. */
    interface Failures {
        /** Whether any event that passes may have to be stopped. */
        boolean mayStop();

        /**
         * Tells what to do with an event that has passed all transforms.
         *
         * @param source the event as it was read
         * @param result the event as it came out
         * @return null to let it go on
         */
        @Nullable
        Stopped passed(ChangeEvent source, ChangeEvent result);

        /**
         * Tells what to do with an event that failed.
         *
         * @param lane the lane from which it was read
         * @param source the event as it was read
         * @param left the event as the transforms that had succeeded left it
         * @param transforms how many had
         */
        Stopped failed(String lane, ChangeEvent source, ChangeEvent left, int transforms, BadRecord failure);
    }

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
            } catch (RuntimeException | AssertionError e) {
                throw new BadRecord(
                        event.table() + ": a transform failed with "
                                + e.getClass().getSimpleName() + " (position " + event.position() + ")",
                        WithoutMessage.of(e));
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
    private final List<String> chains;
    // Where the last application stands: the event in front of a transform, and how many have succeeded.
    private @Nullable ChangeEvent left;
    private int succeeded;

    TransformChain(List<Transform> transforms) {
        this.stages = transforms.stream().map(Stage::new).toList();
        this.chains = chains(transforms);
    }

    /** The schema that the events of a schema have behind the last transform, or null where they are dropped. */
    @Nullable
    TableSchema schema(TableSchema schema) {
        return schema(schema, 0);
    }

    /** The schema that the events of a schema have behind the last transform, if they have passed the first ones. */
    @Nullable
    TableSchema schema(TableSchema schema, int from) {
        TableSchema out = schema;
        for (Stage stage : stages.subList(from, stages.size())) {
            out = stage.schema(out);
            if (out == null) {
                return null;
            }
        }
        return out;
    }

    Result apply(EventBatch batch, @Nullable Failures failures) {
        if (stages.isEmpty() && (failures == null || !failures.mayStop())) {
            return new Result(batch, Map.of(), null);
        }
        List<ChangeEvent> events = batch.events();
        List<ChangeEvent> changed = null;
        Map<ChangeEvent, Stopped> stopped = null;
        // Of an earlier run, or by this thread: no other one makes it true meanwhile.
        boolean mayStop = failures != null && failures.mayStop();
        for (int i = 0; i < events.size(); i++) {
            ChangeEvent event = events.get(i);
            ChangeEvent result;
            Stopped stop = null;
            try {
                result = apply(event);
                if (result != null && mayStop && failures != null) {
                    stop = failures.passed(event, result);
                }
            } catch (BadRecord e) {
                stop = failures == null
                        ? null
                        : failures.failed(batch.lane(), event, Objects.requireNonNull(left), succeeded, e);
                if (stop == null) {
                    return failed(batch, i, changed, stopped, e);
                }
                mayStop = true;
                result = stop.event();
            } catch (CdcException e) {
                return failed(batch, i, changed, stopped, e);
            }
            if (stop != null) {
                stopped = stopped == null ? new IdentityHashMap<>() : stopped;
                stopped.put(stop.event(), stop);
                result = stop.event();
            }
            if (changed == null && result != event) {
                changed = new ArrayList<>(events.size());
                changed.addAll(events.subList(0, i));
            }
            if (changed != null && result != null) {
                changed.add(result);
            }
        }
        return new Result(
                changed == null ? batch : batch.withEvents(changed), stopped == null ? Map.of() : stopped, null);
    }

    private static Result failed(
            EventBatch batch,
            int failed,
            @Nullable List<ChangeEvent> changed,
            @Nullable Map<ChangeEvent, Stopped> stopped,
            CdcException failure) {
        return new Result(before(batch, failed, changed), stopped == null ? Map.of() : stopped, failure);
    }

    /**
     * An event that failed in a transform as it may be kept: masked by the transforms behind that one.
     *
     * @throws Fatal if one of them cannot be applied so early
     */
    ChangeEvent masked(ChangeEvent event, int failedIn) {
        ChangeEvent result = event;
        for (int i = failedIn; i < stages.size(); i++) {
            if (stages.get(i).transform instanceof Mask mask) {
                result = masked(result, event.schema(), failedIn, i, mask);
            }
        }
        return result;
    }

    /** Applies a mask in front of the transform that failed. */
    private ChangeEvent masked(ChangeEvent event, TableSchema source, int failedIn, int index, Mask mask) {
        Stage stage = stages.get(index);
        try {
            requireEarly(mask, source, failedIn, index);
            TableSchema schema = stage.schema(event.schema());
            return Objects.requireNonNull(stage.apply(event, Objects.requireNonNull(schema)));
        } catch (CdcException e) {
            throw new Fatal(
                    "an event of " + event.table() + " at " + event.position() + " failed in a transform, and cannot be"
                            + " set aside, as a transform behind that one masks its columns and cannot be applied first: put"
                            + " masks before transforms that may fail (" + e.getMessage() + ")",
                    e);
        }
    }

    /** Refuses a mask that would hide less in front of some transforms than it does behind them. */
    private void requireEarly(Mask mask, TableSchema source, int from, int to) {
        TableSchema before = source;
        for (Stage stage : stages.subList(from, to)) {
            TableSchema behind = stage.schema(before);
            if (behind == null) {
                return;
            }
            if (!mask.mayPrecede(stage.transform, before, behind)) {
                throw new Fatal("its table or its columns are renamed in between");
            }
            before = behind;
        }
    }

    /** Whether any transform masks. */
    boolean masks() {
        return stages.stream().anyMatch(stage -> stage.transform instanceof Mask);
    }

    /**
     * What the transforms behind the first ones make of an event that was set aside: it has been masked then.
     *
     * @return null if one of them drops it
     * @throws BadRecord if one of them fails
     */
    @Nullable
    ChangeEvent resume(ChangeEvent event, int transforms) {
        ChangeEvent result = event;
        for (Stage stage : stages.subList(Math.min(transforms, stages.size()), stages.size())) {
            if (stage.transform instanceof Mask) {
                continue;
            }
            TableSchema schema = stage.schema(result.schema());
            result = schema == null ? null : stage.apply(result, schema);
            if (result == null) {
                return null;
            }
        }
        return result;
    }

    /**
     * Tells the first transforms, and all masks, from others: a letter goes on behind those, and was masked by these. Validations change
     * no event: they may come and go. Any thread.
     */
    String chain(int passed) {
        return chains.get(passed);
    }

    /**
     * How many transforms a letter has passed, of those that there are now.
     *
     * @param chain what told the transforms that it had passed then from others
     * @param passed how many it had passed then
     * @return below 0 if these transforms, or the masks, are others now
     */
    int passed(String chain, int passed) {
        return passed < chains.size() && chains.get(passed).equals(chain) ? passed : chains.indexOf(chain);
    }

    private static List<String> chains(List<Transform> transforms) {
        String masks = transforms.stream()
                .filter(Mask.class::isInstance)
                .map(Object::toString)
                .collect(Collectors.joining("\n"));
        List<String> chains = new ArrayList<>();
        StringBuilder names = new StringBuilder(masks);
        chains.add(hash(names));
        for (Transform transform : transforms) {
            if (!(transform instanceof Validate)) {
                Class<?> type = transform.getClass();
                names.append('\n').append(type.isHidden() ? "a lambda" : type.getName());
            }
            chains.add(hash(names));
        }
        return List.copyOf(chains);
    }

    private static String hash(CharSequence text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** How many transforms there are. */
    int size() {
        return stages.size();
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
        for (int i = 0; i < stages.size(); i++) {
            left = result;
            succeeded = i;
            Stage stage = stages.get(i);
            TableSchema schema = stage.schema(result.schema());
            result = schema == null ? null : stage.apply(result, schema);
            if (result == null) {
                return null;
            }
        }
        return result;
    }
}
